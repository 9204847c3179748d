"""Reads a spreadsheet: the cells that its readers see, as tables. Formulas show their last value.

Hidden sheets, rows, columns and cells are left out and reported with their words. Charts, pivot
tables' copies of their data, comments and links to other files are left out too (ECMA-376 part 1,
clause 18).
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from evidence.documents.document import Block, Cell, Document, Heading, Paragraph, Run, Table
from evidence.documents.errors import UnreadableFileError
from evidence.documents.metadata import Detail
from evidence.documents.readers import metadata, zip_container
from evidence.documents.readers.cell_values import shown
from evidence.documents.readers.completeness import shortened
from evidence.documents.text_cleaning import clean
from evidence.findings import Finding, Location
from evidence.text_language import language_of

COLUMNS: Final = 12
"""So many columns stand side by side; the next follow in a table of their own."""
MOST_CELLS: Final = 100_000
_TOO_LARGE: Final = (
    f"The spreadsheet has more than {MOST_CELLS:,} cells, which are no pages to read. Please ask "
    "for the part that matters, or for a PDF of it."
)
_DAMAGED: Final = (
    "The spreadsheet is damaged and cannot be opened. Please ask for it again, saved anew, or as a "
    "PDF."
)
# Parts of the archive that no cell shows, with the findings they cause.
_PARTS: Final = (
    ("xl/charts/chart", Finding("drawing-left-out", "warn", location=Location("chart"))),
    ("xl/media/", Finding("picture-not-shown", "warn", location=Location("picture"))),
    ("xl/pivotCache/pivotCacheRecords", Finding("pivot-cache", "warn")),
    ("xl/externalLinks/externalLink", Finding("external", "warn", {"kind": "another-file"})),
    ("xl/connections", Finding("external", "warn", {"kind": "elsewhere"})),
)
# A formula of whose value the file has no copy.
_NO_VALUE: Final = re.compile(rb"(?:</f>|<f(?:\s[^<>]{0,500})?/>)(?:<v\s{0,5}/>|<v></v>)?</c>")
_HIDING_FORMAT: Final = ";;;"


@dataclass
class Spreadsheet:
    """What was read: blocks to show, findings, and metadata."""

    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)


def read(path: Path) -> tuple[Document, list[Finding], list[Detail]]:
    """The visible cells, the findings and the metadata. Raises `UnreadableFileError`."""
    with zip_container.opened(path) as archive:
        result = Spreadsheet(details=metadata.of_archive(archive))
        result.findings += _of_parts(archive)
    try:
        # From the open file: by its path it would be judged by its name.
        with path.open("rb") as stream:
            book = load_workbook(stream, data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(_DAMAGED) from error
    if sum(len(_filled(sheet)) for sheet in book.worksheets) > MOST_CELLS:
        raise UnreadableFileError(_TOO_LARGE)
    for sheet in book.worksheets:
        _add_sheet(result, sheet)
    words = " ".join(cell for block in result.blocks for cell in _words_of(block))
    return (
        Document(tuple(result.blocks), language=language_of(words)),
        result.findings,
        result.details,
    )


def _of_parts(archive: zipfile.ZipFile) -> Iterator[Finding]:
    names = archive.namelist()
    for start, finding in _PARTS:
        if any(name.startswith(start) for name in names):
            yield finding
    sheets = (name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))
    if count := sum(len(_NO_VALUE.findall(archive.read(name))) for name in sheets):
        yield Finding("formula-without-value", "warn", {"count": count})


def _filled(sheet: Any) -> list[Any]:
    """The cells that hold something, row by row.

    `iter_rows` would make a cell for each of the million rows that a sheet may have.
    """
    cells = sheet._cells  # noqa: SLF001
    return [cells[at] for at in sorted(cells) if cells[at].value is not None]


def _add_sheet(result: Spreadsheet, sheet: Any) -> None:
    title = clean(str(sheet.title))
    hidden, cells = _Hidden(sheet), _filled(sheet)
    out_of_sight = [shown(cell) for cell in cells if hidden.hides(cell)]
    if any(out_of_sight):
        place = Location("hidden-text", within=Location("sheet", name=title))
        words = shortened(" ".join(filter(None, out_of_sight)))
        result.findings.append(Finding.quoting("hidden-text", "hold", words, place))
    for cell in cells:
        if cell.comment is not None:
            place = Location("comment", name=clean(str(cell.comment.author or ""))[:100])
            words = shortened(clean(str(cell.comment.text or "")))
            result.findings.append(Finding.quoting("comment-left-out", "info", words, place))
            result.details.append(Detail(str(cell.comment.author or ""), Location("commenter")))
    if visible := [cell for cell in cells if not hidden.hides(cell)]:
        result.blocks.extend(_tables(sheet, title, visible))


class _Hidden:
    """Which cells of a sheet are out of sight."""

    def __init__(self, sheet: Any) -> None:
        self.whole = sheet.sheet_state != "visible"
        self.rows = {n for n, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}
        # One entry may stand for several columns.
        self.columns = {
            number
            for column in sheet.column_dimensions.values()
            if column.hidden or (column.customWidth and column.width == 0)
            for number in range(column.min or 0, (column.max or 0) + 1)
        }

    def hides(self, cell: Any) -> bool:
        return (
            self.whole
            or cell.row in self.rows
            or cell.column in self.columns
            or cell.number_format == _HIDING_FORMAT
            or _is_in_colour_of_ground(cell)
        )


def _is_in_colour_of_ground(cell: Any) -> bool:
    """Whether the words have the colour of the cell. The first colour of a theme is white."""
    color = cell.font.color if cell.has_style and cell.font else None
    if color is None:
        return False
    words = _colour(color)
    if cell.fill is None or cell.fill.fill_type is None:
        return words == "FFFFFF"
    return cell.fill.fill_type == "solid" and words == _colour(cell.fill.fgColor)


def _colour(color: Any) -> str:
    """Six digits, or the number of a theme's colour with its tint."""
    if color.type == "rgb":
        return str(color.rgb)[-6:].upper()
    if color.type == "theme" and color.theme == 0 and not color.tint:
        return "FFFFFF"
    return f"{color.type} {color.value} {color.tint}"


