"""Rendering documents: words stay text, and structure is kept."""

import io
from html.parser import HTMLParser

import pikepdf
import pytest
from document_builders import photograph
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Table,
    numbered,
)
from evidence.documents.readers.image_reencode import ImageUnreadableError, remade
from evidence.documents.renderers.pdf import PageHeading, to_html, to_pdf, to_text
from evidence.documents.renderers.table_grid import laid_out
from tests.evidence.pdf.languages import NEVER_PRINTED

FACE = PageHeading(
    committee="Foreign Affairs Committee",
    inquiry="Interference in academia",
    heading="Written evidence submitted by Dr A. Name, Reader in Law, University of X (FIA0012)",
    reference="FIA0012",
    date="March 2026",
)
HOSTILE = (
    '#read("/etc/passwd") #panic("x") $x$ *b* @ref <l> <script>alert(1)</script> &amp; " \' \\'
)


def words(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def cell(text: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell((words(text),), columns, rows)


def document(*blocks: Block, notes: tuple[tuple[Block, ...], ...] = ()) -> Document:
    return Document(numbered(blocks), notes)


def html(made: Document) -> str:
    return to_html(made, image_url=lambda name: f"/pictures/{name}")


class Seen(HTMLParser):
    """The tags, attributes and text of a fragment."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def everything(text: str) -> Document:
    """A document of every kind of block, with this text in each place."""
    style_names = ("code", "emphasis", "formula", "small-caps", "strike", "strong", "subscript")
    runs = tuple(Run(text, (name,)) for name in (*style_names, "superscript", "underline"))
    return document(
        Heading(1, (Run(f"H {text}"),)),
        Paragraph((*runs, Run(text, link="https://example.org/"), Run(note=1), Run(note=1))),
        ListBlock(ordered=True, items=((words(text), words(text)),), start=3, style="lower-roman"),
        ListBlock(ordered=False, items=((words(text),), ())),
        Table(((cell(text),),), ((cell(text),), (Cell(()),)), (Run(text),)),
        Quote((words(text),)),
        Preformatted(text),
        notes=((words(text), words(text)),),
    )


def test_hostile_text_stays_text_in_html() -> None:
    parsed = Seen(html(everything(HOSTILE)))

    assert "script" not in parsed.tags
    assert HOSTILE in parsed.text
    assert not parsed.open


def test_hostile_text_stays_text_in_pdf() -> None:
    rendered = to_pdf(everything(HOSTILE), {}, FACE)

    assert rendered.findings == ()
    assert rendered.pages == 1


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_escapes_into_the_html(text: str) -> None:
    parsed = Seen(html(everything(text)))

    assert not parsed.open
    assert parsed.attributes <= {
        "id", "class", "href", "rel", "aria-label", "type", "start", "scope", "colspan", "rowspan",
        "dir",
    }  # fmt: skip


def test_html_has_no_inline_style_or_script_and_an_anchor_for_each_paragraph() -> None:
    source = html(document(words("One"), Heading(1, (Run("H"),)), words("Two\nlines")))

    assert '<p id="p1"' in source
    assert '<p id="p2"' in source
    assert "Two<br>lines" in source
    assert "<h2>H</h2>" in source
    assert "style=" not in source


def test_html_table_headings_name_their_columns() -> None:
    table = Table(((cell("Year", 2),),), ((cell("1"), cell("2", 1, 2)),))

    source = html(document(table))

    assert '<thead>\n<tr><th scope="col" colspan="2">Year</th></tr>\n</thead>' in source
    assert '<td rowspan="2">2</td>' in source


def test_footnotes_and_their_references_link_to_each_other() -> None:
    noted = Paragraph((Run("Text"), Run(note=1), Run(" again"), Run(note=1)))
    source = html(document(noted, notes=((words("A note"),),)))

    assert source.count('id="note-mark-1"') == 1
    assert source.count('href="#note-1"') == 2
    assert 'id="note-1"' in source
    assert 'href="#note-mark-1"' in source


def test_pictures_have_our_own_address_and_a_description() -> None:
    source = html(document(Image("a.png", 'A "view"', "0" * 64)))

    assert '<img src="/pictures/a.png" alt="A &quot;view&quot;" loading="lazy">' in source


def test_plain_text_has_paragraph_numbers_list_markers_and_notes() -> None:
    made = document(
        Paragraph((Run("One"), Run(note=1))),
        ListBlock(ordered=True, items=((words("a"),), (words("b"),)), start=2, style="lower-alpha"),
        Table((), ((cell("x"), cell("y")),)),
        notes=((words("A note"),),),
    )

    assert to_text(made) == "1. One[1]\n\n(b) a\n(c) b\n\nx | y\n\n[1] A note\n"


def test_pdf_is_accessible_and_its_metadata_hold_only_the_heading() -> None:
    rendered = to_pdf(document(words("Text")), {}, FACE)

    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()
        assert str(pdf.docinfo["/Title"]) == FACE.heading
        assert "/CreationDate" not in pdf.docinfo


def test_same_document_gives_the_same_pdf() -> None:
    made = everything("words")

    assert to_pdf(made, {}, FACE) == to_pdf(made, {}, FACE)


def test_skipped_and_empty_headings_cause_no_finding() -> None:
    made = document(Heading(1, (Run("A"),)), Heading(3, (Run("B"),)), Heading(2, ()), words("x"))

    assert to_pdf(made, {}, FACE).findings == ()


def test_characters_without_a_font_are_replaced_and_reported() -> None:
    rendered = to_pdf(document(words(f"Smile 😀 ✅ বাংলা བོད་ {NEVER_PRINTED} end")), {}, FACE)

    [finding] = rendered.findings
    assert finding.code == "letter-replaced"
    assert f"{NEVER_PRINTED} (U+13000)" in finding.words
    assert "😀" not in finding.words
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()


def test_pdf_that_cannot_claim_accessibility_is_made_without_and_reported() -> None:
    # More letters without a font than are replaced one by one.
    many = "".join(chr(0x13000 + number) for number in range(60))

    rendered = to_pdf(document(words(many)), {}, FACE)

    assert rendered.findings[-1].code == "pdf-not-ua"
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert b"pdfuaid" not in pdf.Root.Metadata.read_bytes()


def test_underline_across_a_line_break_is_rendered() -> None:
    made = document(Paragraph((Run("one\ntwo", ("underline",)),)))

    assert to_pdf(made, {}, FACE).findings == ()


def test_struck_and_underlined_words_are_rendered() -> None:
    made = document(Paragraph((Run("both", ("strike", "underline")),)))

    assert to_pdf(made, {}, FACE).findings == ()


def test_headings_in_lists_quotes_cells_and_notes_are_bold_text() -> None:
    inner = Heading(5, (Run("Inner"), Run(note=1)))
    made = document(
        Heading(1, (Run("Outer"),)),
        Quote((inner,)),
        ListBlock(ordered=False, items=((inner,),)),
        Table(((Cell((inner,)),),), ((Cell((inner,)),),)),
        notes=((Heading(2, (Run("In a note"),)),),),
    )

    assert to_pdf(made, {}, FACE).findings == ()
    assert "<strong>Inner</strong>" in html(made)
    assert [tag for tag in Seen(html(made)).tags if tag[0] == "h"] == ["h2"]


def test_long_table_continues_over_pages() -> None:
    rows = tuple((cell(f"Row {number}"), cell("words " * 20)) for number in range(60))

    rendered = to_pdf(document(Table(((cell("A"), cell("B")),), rows)), {}, FACE)

    assert rendered.pages > 2
    assert rendered.findings == ()


@pytest.mark.parametrize(
    "rows",
    [
        ((cell("a", 3, 5), cell("b")), (cell("c", 9), cell("d"))),
        ((cell("a", 1, 9),), (cell("b"),), (cell("c"),)),
        ((cell("a"),), (), (cell("b"), cell("c"), cell("d", 2, 2))),
        ((cell("a", 100), cell("b", 100)),),
    ],
)
def test_tables_with_inconsistent_spans_lose_no_words(rows: tuple[tuple[Cell, ...], ...]) -> None:
    table = Table((), rows)
    grid = laid_out(table)

    blocks = [b for row in grid.rows for c in row for b in c.blocks]
    assert sorted(str(b) for b in blocks) == sorted(
        str(b) for r in rows for c in r for b in c.blocks
    )
    assert to_pdf(document(table), {}, FACE).findings == ()


def test_nested_lists_and_quotes_are_rendered() -> None:
    inner: Block = words("deep")
    for level in range(18):
        inner = Quote((inner,)) if level % 3 else ListBlock(ordered=False, items=((inner,),))

    assert to_pdf(document(inner), {}, FACE).findings == ()


def test_missing_picture_is_reported_in_its_place() -> None:
    picture = remade(photograph())
    image = Image(picture.name, "", picture.sha)

    rendered = to_pdf(
        document(image, Image("absent.png", "x", "")), {picture.name: picture.content}, FACE
    )

    assert rendered.findings == ()
    assert b"[A picture is missing here.]" not in rendered.pdf


def test_picture_of_too_many_pixels_is_refused_before_decoding() -> None:
    # A header that promises 60,000 by 60,000 pixels.
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2
    bomb = head + b"\x08\x02\x00\x00\x00" + bytes(4)

    with pytest.raises(ImageUnreadableError):
        remade(bomb)


def test_identical_pictures_are_stored_once() -> None:
    assert remade(photograph()) == remade(photograph(gps=False))
