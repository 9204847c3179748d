"""A list of evidence as a file: CSV, a workbook, or JSON, with the columns that were chosen.

A reader gets what their list shows and no more. Rows are read and written a few at a time, so that
memory does not grow with the list. No cell can run as a formula.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from defusedcsv import csv as safe_csv
from django.db.models import Prefetch
from django.utils import timezone

from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Submission, SubmissionQuerySet
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag

AT_ONCE: Final = 500
LONGEST_CELL: Final = 32_767
"""The longest text of a cell in Excel."""
# Characters that the XML of a workbook cannot hold.
_IMPOSSIBLE: Final = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
Value = str | int


@dataclass(frozen=True)
class Column:
    """`needs` is what somebody must be allowed in the inquiry for the column to be on offer."""

    name: str
    title: str
    value: Callable[[Submission, Person], Value]
    needs: Action | None = None


def _institutions(submission: Submission, _reader: Person) -> str:
    names = (tag.institution.name for tag in submission.institution_tags.all())
    return "; ".join(dict.fromkeys(names))


def _themes(submission: Submission, _reader: Person) -> str:
    return "; ".join(tag.theme.name for tag in submission.theme_tags.all())


COLUMNS: Final = (
    Column("number", "Evidence number", lambda row, _reader: row.reference or ""),
    Column("receipt", "Receipt number", lambda row, _reader: row.receipt),
    Column("witness", "Witness", lambda row, reader: row.names_for(reader)),
    Column("title", "Title", lambda row, _reader: row.title),
    Column("kind", "Kind", lambda row, _reader: row.get_kind_display()),
    Column("status", "Status", lambda row, _reader: row.get_status_display()),
    Column("disclosure", "Disclosure", lambda row, _reader: row.disclosure_label),
    Column("received", "Date received", lambda row, _reader: _day(row)),
    Column("late", "Late", lambda row, _reader: "Yes" if row.late else "No"),
    Column("words", "Words", lambda row, _reader: row.words),
    Column("pages", "Pages", lambda row, _reader: row.pages),
    Column("institutions", "Institutions", _institutions),
    Column("themes", "Themes", _themes),
    Column("asked", "Witness asked for", lambda row, _reader: row.asked_label, Action.SEE_DESK),
    Column(
        "assigned",
        "Assigned to",
        lambda row, _reader: str(row.assigned_to or ""),
        Action.SEE_DESK,
    ),
)


def _day(submission: Submission) -> str:
    return timezone.localtime(submission.received_at).date().isoformat()


def columns_for(reader: Person, inquiry: int) -> list[Column]:
    """The columns this reader may choose from."""
    return [
        column
        for column in COLUMNS
        if column.needs is None or inquiry in inquiries_where(reader, column.needs)
    ]


@dataclass(frozen=True)
class Export:
    """What is written: these submissions, which the reader may see, with these columns."""

    submissions: SubmissionQuerySet
    columns: Sequence[Column]
    reader: Person

    def rows(self) -> Iterator[list[Value]]:
        accepted = {"standing": Standing.ACCEPTED}
        institutions = InstitutionTag.objects.filter(**accepted).known_to(self.reader)
        themes = ThemeTag.objects.filter(**accepted).select_related("theme")
        submissions = (
            self.submissions.with_witnesses()
            .select_related("assigned_to")
            .prefetch_related(
                Prefetch("institution_tags", institutions.select_related("institution")),
                Prefetch("theme_tags", themes),
            )
        )
        for submission in submissions.iterator(chunk_size=AT_ONCE):
            yield [column.value(submission, self.reader) for column in self.columns]

    def csv(self) -> Iterator[str]:
        """With a byte order mark, by which Excel knows that it is UTF-8."""
        line = _Line()
        writer = safe_csv.writer(line, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
        yield "\ufeff"
        writer.writerow([column.title for column in self.columns])
        yield line.text
        for row in self.rows():
            writer.writerow(row)
            yield line.text

    def json(self) -> Iterator[str]:
        names = [column.name for column in self.columns]
        start = "[\n"
        for row in self.rows():
            yield start + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
            start = ",\n"
        yield "[]\n" if start == "[\n" else "\n]\n"

    def write_xlsx(self, target: Path) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(target.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(target), options) as book:
            sheet: Any = book.add_worksheet("Evidence")
            sheet.freeze_panes(1, 0)
            bold = book.add_format({"bold": True})
            for place, column in enumerate(self.columns):
                sheet.write_string(0, place, column.title, bold)
            for number, row in enumerate(self.rows(), 1):
                for place, value in enumerate(row):
                    _write(sheet, number, place, value)


def _write(sheet: Any, number: int, place: int, value: Value) -> None:
    if isinstance(value, int):
        sheet.write_number(number, place, value)
    else:
        sheet.write_string(number, place, value.translate(_IMPOSSIBLE)[:LONGEST_CELL])


class _Line:
    """Takes what a CSV writer writes, a line at a time."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
