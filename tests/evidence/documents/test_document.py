"""The document as data: canonical, numbered, harmless."""

import json

import pytest

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
    anchor,
    numbered,
    safe_link,
)
from evidence.documents.renderers.heading_levels import levelled
from evidence.documents.text_cleaning import clean, count_words

FULL = Document(
    numbered(
        (
            Heading(1, (Run("Head"),)),
            Paragraph(
                (Run("One ", ("strong",)), Run("two", link="https://example.org/"), Run(note=1))
            ),
            ListBlock(
                ordered=True, items=((Paragraph((Run("a"),)),),), start=3, style="lower-alpha"
            ),
            Table(
                ((Cell((Paragraph((Run("h"),)),), 2, 1),),), ((Cell(()), Cell(())),), (Run("c"),)
            ),
            Quote((Paragraph((Run("q"),)),)),
            Preformatted("x  y"),
            Image("a.png", "A view", "0" * 64),
            Paragraph((Run("中文\nline"),)),
        )
    ),
    ((Paragraph((Run("A note."),)),),),
    "cy",
)


def test_document_survives_a_json_round_trip() -> None:
    assert Document.from_json(FULL.to_json()) == FULL


def test_document_json_is_canonical() -> None:
    content = FULL.to_json()

    again = json.dumps(
        json.loads(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert content == again.encode()
    assert Document.from_json(content).to_json() == content


def test_paragraphs_are_numbered_in_reading_order_and_found_by_number() -> None:
    paragraph = FULL.paragraph(2)

    assert paragraph is not None
    assert paragraph.runs[0].text == "中文\nline"
    assert FULL.paragraph(3) is None
    assert anchor(2) == "p2"


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        '{"version":9}',
        '{"version":1,"blocks":[{"kind":"script"}],"notes":[],"language":""}',
    ],
)
def test_invalid_document_json_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="document"):
        Document.from_json(content)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=c", True),
        ("mailto:clerk@example.org", True),
        ("HTTP://EXAMPLE.ORG", True),
        ("javascript:alert(1)", False),
        (" data:text/html,x", False),
        ("https://example.org/\njavascript:x", False),
        ('https://example.org/"onclick="x', False),
        ("//example.org", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_web_and_mail_addresses_are_links(address: str, kept: bool) -> None:
    assert bool(safe_link(address)) is kept


def test_forbidden_link_in_the_json_becomes_plain_text() -> None:
    content = FULL.to_json().replace(b"https://example.org/", b"javascript:alert(1)")

    assert b"javascript" not in Document.from_json(content).to_json()


def test_heading_levels_are_never_skipped() -> None:
    levels = [2, 4, 4, 3, 2, 6, 1]
    blocks: tuple[Block, ...] = tuple(Heading(level, (Run("H"),)) for level in levels)

    made = levelled(Document((*blocks, Heading(1, (Run(" "),))))).blocks

    assert [block.level for block in made if isinstance(block, Heading)] == [1, 2, 2, 2, 1, 2, 1]


def test_unprintable_characters_are_removed_or_replaced() -> None:
    assert clean("a\x00b\x07c\td\r\ne\u202ef\uf0b7g\ud800") == "abc d\nef•g"
    assert clean("e\u0301") == "é"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


def test_words_are_counted_as_people_count_them() -> None:
    assert count_words("State-linked actors don't wait; 3.5 % of £1,000 – e.g. a@b.org") == 9
