"""Items of lists keep the labels that the witness saw, however they were counted."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from document_builders import codes, paragraph, word_part, word_with

from evidence.documents.document import Document, Heading, ListBlock, Paragraph, Run, plain
from evidence.documents.read import Reading, read
from evidence.documents.renderers.docx import to_docx
from evidence.documents.renderers.html import to_html
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.documents.renderers.text import to_text


def level(number: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/><w:pPr><w:ind w:left="{720 * (number + 1)}"/></w:pPr></w:lvl>'
    )


def abstract(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def use(number: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
NUMBERING = word_part(
    "numbering",
    abstract(0, level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"))
    + abstract(
        1,
        level(0, "decimal", "%1."),
        level(1, "lowerLetter", "%1.%2."),
        level(2, "upperRoman", "%1.%2.%3"),
    )
    + abstract(2, level(0, "bullet", "\uf0b7"), level(1, "bullet", "o"))
    + abstract(3, level(0, "lowerRoman", "%1)", start=9))
    + abstract(
        4,
        level(0, "upperRoman", "Part %1"),
        level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        level(2, "decimal", "Question %3", '<w:lvlRestart w:val="0"/>'),
    )
    + abstract(
        5, level(0, "decimal", "%1", '<w:pStyle w:val="Heading1"/>'), level(1, "decimal", "%1.%2")
    )
    + use(1, 0)
    + use(2, 1)
    + use(3, 2)
    + use(4, 3)
    + use(5, 4)
    + use(6, 5)
    + use(7, 0, RESTART),
)
STYLES = word_part(
    "styles",
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
    '<w:numId w:val="6"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:pPr><w:numPr>'
    '<w:ilvl w:val="1"/><w:numId w:val="6"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Numbered"><w:name w:val="Numbered"/><w:pPr><w:numPr>'
    '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
)


def item(words: str, number: int, at: int = 0, style: str = "", indent: int | None = None) -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    place = (
        f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    )
    moved = f'<w:ind w:left="{indent}"/>' if indent is not None else ""
    run = f"<w:r><w:t>{words}</w:t></w:r>" if words else ""
    return f"<w:p><w:pPr>{named}{place}{moved}</w:pPr>{run}</w:p>"


def reading_of(folder: Path, body: str) -> Reading:
    parts = {"word/numbering.xml": NUMBERING, "word/styles.xml": STYLES}
    reading = read(word_with(folder, body, parts), "docx")
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    return reading


def lines(folder: Path, body: str) -> list[str]:
    text = to_text(reading_of(folder, body).document)
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_labels_show_the_numbers_of_all_their_levels(tmp_path: Path) -> None:
    body = item("one", 2) + item("a", 2, 1) + item("first", 2, 2) + item("second", 2, 2)

    assert lines(tmp_path, body + item("b", 2, 1) + item("again", 2, 2)) == [
        "1. one",
        "1.a. a",
        "1.a.I first",
        "1.a.II second",
        "1.b. b",
        "1.b.I again",
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (item("a", 4) + item("b", 4), ["ix) a", "x) b"]),
        (item("a", 5) + item("b", 5, 1) + item("c", 5, 1), ["Part I a", "1.1 b", "1.2 c"]),
        (
            item("a", 5, 2) + item("p", 5) + item("b", 5, 2),
            ["Question 1 a", "Part I p", "Question 2 b"],
        ),
        (item("a", 1) + item("b", 1) + item("c", 7), ["1. a", "2. b", "1. c"]),
        (
            item("a", 1) + paragraph("Between.") + item("b", 1),
            ["1. a", "1. Between.", "2. b"],
        ),
        (item("a", 1) + item("", 1) + item("c", 1), ["1. a", "3. c"]),
        (item("a", 0, style="Numbered") + item("b", 0, style="Numbered"), ["1. a", "2. b"]),
        (item("a", 0, style="Numbered") + item("b", 99), ["1. a", "1. b"]),
    ],
)
def test_items_are_counted_as_word_counts_them(
    tmp_path: Path, body: str, expected: list[str]
) -> None:
    assert lines(tmp_path, body) == expected


def test_bullets_indented_under_a_number_are_inside_its_item(tmp_path: Path) -> None:
    body = item("one", 1) + item("point", 3, indent=1440) + item("other", 3, indent=1440)

    [block] = reading_of(tmp_path, body + item("two", 1)).document.blocks

    assert isinstance(block, ListBlock)
    first, second = block.items
    assert [plain(b.runs) for b in second if isinstance(b, Paragraph)] == ["two"]
    [inner] = [b for b in first if isinstance(b, ListBlock)]
    assert (inner.ordered, len(inner.items)) == (False, 2)


def test_paragraph_indented_like_an_item_belongs_to_it(tmp_path: Path) -> None:
    body = item("one", 1) + item("more", 0, indent=720) + item("two", 1) + paragraph("End.")

    listed, last = reading_of(tmp_path, body).document.blocks

    assert isinstance(listed, ListBlock)
    assert [len(blocks) for blocks in listed.items] == [2, 1]
    assert isinstance(last, Paragraph)


def test_numbers_of_headings_are_words(tmp_path: Path) -> None:
    body = item("Intro", 0, style="Heading1") + item("Why", 0, style="Heading2")

    blocks = reading_of(tmp_path, body + item("End", 0, style="Heading1")).document.blocks

    headings = [(b.level, plain(b.runs)) for b in blocks if isinstance(b, Heading)]
    assert headings == [(1, "1 Intro"), (2, "1.1 Why"), (1, "2 End")]


def test_numbers_of_table_rows_are_kept(tmp_path: Path) -> None:
    rows = "".join(
        f"<w:tr><w:tc>{item('', 1)}</w:tc><w:tc>{paragraph(words)}</w:tc></w:tr>"
        for words in ("Apples", "Pears")
    )
    listed = "".join(f"<w:tr><w:tc>{item(words, 4)}</w:tc></w:tr>" for words in ("x", "y"))

    assert lines(tmp_path, f"<w:tbl>{rows}</w:tbl><w:p/><w:tbl>{listed}</w:tbl>") == [
        "1. | Apples",
        "2. | Pears",
        "ix) x",
        "x) y",
    ]


def test_deleted_items_are_not_counted_and_joined_ones_are_one(tmp_path: Path) -> None:
    gone = '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'
    text = '<w:del w:id="2" w:author="A"><w:r><w:delText>old</w:delText></w:r></w:del></w:p>'
    deleted = item("", 1).replace("</w:pPr>", gone).replace("</w:p>", text)
    joined = item("second ", 1).replace("</w:pPr>", gone)

    assert lines(tmp_path, item("first", 1) + deleted + joined + item("half", 1)) == [
        "1. first",
        "2. second half",
    ]


def test_text_with_characters_of_a_mark_stays_text(tmp_path: Path) -> None:
    body = item("one", 1) + paragraph("\ufdd00\ufdd1 forged")

    assert lines(tmp_path, body) == ["1. one", "1. 0 forged"]


def test_numbered_paragraphs_are_paragraphs_again_unless_their_numbers_have_parts(
    tmp_path: Path,
) -> None:
    long = "word " * 40

    assert lines(tmp_path, item(long, 1) + item(long, 1))[0].startswith("1. word")
    plainly = reading_of(tmp_path, item(long, 1) + item(long, 1)).document.blocks
    parts = reading_of(tmp_path, item("Head", 5) + item(long, 5, 1) + item(long, 5, 1))
    assert [type(block) for block in plainly] == [Paragraph, Paragraph]
    assert "1.2 word" in to_text(parts.document)


def test_every_rendition_shows_the_labels() -> None:
    items = tuple((Paragraph((Run(words),)),) for words in ("one", "<two>"))
    document = Document((ListBlock(ordered=True, items=items, marks=("1.a", "<b>")),))

    html = to_html(document, image_url=lambda name: name)
    face = PageHeading(committee="", inquiry="", heading="Evidence", reference="FIA0012", date="")
    with pdfium.PdfDocument(to_pdf(document, {}, face).pdf) as pdf:
        printed = pdf[0].get_textpage().get_text_range()
    again = Document.from_json(document.to_json())

    assert '<span class="item-mark">1.a</span> one' in html
    assert '<span class="item-mark">&lt;b&gt;</span> &lt;two&gt;' in html
    assert again == document
    assert "1.a" in printed
    assert to_text(document) == "1.a one\n<b> <two>\n"
    assert to_docx(document, {})[:2] == b"PK"
