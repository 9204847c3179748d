from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.bundles.verification.known_digests import Known, known
from evidence.bundles.verification.local_files import check
from evidence.custody.signing_keys import public_keys, read_keys
from evidence.errors import EvidenceError


class Command(BaseCommand):
    help = (
        "Says whether files of bundles are as they were made: PDF, ZIP, manifest, a folder "
        "unpacked from the ZIP, a bag for the archive. With --key it needs no database."
    )
    # The command must work on any machine.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--key",
            type=Path,
            help="The committee's public keys as PEM, such as its site gives at "
            "/verify/keys.pem. Then nothing is looked up here.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys = read_keys(options["key"]) if options["key"] else public_keys()
        except EvidenceError as problem:
            raise CommandError(str(problem)) from None
        wrong = set()
        for answer in check(options["files"], keys, unknown if options["key"] else known):
            self.stdout.write(f"{answer.name}: {answer.sentence}")
            if not answer.well:
                wrong.add(answer.name)
        if wrong:
            raise CommandError(f"Not as made: {', '.join(sorted(wrong))}")


def unknown(_sha256: str) -> Known | None:
    """A lookup that recognises nothing."""
