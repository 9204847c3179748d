"""Spreadsheets: what their readers see becomes tables; what is hidden is left out and reported."""

import datetime
import zipfile
from pathlib import Path

import pytest
from document_builders import changed, codes
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill

from evidence.documents.document import Heading, Table, plain
from evidence.documents.errors import UnreadableFileError
from evidence.documents.read import Reading, read
from evidence.documents.readers import xlsx
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.documents.renderers.text import to_text

SECRET = "Secret payee"


def book(*rows: tuple[object, ...], title: str = "Grants") -> Workbook:
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    return made


def read_book(folder: Path, made: Workbook) -> Reading:
    # Stored files have no ending.
    path = folder / "original"
    made.save(path)
    return read(path, "xlsx")


def tables(reading: Reading) -> list[list[list[str]]]:
    return [
        [
            ["".join(plain(block.runs) for block in cell.blocks) for cell in row]
            for row in (*table.header, *table.rows)
        ]
        for table in reading.document.blocks
        if isinstance(table, Table)
    ]


def test_each_sheet_becomes_a_heading_and_a_table(tmp_path: Path) -> None:
    made = book(("Payee", "Amount"), ("Somewhere College", 1200))
    made.create_sheet("Visits").append(["Ŵyn", "2026"])
    made.create_sheet("Empty")

    reading = read_book(tmp_path, made)

    titles = [plain(b.runs) for b in reading.document.blocks if isinstance(b, Heading)]
    assert titles == ["Grants", "Visits"]
    assert tables(reading) == [
        [["Payee", "Amount"], ["Somewhere College", "1200"]],
        [["Ŵyn", "2026"]],
    ]
    first = next(block for block in reading.document.blocks if isinstance(block, Table))
    assert len(first.header) == 1


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (1234567.891, "General", "1234567.891"),
        (1200, "#,##0", "1,200"),
        (1200.5, '"£"#,##0.00', "£1,200.50"),
        (-1200.5, "[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", "-£1,200.50"),
        (0.256, "0.0%", "25.6%"),
        (0.5, "# ?/?", "0.5"),
        (3.0, "0", "3"),
        (True, "General", "TRUE"),
        (datetime.date(2026, 3, 4), "dd/mm/yyyy", "4 March 2026"),
        (datetime.datetime(2026, 3, 4, 9, 30), "dd/mm/yyyy hh:mm", "4 March 2026, 09:30"),  # noqa: DTZ001
        (datetime.time(9, 30), "hh:mm", "09:30"),
        ("line\none", "@", "line\none"),
    ],
)
def test_value_is_written_as_the_spreadsheet_shows_it(
    tmp_path: Path, value: object, number_format: str, words: str
) -> None:
    made = book((value,))
    made.active["A1"].number_format = number_format

    assert tables(read_book(tmp_path, made)) == [[[words]]]


def hide_sheet(made: Workbook) -> None:
    made.create_sheet("Raw").append([SECRET])
    made["Raw"].sheet_state = "veryHidden"


def hide_row(made: Workbook) -> None:
    made.active.append([SECRET])
    made.active.row_dimensions[made.active.max_row].hidden = True


def hide_columns(made: Workbook) -> None:
    made.active["D1"] = SECRET
    made.active.column_dimensions.group("C", "E", hidden=True)


def hide_by_format(made: Workbook) -> None:
    made.active["C1"] = SECRET
    made.active["C1"].number_format = ";;;"


def hide_by_colour(made: Workbook) -> None:
    made.active["C1"] = SECRET
    made.active["C1"].font = Font(color="FFFFFF")


def hide_by_theme(made: Workbook) -> None:
    made.active["C1"] = SECRET
    made.active["C1"].font = Font(color=Color(theme=0))


def hide_on_ground(made: Workbook) -> None:
    made.active["C1"] = SECRET
    made.active["C1"].font = Font(color="00492E")
    made.active["C1"].fill = PatternFill("solid", fgColor="00492E")


