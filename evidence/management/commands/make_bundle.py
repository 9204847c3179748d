import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.bundles.build.build import build
from evidence.bundles.downloads import issue
from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Passages, Specification
from evidence.errors import EvidenceError
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.jobs.queue import claim_job
from evidence.pdf.assemble.spec import Stamp
from inquiry.calls.models import Inquiry
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, Theme

SWITCHES = {
    "tabs": "Numbers the items.",
    "dividers": "Puts a page before each section.",
    "sheets": "Puts a cover sheet before each submission.",
}


class Command(BaseCommand):
    help = "Makes a bundle of evidence as a PDF, with the rights of the person named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--inquiry", required=True, help="The inquiry's code.")
        parser.add_argument("--as", dest="user", required=True, help="Whose rights decide.")
        parser.add_argument("--institution", action="append", default=[], help="Its name.")
        parser.add_argument("--theme", action="append", default=[], help="Its name.")
        parser.add_argument("--status", action="append", default=[])
        parser.add_argument("--words", default="")
        parser.add_argument("--kind", choices=Bundle.Kind.values, default=Bundle.Kind.SELECTION)
        parser.add_argument(
            "--specification", help="A saved set-up by its name, instead of all of these."
        )
        parser.add_argument("--order", choices=Bundle.Order.values, default=Bundle.Order.NUMBER)
        parser.add_argument(
            "--group",
            dest="grouping",
            choices=Bundle.Grouping.values,
            default=Bundle.Grouping.NONE,
        )
        parser.add_argument("--within", choices=Bundle.Grouping.values, default="none")
        for name, help_text in SWITCHES.items():
            parser.add_argument(f"--{name}", action="store_true", help=help_text)
        parser.add_argument(
            "--passages",
            choices=Passages.values,
            default=Passages.NONE.value,
            help="Quotes the tagged sentences: in front of the submissions, or alone.",
        )
        parser.add_argument("--first", type=int, default=1, help="The number of the first page.")
        parser.add_argument("--width", type=int, default=0, help="Least digits of page numbers.")
        parser.add_argument("--volume-pages", type=int, default=0, help="Most pages of one file.")
        parser.add_argument("--volume-megabytes", type=int, default=0, help="Most of one file.")
        parser.add_argument("--title", default="Written evidence")
        parser.add_argument("--marking", default="")
        parser.add_argument("--prefix", default="", help="Stands before each page number.")
        parser.add_argument(
            "--stamp",
            choices=[stamp.value for stamp in Stamp],
            default=Stamp.TOP_RIGHT.value,
            help="Where the number stands on each page.",
        )
        parser.add_argument("--of-pages", action="store_true", help="Prints “of 120” as well.")
        parser.add_argument("--confidential", dest="with_confidential", action="store_true")
        parser.add_argument(
            "--out",
            type=Path,
            required=True,
            help="Where the PDF goes; volumes go beside it, under the names they lead to.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        inquiry = self._one(Inquiry.objects.all(), code=options["inquiry"])
        user = self._one(User.objects.all(), username=options["user"])
        try:
            bundle = self._made(inquiry, user, options)
            volumes = bundle.files.filter(form="pdf").values_list("volume", flat=True)
            issued = [issue(bundle, form="pdf", by=user, volume=volume) for volume in volumes]
        except EvidenceError as problem:
            raise CommandError(str(problem)) from None
        out: Path = options["out"]
        for numbered_copy in issued:
            place = out if len(issued) == 1 else out.with_name(numbered_copy.name)
            with archive().read(numbered_copy.sha256) as source, place.open("wb") as target:
                shutil.copyfileobj(source, target)
        included = bundle.items.filter(not_included="", elsewhere=False)
        submissions = included.values("submission").distinct().count()
        for item in bundle.items.exclude(not_included=""):
            self.stderr.write(f"{item.reference} is not included: {item.not_included}")
        where = out if len(issued) == 1 else out.with_name(issued[0].name)
        more = f", {len(issued)} volumes" if len(issued) > 1 else ""
        self.stdout.write(
            f"bundle: {where} ({submissions} submissions, {bundle.pages} pages{more})"
        )

    def _made(self, inquiry: Inquiry, user: User, options: dict[str, Any]) -> Bundle:
        if options["specification"]:
            kept = SavedSpecification.objects.visible_to(user).filter(inquiry=inquiry)
            specification = Specification.from_json(
                self._one(kept, name=options["specification"]).specification
            )
        else:
            specification = self._specification(options)
        bundle = freeze(inquiry, specification, by=user)
        job = Job.objects.get(name="build_bundle", subject_id=bundle.pk)
        claim = claim_job(job.pk)
        if claim is None:
            raise CommandError("A worker has taken this bundle; find it on the bundles page.")
        build(bundle, within=claim.settle, report=claim.report)
        bundle.refresh_from_db()
        return bundle

    def _specification(self, options: dict[str, Any]) -> Specification:
        institutions = [
            self._one(Institution.objects.all(), name=name).pk for name in options["institution"]
        ]
        themes = [self._one(Theme.objects.all(), name=name).pk for name in options["theme"]]
        filters = {
            "institution": institutions,
            "theme": themes,
            "status": options["status"],
            "q": options["words"],
        }
        return Specification.from_json({**options, "filters": urlencode(filters, doseq=True)})

    @staticmethod
    def _one(rows: Any, **conditions: str) -> Any:
        row = rows.filter(**conditions).first()
        if row is None:
            kind = rows.model._meta.verbose_name
            raise CommandError(f"There is no {kind} “{next(iter(conditions.values()))}”.")
        return row
