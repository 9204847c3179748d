"""Writes a bundle's index as CSV, XLSX and JSON.

No cell can run as a formula or a link. The same items give the same bytes.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from defusedcsv import csv as safe_csv
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from evidence.bundles.export.index_rows import COLUMNS, Paper, indexes
from evidence.bundles.spec.snapshot import SnapshotFront

# A build has no date, so that equal contents give equal bytes.
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
# The longest text of a cell in Excel; a longer one would silently be lost.
FULL_CELL = 32_767
# Characters that XML cannot hold in any form.
IMPOSSIBLE = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
WIDTHS = {
    "reference": 18,
    "witness": 50,
    "kind": 20,
    "date": 16,
    "status": 24,
    "institutions": 40,
    "themes": 40,
    "file": 24,
    "text": 24,
    "sha256": 20,
    "not included because": 40,
    "name": 50,
}
Row = Mapping[str, str | int]


def write_csv(papers: Sequence[Paper], target: Path) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = safe_csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for paper in papers:
            writer.writerow(paper.row().values())


def write_json(front: SnapshotFront, fingerprint: str, papers: Sequence[Paper], to: Path) -> None:
    """The items with their indexes. Entries of an index are positions of items."""
    data = {
        "committee": front.committee,
        "inquiry": front.inquiry,
        "title": front.title,
        "marking": front.marking,
        "left_out": front.left_out,
        "fingerprint": fingerprint,
        "papers": [
            {name.replace(" ", "_"): value or None for name, value in paper.row().items()}
            | {"institutions": paper.institutions, "themes": paper.themes}
            for paper in papers
        ],
        "indexes": {
            title.casefold(): {name: [paper.position for paper in leads] for name, leads in index}
            for title, index in indexes(papers).items()
        },
    }
    with to.open("w", encoding="utf-8") as out:
        json.dump(data, out, indent=1, ensure_ascii=False)


def write_xlsx(papers: Sequence[Paper], target: Path) -> None:
    """A workbook: a sheet of items, and one for each index."""
    options = {
        # Rows are written to the disk one by one, so that memory does not grow with the items.
        "constant_memory": True,
        "tmpdir": str(target.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"created": NO_DATE})
        bold = book.add_format({"bold": True})
        _sheet(book.add_worksheet("Papers"), bold, [paper.row() for paper in papers], COLUMNS)
        for title, index in indexes(papers).items():
            leads = [_lead(name, paper) for name, leads in index for paper in leads]
            if leads:
                _sheet(book.add_worksheet(title), bold, leads, list(leads[0]))


def _lead(name: str, paper: Paper) -> Row:
    row = paper.row()
    places = ("reference", "volume", "first page", "last page")
    return {"name": name} | {place: row[place] for place in places}


def _sheet(sheet: Worksheet, bold: Format, rows: Sequence[Row], columns: Sequence[str]) -> None:
    for at, name in enumerate(columns):
        sheet.set_column(at, at, WIDTHS.get(name, 10))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    for at, name in enumerate(columns):
        sheet.write_string(0, at, name, bold)
    for down, row in enumerate(rows, start=1):
        for at, value in enumerate(row.values()):
            if isinstance(value, int):
                sheet.write_number(down, at, value)
            elif value:
                sheet.write_string(down, at, _cell(value))


def _cell(value: str) -> str:
    value = value.translate(IMPOSSIBLE)
    return value if len(value) <= FULL_CELL else f"{value[: FULL_CELL - 1]}…"
