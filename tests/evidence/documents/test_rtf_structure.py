"""Rich Text keeps its tables, lists, headings and the looks of its words."""

from pathlib import Path

import pytest
from document_builders import by_pandoc, codes, photograph
from test_read_other_kinds import rich_text

from evidence.documents.document import (
    Block,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Table,
    plain,
    walk,
)
from evidence.documents.read import Reading, read
from evidence.documents.renderers.text import to_text

LISTS = (
    r"{\*\listtable{\list{\listlevel\levelnfc0\levelstartat1{\leveltext\'02\'00.;}"
    r"{\levelnumbers\'01;}}{\listlevel\levelnfc4\levelstartat1{\leveltext\'04\'00.\'01.;}"
    r"{\levelnumbers\'01\'03;}}\listid7}{\list{\listlevel\levelnfc23{\leveltext\'01\u8226 ?;}"
    r"{\levelnumbers;}}\listid8}}{\*\listoverridetable{\listoverride\listid7\listoverridecount0\ls1}"
    r"{\listoverride\listid8\listoverridecount0\ls2}{\listoverride\listid7\listoverridecount1"
    r"{\lfolevel\listoverridestartat\levelstartat5}\ls3}}"
)
SHORT_TABLES = (
    r"{\*\listtable{\list{\listlevel{\leveltext\'09\'00\'08;}}\listid1}}"
    r"{\*\listoverridetable{\listoverride\listid1\ls1}}"
)


def reading_of(folder: Path, body: str) -> Reading:
    reading = read(rich_text(folder, body), "rtf")
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    return reading


def blocks_of(folder: Path, body: str) -> tuple[Block, ...]:
    return reading_of(folder, body).document.blocks


def lines(folder: Path, body: str) -> list[str]:
    text = to_text(reading_of(folder, body).document)
    return [line.strip() for line in text.splitlines() if line.strip()]


