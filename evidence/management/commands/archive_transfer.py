from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from evidence.bundles.archive_transfer.transfer import submissions_for, write
from evidence.errors import EvidenceError
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class Command(BaseCommand):
    help = (
        "Writes the evidence of an inquiry as a bag (BagIt, RFC 8493) for an archive: the files "
        "as they were sent, what was made of them, data and custody. Needs a clerk's rights."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--inquiry", required=True, help="The inquiry's code.")
        parser.add_argument("--as", dest="user", required=True, help="Whose rights decide.")
        parser.add_argument("--out", type=Path, required=True, help="A folder that is not there.")
        parser.add_argument("--with-confidential", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        inquiry = Inquiry.objects.filter(code=options["inquiry"]).first()
        user = User.objects.filter(username=options["user"]).first()
        if inquiry is None or user is None:
            raise CommandError("There is no such inquiry or no such person.")
        confidential = options["with_confidential"]
        submissions = submissions_for(inquiry, by=user, with_confidential=confidential)
        try:
            transfer = write(
                submissions,
                options["out"],
                inquiry=inquiry,
                by=user,
                on=timezone.localdate(),
                with_confidential=confidential,
            )
        except EvidenceError as problem:
            raise CommandError(str(problem)) from None
        for submission, file, reason in transfer.left_out:
            self.stderr.write(f"{submission}: {file} is not in it. {reason}")
        size = filesizeformat(transfer.size).replace("\xa0", " ")
        self.stdout.write(
            f"bag: {options['out']} ({transfer.submissions} submissions, "
            f"{transfer.files} files, {size})"
        )
        every = Submission.objects.visible_to(user).filter(inquiry=inquiry)
        given = every.exclude(pk__in=submissions.values("pk")).count()
        if given:
            self.stdout.write(
                f"{given} submissions are not in it: not accepted, not decided on, withdrawn, or "
                "confidential and not asked for (--with-confidential)."
            )
        self.stdout.write(f"signed: {transfer.digest}")
