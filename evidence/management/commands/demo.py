"""Runs the whole process on made-up evidence, then serves the site."""

import datetime
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.decisions.decide import apply, record_meeting
from evidence.decisions.models import Act, Meeting
from evidence.decisions.propose import propose
from evidence.errors import EvidenceError
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.lifecycle import Disclosure, Status
from evidence.management.commands.serve import workers
from evidence.management.demo.reference_data import FIRST_CALL, Settled, settle
from evidence.management.demo.submissions import DEMO_SUBMISSIONS, DemoSubmission, write_files
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, receive, take_in
from evidence.tagging import tag
from inquiry.calls.models import Call

PATIENCE_SECONDS = 300.0
WISH_GRANTED = {
    Disclosure.OPEN: Act.OPEN,
    Disclosure.NAME_WITHHELD: Act.WITHHOLD_NAME,
    Disclosure.CONFIDENTIAL: Act.KEEP_CONFIDENTIAL,
}


class Command(BaseCommand):
    help = "Fills an empty site with made-up evidence, works it through to a bundle, and serves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="Stop after the bundle.")
        parser.add_argument("--bind", default="127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        settled = settle()
        hands = workers(2)
        for worker in hands:
            worker.start()
        try:
            self._send(settled)
            self._wait("submissions at rest")
            self._tag(settled)
            self._decide(settled)
            bundle = self._bundle(settled)
        finally:
            for worker in hands:
                worker.end(signal.SIGTERM)
            end = time.monotonic() + 15
            for worker in hands:
                worker.wait(end)
                worker.end(signal.SIGKILL)
        self._say(settled, bundle)
        if not options["no_serve"]:
            call_command("serve", bind=options["bind"])

    def _send(self, settled: Settled) -> None:
        """Receive every demo submission as a file; report refusals."""
        with tempfile.TemporaryDirectory(prefix="demo-") as folder:
            files = write_files(Path(folder))
            for demo_item in DEMO_SUBMISSIONS:
                try:
                    self._send_one(settled, demo_item, files)
                except EvidenceError as refused:
                    self.stdout.write(f"refused: {demo_item.file_name}: {refused}")

    def _send_one(
        self, settled: Settled, demo_item: DemoSubmission, files: dict[str, Path]
    ) -> None:
        idempotency_key = f"demo:{demo_item.key}"
        if Submission.objects.filter(idempotency_key=idempotency_key).exists():
            return
        parcels = []
        for name in (demo_item.file_name, *demo_item.extras):
            with files[name].open("rb") as stream:
                parcels.append(take_in(stream, name=name, extra=name in demo_item.extras))
        moment = timezone.now() - datetime.timedelta(days=demo_item.sent_days_ago)
        receive(
            Call.objects.get(code=FIRST_CALL) if demo_item.late else settled.call,
            parcels,
            Envelope(
                idempotency_key=idempotency_key,
                senders=demo_item.senders,
                title=demo_item.title,
                channel=Submission.Channel(demo_item.channel),
                reasons=demo_item.reasons,
                received_at=moment,
                supplements=Submission.objects.filter(
                    idempotency_key=f"demo:{demo_item.supplements}"
                ).first(),
            ),
            by=settled.clerk if demo_item.late or demo_item.channel != "page" else None,
        )

    def _wait(self, what: str) -> None:
        """Wait until the worker has no jobs left."""
        end = time.monotonic() + PATIENCE_SECONDS
        while left := Job.objects.unsettled().count():
            if time.monotonic() > end:
                raise CommandError(f"The worker did not finish: {left} jobs are left.")
            if self.stdout.isatty():
                self.stdout.write(f"\r{what}: {left} jobs to go   ", ending="")
            time.sleep(0.2)
        if self.stdout.isatty():
            self.stdout.write("")

    def _tag(self, settled: Settled) -> None:
        """Accept what was suggested, as a clerk would after reading the sentences."""
        for demo_item in Submission.objects.filter(inquiry=settled.inquiry, status=Status.PREPARED):
            for tags in (demo_item.institution_tags, demo_item.theme_tags, demo_item.state_tags):
                for suggestion in tags.filter(standing="suggested")[:6]:
                    tag.accept(suggestion, by=settled.clerk)

    def _decide(self, settled: Settled) -> None:
        """Propose, record the meeting, apply, publish."""
        for demo_item in DEMO_SUBMISSIONS:
            submission = Submission.objects.filter(
                idempotency_key=f"demo:{demo_item.key}", status=Status.PREPARED
            ).first()
            if submission is not None:
                for act in self._acts(demo_item):
                    propose(submission, act, by=settled.clerk, note=demo_item.note)
        meeting = Meeting.objects.filter(inquiry=settled.inquiry).first() or record_meeting(
            Meeting(
                inquiry=settled.inquiry,
                number=1,
                held_on=timezone.localdate(),
                members_present="The Chair\nFour members",
                minute="Formal Minutes, para 3",
            ),
            by=settled.clerk,
        )
        for submission, problem in apply(meeting, by=settled.clerk).problems:
            self.stderr.write(f"{submission.label}: {problem}")
        self._wait("pages with their numbers")
        for submission in Submission.objects.filter(
            inquiry=settled.inquiry, status=Status.REPORTED
        ):
            publish(submission, by=settled.clerk)

    @staticmethod
    def _acts(demo_item: DemoSubmission) -> list[Act]:
        match demo_item.outcome:
            case "decline":
                return [Act.DECLINE]
            case "correspondence":
                return [Act.CORRESPONDENCE]
            case "accept":
                return [Act.ACCEPT]
            case "publish":
                wish = WISH_GRANTED[demo_item.disclosure]
                report = [] if wish == Act.KEEP_CONFIDENTIAL else [Act.REPORT]
                return [Act.ACCEPT, wish, *report]
        return []

    def _bundle(self, settled: Settled) -> Bundle:
        specification = Specification(
            title="Written evidence",
            marking="For the committee",
            order=Bundle.Order.NUMBER,
            grouping=Bundle.Grouping.THEME,
        )
        bundle = freeze(settled.inquiry, specification, by=settled.clerk)
        self._wait("bundle")
        bundle.refresh_from_db()
        if bundle.state != Bundle.State.READY:
            raise CommandError(f"The bundle was not made. {bundle.reason}")
        return bundle

    def _say(self, settled: Settled, bundle: Bundle) -> None:
        """Print the addresses, and how to sign in."""
        out = Path(settings.DATA_DIR) / "demo-bundle.pdf"
        with archive().read(bundle.pdf_sha256) as source:
            out.write_bytes(source.read())
        kept = Path(settings.DATA_DIR) / "demo-sign-ins.txt"
        if settled.passwords:
            lines = [f"{name:12} {word}" for name, word in settled.passwords.items()]
            kept.touch(mode=0o600)
            kept.write_text("\n".join(lines) + "\n")
        if kept.exists():
            self.stdout.write(f"\nSign in at {settings.SITE_URL}/sign-in/ as:")
            self.stdout.write(kept.read_text())
        counts = [
            f"{label.lower()} {count}"
            for value, label in Status.choices
            if (count := Submission.objects.filter(status=value).count())
        ]
        self.stdout.write(f"evidence: {', '.join(counts)}")
        submissions = bundle.items.filter(not_included="").values("submission").distinct().count()
        self.stdout.write(f"bundle: {out} ({submissions} submissions, {bundle.pages} pages)")