def looks(folder: Path, body: str) -> list[tuple[str, tuple[str, ...]]]:
    [block] = blocks_of(folder, body)
    assert isinstance(block, Paragraph)
    return [(run.text.strip(), run.styles) for run in block.runs if run.text.strip()]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"a {\b bold} c\par", [("a", ()), ("bold", ("strong",)), ("c", ())]),
        (r"\b bold\b0  c\par", [("bold", ("strong",)), ("c", ())]),
        (r"\b bold\plain  c\par", [("bold", ("strong",)), ("c", ())]),
        (r"{\ul under}{\ulnone  c}\par", [("under", ("underline",)), ("c", ())]),
        (r"\ul under\ul0  c\par", [("under", ("underline",)), ("c", ())]),
        (r"{\i it}{\strike gone}\par", [("it", ("emphasis",)), ("gone", ("strike",))]),
        (r"x{\super 2}{\sub n}\par", [("x", ()), ("2", ("superscript",)), ("n", ("subscript",))]),
        (
            r"{\b\i both}{\scaps small}\par",
            [("both", ("emphasis", "strong")), ("small", ("small-caps",))],
        ),
    ],
)
def test_looks_end_where_they_end(
    tmp_path: Path, body: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert looks(tmp_path, body) == expected


def test_paragraph_after_bold_words_is_not_bold(tmp_path: Path) -> None:
    first, second = blocks_of(tmp_path, r"{\b Head\par}\pard\plain Text.\par")

    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert (first.runs[0].styles, second.runs[0].styles) == (("strong",), ())


def test_table_keeps_rows_cells_and_merged_cells(tmp_path: Path) -> None:
    body = (
        r"\trowd\trhdr\cellx1000\cellx2000\cellx3000\pard\intbl A\cell B\cell C\cell\row"
        r"\trowd\clvmgf\cellx1000\cellx3000\pard\intbl d\par e\cell wide\cell\row"
        r"\trowd\clvmrg\cellx1000\cellx2000\cellx3005\pard\intbl\cell f\cell g\cell\row"
        r"\pard After.\par"
    )

    table, last = blocks_of(tmp_path, body)

    assert isinstance(table, Table)
    [head] = table.header
    rows = [[(cell.columns, cell.rows) for cell in row] for row in table.rows]
    words = [[" ".join(plain(b.runs) for b in c.blocks) for c in row] for row in table.rows]
    assert [len(cell.blocks) for cell in head] == [1, 1, 1]
    assert rows == [[(1, 2), (2, 1)], [(1, 1), (1, 1)]]
    assert words == [["d e", "wide"], ["f", "g"]]
    assert isinstance(last, Paragraph)


def test_table_inside_a_cell_stays_there(tmp_path: Path) -> None:
    body = (
        r"\trowd\cellx3000\cellx6000\pard\intbl Out\par"
        r"\pard\intbl\itap2 in 1\nestcell in 2\nestcell"
        r"{\*\nesttableprops\trowd\cellx1000\cellx2000\nestrow}{\nonesttables\par}"
        r"\pard\intbl\itap1 end\cell second\cell\row"
    )

    [table] = blocks_of(tmp_path, body)

    assert isinstance(table, Table)
    first, second = table.rows[0]
    assert [type(block) for block in first.blocks] == [Paragraph, Table, Paragraph]
    assert [len(row) for b in first.blocks if isinstance(b, Table) for row in b.rows] == [2]
    assert len(second.blocks) == 1


def test_labels_that_the_file_shows_are_kept(tmp_path: Path) -> None:
    body = (
        r"{\listtext 1.\tab}\ls1\ilvl0\li720 one\par{\listtext 1.a.II\tab}\ilvl1\li1440 deep\par"
        r"{\listtext\f3 \'b7\tab}\pard\ls2\ilvl0\li2160 point\par"
    )

    assert lines(tmp_path, LISTS + body) == ["1. one", "1.a.II deep", "• point"]


def test_labels_are_counted_where_the_file_shows_none(tmp_path: Path) -> None:
    body = (
        r"\pard\ls1\li720 one\par\pard\ls1\ilvl1\li1440 a\par\pard\ls1\ilvl1\li1440 b\par"
        r"\pard\ls1\li720 two\par\pard\li720 more of it\par\pard Between.\par"
        r"\pard\ls1\li720 three\par\pard\ls3\li720 five\par"
    )

    assert lines(tmp_path, LISTS + body) == [
        "1. one",
        "1.a. a",
        "1.b. b",
        "2. two",
        "more of it",
        "1. Between.",
        "3. three",
        "5. five",
    ]


def test_numbers_of_table_rows_are_kept(tmp_path: Path) -> None:
    row = r"\trowd\cellx1000\cellx2000\pard\intbl\ls1 \cell\pard\intbl words\cell\row"

    assert lines(tmp_path, LISTS + row + row) == ["1. | words", "2. | words"]


def test_headings_are_known_by_style_or_level_and_keep_their_number(tmp_path: Path) -> None:
    body = (
        r"{\stylesheet{\s0 Normal;}{\s2\b heading 2;}{\*\cs3 heading 9;}}"
        r"{\listtext 3.1\tab}\pard\s2\ls1{\b Why}\par\pard\outlinelevel0 Top\par\pard Text.\par"
    )

    blocks = blocks_of(tmp_path, body)

    headings = [(b.level, plain(b.runs)) for b in blocks if isinstance(b, Heading)]
    assert headings == [(2, "3.1 Why"), (1, "Top")]
    assert isinstance(blocks[-1], Paragraph)


def test_bullets_under_a_number_are_inside_its_item(tmp_path: Path) -> None:
    body = r"\pard\ls1\li720 one\par\pard\ls2\li1440 point\par\pard\ls1\li720 two\par"

    [block] = blocks_of(tmp_path, LISTS + body)

    assert isinstance(block, ListBlock)
    assert [len([b for b in item if isinstance(b, ListBlock)]) for item in block.items] == [1, 0]


def test_links_lead_to_their_address(tmp_path: Path) -> None:
    body = (
        r'See {\field{\*\fldinst HYPERLINK "https://example.org/"}{\fldrslt {\ul here}}} and '
        r"{\field{\*\fldinst PAGE}{\fldrslt 7}}.\par"
    )

    [block] = blocks_of(tmp_path, body)

    assert isinstance(block, Paragraph)
    assert {run.text: run.link for run in block.runs if run.link} == {
        "here": "https://example.org/"
    }
    assert plain(block.runs) == "See here and 7."


def test_formulas_are_kept_as_notation_and_reported(tmp_path: Path) -> None:
    formula = (
        r"{\mmath{\*\moMath{\mf{\mfPr{\*\mctrlPr\f34}}{\mnum{\mr a}}{\mden{\mr b}}}}}"
        r"{\mmathPict{\pict 00}}"
    )

    reading = reading_of(tmp_path, rf"Let {formula} be.\par")

    assert to_text(reading.document) == "1. Let a b be.\n"
    assert codes(reading.findings)["formula"].words == "a b"


def test_text_boxes_come_after_their_paragraph(tmp_path: Path) -> None:
    box = r"{\shp{\*\shpinst{\shptxt Boxed words\par}}{\shprslt ignored}}"

    assert lines(tmp_path, rf"Text{box} on.\par Next.\par") == [
        "1. Text on.",
        "2. Boxed words",
        "3. Next.",
    ]


def test_note_in_a_cell_is_a_note(tmp_path: Path) -> None:
    body = r"\trowd\cellx1000\pard\intbl Cell{\footnote \pard\plain A note.\par Two.} end\cell\row"

    document = reading_of(tmp_path, body).document

    assert [[plain(b.runs) for b in note] for note in document.notes] == [["A note.", "Two."]]
    assert [plain(b.runs) for b in walk(document.blocks) if isinstance(b, Paragraph)] == [
        "Cell end"
    ]


@pytest.mark.parametrize("form", ["hex", "bytes"])
def test_pictures_stand_where_they_stood(tmp_path: Path, form: str) -> None:
    content = photograph()
    data = content.hex() if form == "hex" else rf"\bin{len(content)} "
    head, tail = r"Before.\par{\*\shppict{\pict{\*\blipuid 00ff}\jpegblip ", r"}}\par After.\par}"
    path = tmp_path / "made.rtf"
    raw = b"" if form == "hex" else content
    path.write_bytes(rb"{\rtf1\ansi " + f"{head}{data}".encode() + raw + tail.encode())

    reading = read(path, "rtf")

    assert [type(block) for block in reading.document.blocks] == [Paragraph, Image, Paragraph]
    assert not {"picture-not-shown", "picture-left-out"} & codes(reading.findings).keys()


def test_rich_text_of_pandoc_is_read_without_loss(tmp_path: Path) -> None:
    markdown = (
        "# Head\n\nOne *two* **three**[^1].\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: A note.\n"
    )

    reading = read(by_pandoc(tmp_path, markdown, "rtf"), "rtf")

    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    assert {Heading, Table, Paragraph} <= {type(block) for block in reading.document.blocks}
    assert len(reading.document.notes) == 1


@pytest.mark.parametrize(
    "body",
    [
        r"\cell\row text",
        r"\trowd\cellx0\cellx-5\intbl a\cell\row\nestrow\nestcell b\nestcell",
        r"\itap9999999 deep\par\itap0 up\par",
        r"{\footnote{\footnote{\shptxt a}}} b",
        r"\ls99\ilvl77 a\par\ls-5\ilvl-1 b\par",
        SHORT_TABLES + r"\ls1 a\par",
        r"{\field{\*\fldinst HYPERLINK}{\fldrslt a}}",
        r"{\pict zz}{\pict 0} a",
    ],
)
def test_strange_rich_text_is_still_read(tmp_path: Path, body: str) -> None:
    assert "words-missing" not in codes(read(rich_text(tmp_path, f"Words. {body}"), "rtf").findings)