def _tables(sheet: Any, title: str, cells: Sequence[Any]) -> Iterator[Block]:
    """A heading and a table; several, if there are many columns. Empty rows and columns go."""
    rows = sorted({cell.row for cell in cells})
    columns = sorted({cell.column for cell in cells})
    parts = [columns[at : at + COLUMNS] for at in range(0, len(columns), COLUMNS)]
    values = {(cell.row, cell.column): shown(cell) for cell in cells}
    for part in parts:
        words = title
        if len(parts) > 1:
            letters = get_column_letter(part[0]), get_column_letter(part[-1])
            words = f"{title} ({letters[0]} to {letters[1]})"
        yield Heading(2, (Run(words),))
        yield _table(_Merged(sheet, rows, part), values, rows, part)


class _Merged:
    """Cells that take several rows or columns, as far as these are shown."""

    def __init__(self, sheet: Any, rows: Sequence[int], columns: Sequence[int]) -> None:
        self.spans: dict[tuple[int, int], tuple[int, int]] = {}
        self.source: dict[tuple[int, int], tuple[int, int]] = {}
        self.covered: set[tuple[int, int]] = set()
        for area in sheet.merged_cells.ranges:
            inside_rows = [row for row in rows if area.min_row <= row <= area.max_row]
            inside = [column for column in columns if area.min_col <= column <= area.max_col]
            if not inside_rows or not inside:
                continue
            first = inside_rows[0], inside[0]
            self.spans[first] = len(inside_rows), len(inside)
            self.source[first] = area.min_row, area.min_col
            self.covered |= {(row, column) for row in inside_rows for column in inside} - {first}


def _table(
    merged: _Merged,
    values: dict[tuple[int, int], str],
    rows: Sequence[int],
    columns: Sequence[int],
) -> Table:
    made = [
        tuple(
            _cell(merged, values, (row, column))
            for column in columns
            if (row, column) not in merged.covered
        )
        for row in rows
    ]
    first = [values.get((rows[0], column), "") for column in columns]
    is_header = len(made) > 1 and all(first) and not any(_is_number(words) for words in first)
    has_spans = any(cell.rows > 1 for cell in made[0])
    if is_header and not has_spans:
        return Table((made[0],), tuple(made[1:]))
    return Table((), tuple(made))


def _cell(merged: _Merged, values: dict[tuple[int, int], str], at: tuple[int, int]) -> Cell:
    words = values.get(merged.source.get(at, at), "")
    rows, columns = merged.spans.get(at, (1, 1))
    return Cell((Paragraph((Run(words),)),) if words else (), columns=columns, rows=rows)


def _is_number(words: str) -> bool:
    return not any(letter.isalpha() for letter in words)


def _words_of(block: Block) -> Iterable[str]:
    if not isinstance(block, Table):
        return ()
    rows = (*block.header, *block.rows)
    return (
        run.text
        for row in rows
        for cell in row
        for inner in cell.blocks
        if isinstance(inner, Paragraph)
        for run in inner.runs
    )