@pytest.mark.parametrize(
    "hide",
    [
        hide_sheet,
        hide_row,
        hide_columns,
        hide_by_format,
        hide_by_colour,
        hide_by_theme,
        hide_on_ground,
    ],
)
def test_hidden_cells_are_left_out_and_hold_the_submission(tmp_path: Path, hide) -> None:
    made = book(("Payee", "Amount"), ("Somewhere College", 1200))
    hide(made)

    reading = read_book(tmp_path, made)

    finding = codes(reading.findings)["hidden-text"]
    assert (finding.severity, finding.words) == ("hold", SECRET)
    assert SECRET not in reading.document.to_json().decode()
    assert tables(reading) == [[["Payee", "Amount"], ["Somewhere College", "1200"]]]


def test_merged_cells_keep_their_width_and_height(tmp_path: Path) -> None:
    made = book(("Both", None, "Tall"), ("a", "b", None))
    made.active.merge_cells("A1:B1")
    made.active.merge_cells("C1:C2")

    reading = read_book(tmp_path, made)

    (table,) = (block for block in reading.document.blocks if isinstance(block, Table))
    spans = [[(cell.columns, cell.rows) for cell in row] for row in table.rows]
    assert spans == [[(2, 1), (1, 2)], [(1, 1), (1, 1)]]


def test_many_columns_stand_in_tables_one_after_the_other(tmp_path: Path) -> None:
    made = book(tuple(f"c{n}" for n in range(xlsx.COLUMNS + 2)), tuple(range(xlsx.COLUMNS + 2)))

    reading = read_book(tmp_path, made)

    assert [len(table[0]) for table in tables(reading)] == [xlsx.COLUMNS, 2]
    titles = [plain(b.runs) for b in reading.document.blocks if isinstance(b, Heading)]
    assert titles == ["Grants (A to L)", "Grants (M to N)"]


def test_a_cell_far_away_makes_no_million_empty_rows(tmp_path: Path) -> None:
    made = book(("near",))
    made.active.cell(row=1_000_000, column=16_000, value="far")

    assert tables(read_book(tmp_path, made)) == [[["near", ""], ["", "far"]]]


def test_comments_and_properties_are_left_out_and_reported(tmp_path: Path) -> None:
    made = book(("Payee",))
    made.active["A1"].comment = Comment("Ask Bob.", "Zhang Weiming")
    made.properties.creator = "Ann Othername"

    reading = read_book(tmp_path, made)

    findings = codes(reading.findings)
    assert findings["comment-left-out"].words == "Ask Bob."
    assert "Ann Othername" in findings["metadata-left-out"].words
    assert {"Ann Othername", "Zhang Weiming"} <= {detail.words for detail in reading.details}
    assert "Bob" not in to_text(reading.document)


def test_copies_of_data_and_links_in_the_file_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    book(("Payee",)).save(path)
    path = changed(
        path,
        {
            "xl/pivotCache/pivotCacheRecords1.xml": "<pivotCacheRecords/>",
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/charts/chart1.xml": "<chart/>",
        },
    )

    assert {"pivot-cache", "external", "drawing-left-out"} <= codes(
        read(path, "xlsx").findings
    ).keys()


def test_formula_without_a_value_is_reported(tmp_path: Path) -> None:
    reading = read_book(tmp_path, book(("Sum", "=1+1")))

    assert codes(reading.findings)["formula-without-value"].parameters["count"] == 1
    assert "=1+1" not in to_text(reading.document)


def test_spreadsheet_of_too_many_cells_gets_a_plain_reason(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_CELLS", 3)

    with pytest.raises(UnreadableFileError, match="no pages to read"):
        read_book(tmp_path, book(("a", "b"), ("c", "d")))


def test_damaged_spreadsheet_gets_a_plain_reason(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook")

    with pytest.raises(UnreadableFileError, match="damaged"):
        read(path, "xlsx")


def test_tables_of_a_spreadsheet_fit_the_page(tmp_path: Path) -> None:
    rows = [tuple(f"Somewhere College {n}" for n in range(xlsx.COLUMNS))] * 60
    reading = read_book(tmp_path, book(*rows))

    rendered = to_pdf(
        reading.document, {}, PageHeading("Committee", "Inquiry", "Evidence", "A1", "2026")
    )

    assert rendered.pages > 1
    assert "pdf-not-ua" not in codes(rendered.findings)
