"""Words of OpenDocument texts look as in the file, by their spans or their paragraphs."""

from pathlib import Path

import pytest
from document_builders import codes
from test_read_other_kinds import open_document

from evidence.documents.document import Heading, Paragraph, Table, plain
from evidence.documents.read import read

FO = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'


def style(name: str, family: str, properties: str, parent: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" '
        f'style:parent-style-name="{parent}"><style:text-properties {FO} {properties}/>'
        "</style:style>"
    )


STYLES = (
    style("U", "text", 'style:text-underline-style="solid"')
    + style("None", "text", 'style:text-underline-style="none" fo:font-weight="normal"')
    + style("Caps", "text", 'fo:font-variant="small-caps"')
    + style("Sup", "text", 'style:text-position="super 58%"')
    + style("Low", "text", 'style:text-position="-33% 58%"')
    + style("Struck", "text", 'style:text-line-through-type="single"')
    + style("Child", "text", 'fo:font-style="italic"', "U")
    + style("Bold", "paragraph", 'fo:font-weight="bold"')
)
LINK = "http://www.w3.org/1999/xlink"


def looks(folder: Path, body: str) -> list[tuple[str, tuple[str, ...]]]:
    reading = read(open_document(folder, body, STYLES), "odt")
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    block = reading.document.blocks[0]
    assert isinstance(block, Paragraph | Heading)
    return [(run.text.strip(), run.styles) for run in block.runs if run.text.strip()]


def span(name: str, words: str) -> str:
    return f'<text:span text:style-name="{name}">{words}</text:span>'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"a {span('U', 'b')} c", [("a", ()), ("b", ("underline",)), ("c", ())]),
        (f"a {span('Caps', 'b')}", [("a", ()), ("b", ("small-caps",))]),
        (
            f"a {span('Sup', 'b')}{span('Low', 'c')}",
            [("a", ()), ("b", ("superscript",)), ("c", ("subscript",))],
        ),
        (f"a {span('Struck', 'b')}", [("a", ()), ("b", ("strike",))]),
        (f"a {span('Child', 'b')}", [("a", ()), ("b", ("emphasis", "underline"))]),
        (
            span("U", f"a {span('Child', 'b')} c") + " d",
            [
                ("a", ("underline",)),
                ("b", ("emphasis", "underline")),
                ("c", ("underline",)),
                ("d", ()),
            ],
        ),
        (span("U", f"a {span('None', 'b')}"), [("a", ("underline",)), ("b", ())]),
        (
            f"a{span('U', '<text:s/>')}b {span('U', 'c<text:tab/>d')}",
            [("a b", ()), ("c d", ("underline",))],
        ),
    ],
)
def test_looks_of_spans_are_kept(
    tmp_path: Path, inside: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert looks(tmp_path, f"<text:p>{inside}</text:p>") == expected


def test_looks_of_whole_paragraphs_are_kept_but_not_of_headings(tmp_path: Path) -> None:
    inside = f"a {span('None', 'b')}"

    assert looks(tmp_path, f'<text:p text:style-name="Bold">{inside}</text:p>') == [
        ("a", ("strong",)),
        ("b", ()),
    ]
    heading = f'<text:h text:outline-level="1" text:style-name="Bold">{inside}</text:h>'
    assert looks(tmp_path, heading) == [("a b", ())]


def test_underline_of_links_is_their_own(tmp_path: Path) -> None:
    address = f'xmlns:xlink="{LINK}" xlink:href="https://example.org/"'
    link = f"<text:a {address}>{span('U', 'here')}</text:a>"

    assert looks(tmp_path, f"<text:p>See {link}.</text:p>") == [
        ("See", ()),
        ("here", ()),
        (".", ()),
    ]


def test_look_goes_on_after_a_note(tmp_path: Path) -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        f"<text:note-body><text:p>In {span('Child', 'a')} note</text:p></text:note-body>"
        "</text:note>"
    )

    assert looks(tmp_path, f"<text:p>{span('U', f'before{note}after')} end</text:p>") == [
        ("before", ("underline",)),
        ("after", ("underline",)),
        ("end", ()),
    ]


def test_text_with_characters_of_a_mark_stays_plain(tmp_path: Path) -> None:
    assert looks(tmp_path, "<text:p>a\ufdd2\ufde0\ufde1b</text:p>") == [("ab", ())]


def test_table_with_merged_cells_keeps_every_column(tmp_path: Path) -> None:
    def cell(words: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{words}</text:p></table:table-cell>"

    covered = "<table:covered-table-cell/>"
    body = (
        '<table:table><table:table-column table:number-columns-repeated="3"/><table:table-row>'
        + cell("a", 'table:number-rows-spanned="2"')
        + cell("b", 'table:number-columns-spanned="2"')
        + f"{covered}</table:table-row><table:table-row>{covered}{cell('c')}{cell('d')}"
        "</table:table-row></table:table>"
    )

    reading = read(open_document(tmp_path, body), "odt")

    [table] = reading.document.blocks
    assert isinstance(table, Table)
    shapes = [
        [(plain(b.runs), cell.columns, cell.rows) for cell in row for b in cell.blocks]
        for row in table.rows
    ]
    assert shapes == [[("a", 1, 2), ("b", 2, 1)], [("c", 1, 1), ("d", 1, 1)]]
