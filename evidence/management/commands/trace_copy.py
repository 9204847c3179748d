from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from evidence.bundles.models import NumberedCopy
from evidence.custody.record import record
from evidence.pdf.assemble.watermark_reader import codes_of

NOTHING = (
    "no hidden mark of a copy was found. Look for the words “Copy … for …” at the top of its pages."
)


class Command(BaseCommand):
    help = "Tells whose numbered copy the pages of a PDF come from, by the mark hidden in them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"]:
            try:
                with pikepdf.open(path) as pdf:
                    codes = list(codes_of(pdf))
            except (OSError, pikepdf.PdfError):
                raise CommandError(f"{path} cannot be opened as a PDF.") from None
            for line in self._lines(codes):
                self.stdout.write(f"{path.name}: {line}")

    def _lines(self, codes: list[tuple[int, int]]) -> list[str]:
        if not codes:
            return [NOTHING]
        return [
            f"{_pages([page for page, _ in pages])}: {self._whose(code)}"
            for code, pages in groupby(codes, key=lambda pair: pair[1])
        ]

    @staticmethod
    def _whose(code: int) -> str:
        copy = NumberedCopy.objects.select_related("bundle", "issued_by").filter(code=code).first()
        if copy is None:
            return "a mark that was not made here"
        bundle = copy.bundle
        with transaction.atomic():
            record("copy traced", bundle, by=None, inquiry=bundle.inquiry_id, copy=copy.number)
        issued = timezone.localtime(copy.issued_at)
        sentence = (
            f"copy {copy.number} of “{bundle.title}” (fingerprint {bundle.fingerprint[:16]}), "
            f"issued to {copy.name} on {issued.day} {issued:%B %Y} by {copy.issued_by}"
        )
        if copy.withdrawn_at is not None:
            taken = timezone.localtime(copy.withdrawn_at)
            sentence += f", withdrawn on {taken.day} {taken:%B %Y}"
        return sentence


def _pages(pages: list[int]) -> str:
    if len(pages) == 1:
        return f"page {pages[0]}"
    return f"pages {pages[0]} to {pages[-1]} ({len(pages)} marked)"
