"""Paragraphs that are read from right to left begin at the right, on the page and in the PDF."""

import pypdfium2
import pytest

from evidence.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Table,
    numbered,
)
from evidence.documents.renderers.pdf import PageHeading, to_html, to_pdf
from evidence.documents.renderers.text_direction import backwards

ARABIC, ENGLISH = "شهادة", "Testimony"


def words(*text: str) -> Paragraph:
    return Paragraph(tuple(map(Run, text)))


def items(*text: str) -> ListBlock:
    return ListBlock(False, tuple((words(line),) for line in text))


def html(*blocks: Block) -> str:
    return to_html(Document(numbered(blocks), ()), image_url=str)


@pytest.mark.parametrize(
    "block",
    [
        words(ARABIC),
        words("12. «", f"{ARABIC} {ENGLISH}"),
        Heading(1, (Run("עדות"),)),
        Preformatted(ARABIC),
        items(ARABIC, ARABIC),
        Quote((words(ARABIC), words(ENGLISH))),
    ],
)
def test_text_beginning_with_a_right_to_left_letter_is_right_to_left(block):
    assert backwards(block)


@pytest.mark.parametrize(
    "block",
    [
        words(f"{ENGLISH} of {ARABIC}"),
        words("12 (3) …"),
        words(""),
        Heading(1, (Run("བོད།"),)),
        items(ARABIC, ENGLISH),
        items(),
        Quote(()),
        Table((), ()),
    ],
)
def test_other_text_is_left_to_right(block):
    assert not backwards(block)


def test_html_marks_right_to_left_parts():
    table = Table((), ((Cell((words(ARABIC),)), Cell((words(ENGLISH),))),), (Run(ARABIC),))

    page = html(words(ARABIC), words(ENGLISH), items(ARABIC, ENGLISH), items(ARABIC), table)

    assert '<p id="p1" class="numbered" dir="rtl">' in page
    assert '<p id="p2" class="numbered">' in page
    assert f'<ul>\n<li dir="rtl">{ARABIC}</li>\n<li>{ENGLISH}</li>\n</ul>' in page
    assert f'<ul dir="rtl">\n<li dir="rtl">{ARABIC}</li>\n</ul>' in page
    assert f'<td dir="rtl">{ARABIC}</td><td>{ENGLISH}</td>' in page
    assert f'<caption dir="rtl">{ARABIC}</caption>' in page


def test_pdf_sets_right_to_left_paragraphs_and_their_numbers_at_the_right():
    made = Document(numbered([words(ENGLISH), words(ARABIC), Heading(1, (Run("עדות"),))]), ())

    pdf = to_pdf(made, {}, PageHeading("C", "I", "Heading", "", "")).pdf

    left, right = _where(pdf, ENGLISH[0]), _where(pdf, ARABIC[0])
    assert _where(pdf, "1") < left < 150
    assert _where(pdf, "2") > right > 450
    assert _where(pdf, "ע") > 450


def _where(pdf: bytes, letter: str) -> float:
    """How far across the page the first such letter stands."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    return page.get_charbox(page.get_text_range().index(letter))[0]
