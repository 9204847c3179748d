"""Receives a folder of files that came by email or post."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.jobs.models import Job
from evidence.management.bulk_import import (
    Line,
    files_in,
    matched,
    outcomes,
    read_manifest,
    receive_file,
)
from evidence.submissions.models import Submission
from inquiry.calls.models import Call
from inquiry.people.models import User

COLUMNS = ("path", "sha256", "outcome", "reason", "submission")


class Command(BaseCommand):
    help = (
        "Receives every file of a folder for a call, each as one submission, through the same "
        "function as the public page. Running it again on the same folder changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--call", required=True, help="The call's code.")
        parser.add_argument("--as", dest="user", help="The member of staff who received them.")
        parser.add_argument(
            "--manifest",
            type=Path,
            help="CSV with path and any of title, witness, role, organisation, email, "
            "disclosure, reasons, received.",
        )
        parser.add_argument("--report", type=Path, help="Where the report goes, as CSV.")
        parser.add_argument(
            "--wait", action="store_true", help="Work the queue until every submission is at rest."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call = Call.objects.filter(code=options["call"]).select_related("inquiry").first()
        if call is None:
            raise CommandError(f"There is no call “{options['call']}”.")
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        by = self._person(options["user"])
        try:
            manifest = read_manifest(options["manifest"]) if options["manifest"] else {}
        except (OSError, ValueError) as problem:
            raise CommandError(f"The manifest cannot be used: {problem}") from None
        lines = []
        files = files_in(folder, leave_out={options["manifest"], options["report"]})
        matches = matched(manifest, [path.relative_to(folder).as_posix() for path in files])
        for count, path in enumerate(files, start=1):
            lines.append(receive_file(path, folder=folder, call=call, manifest=matches, by=by))
            self._progress(f"received {count} of {len(files)}")
        lines += [
            Line(path, "", "refused", "The manifest names it, but it is not there.")
            for path in matches.missing
        ]
        if options["wait"]:
            self._work([line.submission for line in lines if line.submission])
        lines = outcomes(lines)
        self._report(lines, options["report"])

    def _person(self, username: str | None) -> User | None:
        if username is None:
            return None
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is nobody called “{username}”.")
        return person

    def _work(self, submissions: list[Submission]) -> None:
        """Run jobs with one process for each core until these submissions have none left."""
        keys = [submission.pk for submission in submissions]
        workers = [
            subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"],
                env={**os.environ, "LOG_LEVEL": "ERROR"},
            )
            for _ in range(os.cpu_count() or 1)
        ]
        try:
            while any(worker.poll() is None for worker in workers):
                left = Job.objects.filter(subject_id__in=keys).unsettled()
                open_submissions = left.values("subject_id").distinct().count()
                self._progress(f"at rest: {len(keys) - open_submissions} of {len(keys)}")
                for worker in workers:
                    try:
                        worker.wait(timeout=0.3)
                    except subprocess.TimeoutExpired:
                        break
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait()
        self._progress(f"at rest: {len(keys)} of {len(keys)}", last=True)

    def _progress(self, text: str, *, last: bool = False) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{text} ", ending="\n" if last else "")
        elif last:
            self.stderr.write(text)

    def _report(self, lines: list[Line], target: Path | None) -> None:
        if target is not None:
            with target.open("w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out)
                writer.writerow(COLUMNS)
                for line in lines:
                    writer.writerow(line.columns())
        else:
            for line in lines:
                self.stdout.write("\t".join(line.columns()))
        counts = {
            outcome: sum(line.outcome == outcome for line in lines)
            for outcome in ("prepared", "held", "refused", "received")
        }
        summary = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
        self.stdout.write(f"{len(lines)} files: {summary or 'nothing'}")
