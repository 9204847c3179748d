"""Properties of every document, whatever its words."""

from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from evidence.documents.document import (
    STYLES,
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
from evidence.documents.renderers.html import to_html
from evidence.documents.renderers.text import to_text

# Words as people write them, and words that would be markup where they are not escaped.
PLAIN = some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
HOSTILE = some.sampled_from(
    [
        "<script>alert(1)</script>",
        "</p><h1>",
        "&lt;b&gt;",
        "<!--",
        "-->",
        "]]>",
        '" onmouseover="x',
        "' style='x",
        "<img src=x onerror=y>",
        "&#60;",
        "a\nb",
    ]
)
WORDS = some.one_of(PLAIN, HOSTILE)
LINKS = some.sampled_from(
    ["", "", "https://example.org/?a=1&b=2", "http://example.org/#x", "mailto:a@example.org"]
)
SETS_OF_STYLES = some.sets(some.sampled_from(STYLES), max_size=3).map(sorted).map(tuple)
RUNS = some.lists(
    some.one_of(
        some.builds(Run, text=WORDS, styles=SETS_OF_STYLES, link=LINKS),
        some.builds(Run, note=some.just(1)),
    ),
    max_size=4,
).map(tuple)
PARAGRAPHS = some.builds(Paragraph, RUNS)
LEAVES = some.one_of(
    PARAGRAPHS,
    some.builds(Heading, some.integers(1, 6), RUNS),
    some.builds(Preformatted, WORDS),
    some.builds(Image, some.just("a.png"), WORDS, some.just("0" * 64)),
)


def container_blocks(blocks: some.SearchStrategy[Block]) -> some.SearchStrategy[Block]:
    """The kinds of block that hold others."""
    rows_of_blocks = some.lists(blocks, max_size=2).map(tuple)
    cells = some.builds(Cell, rows_of_blocks, some.integers(1, 3), some.integers(1, 3))
    rows = some.lists(some.lists(cells, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple)
    return some.one_of(
        some.builds(Quote, rows_of_blocks),
        some.builds(Table, rows, rows, RUNS),
        some.builds(
            ListBlock,
            some.booleans(),
            some.lists(rows_of_blocks, max_size=2).map(tuple),
            some.integers(1, 9),
            some.sampled_from(["decimal", "lower-alpha", "upper-roman"]),
        ),
    )


BLOCKS = some.recursive(LEAVES, container_blocks, max_leaves=6)
DOCUMENTS = some.builds(
    Document,
    some.lists(BLOCKS, max_size=4).map(numbered),
    some.just(((Paragraph((Run("A note."),)),),)),
    some.sampled_from(["en", "cy", "zh-Hans"]),
)
MANY = settings(max_examples=150, deadline=None)


class Structure(HTMLParser):
    """The tags of a page in their order with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, ...]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = sorted(f"{name}={value}" for name, value in attrs if name not in {"alt", "href"})
        self.tags.append((tag, *values, *sorted(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.tags.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.tags.append(("instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.tags.append(("declaration", data))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def html_of(document: Document) -> str:
    return to_html(document, image_url=lambda name: f"/pictures/{name}")


def letters_as_x(text: str) -> str:
    """As long and with the same blanks and lines, but of the letter x alone."""
    return "".join(letter if letter.isspace() else "x" for letter in text)


def with_muted_words(thing):
    """The same document with every word a witness wrote made harmless."""
    if isinstance(thing, tuple):
        return tuple(with_muted_words(inner) for inner in thing)
    if not is_dataclass(thing):
        return thing
    changes = {
        field.name: letters_as_x(getattr(thing, field.name))
        if field.name in {"text", "alt"}
        else with_muted_words(getattr(thing, field.name))
        for field in fields(thing)
    }
    return replace(thing, **changes)


@MANY
@given(DOCUMENTS)
def test_every_document_survives_a_json_round_trip(document):
    content = document.to_json()

    assert Document.from_json(content) == document
    assert Document.from_json(content).to_json() == content


@MANY
@given(DOCUMENTS)
def test_witness_text_never_becomes_markup(document):
    """The tags of a page are those of the same document with other words."""
    assert Structure(html_of(document)).tags == Structure(html_of(with_muted_words(document))).tags


@MANY
@given(WORDS)
def test_every_word_is_on_the_html_page_as_written(words):
    document = Document(numbered((Paragraph((Run(words),)), Preformatted(words))))
    shown = "".join(Structure(html_of(document)).words)

    assert shown.count(words.replace("\n", "")) >= 1
    assert words in shown


@MANY
@given(DOCUMENTS)
def test_plain_text_holds_all_words_of_a_document(document):
    text = "".join(to_text(document).split())

    for block in document.blocks:
        if isinstance(block, Paragraph):
            for run in block.runs:
                assert "".join(run.text.split()) in text


@pytest.mark.parametrize(
    "broken", [b"[]", b"null", b'"x"', b"{}", b'{"version":2}', b'{"version":1,"blocks":1}']
)
def test_invalid_document_is_refused(broken):
    with pytest.raises(ValueError, match=r"document|version"):
        Document.from_json(broken)
