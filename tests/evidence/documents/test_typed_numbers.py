"""Typed paragraph numbers: a paragraph never has two numbers, and no word is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evidence.documents.document import (
    Document,
    Heading,
    Paragraph,
    Run,
    numbered,
    plain,
)
from evidence.documents.read import read
from evidence.documents.readers.typed_numbers import with_one_number_each
from evidence.documents.renderers.text import to_text
from evidence.drafts.typed_text import document_of, page_of
from tests.factories import docx

STYLES = {"2. A": "{}. ", "2) A": "{}) ", "(2) A": "({}) ", "2. with a tab": "{}.\t"}
DOUBLED = re.compile(r"^\d+\. +(?:\(\d+\)|\d+[.)])\s+\S")


def a_document(*texts: str) -> Document:
    return Document(numbered(Paragraph((Run(text),)) for text in texts))


def shown(document: Document) -> list[tuple[int, str]]:
    """The paragraphs with their numbers."""
    return [(b.number, plain(b.runs)) for b in document.blocks if isinstance(b, Paragraph)]


def read_again(*texts: str) -> list[tuple[int, str]]:
    return shown(with_one_number_each(a_document(*texts))[0])


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_typed_numbers_in_order_become_the_paragraph_numbers(style):
    texts = [f"{style.format(number)}Sentence {number}." for number in (1, 2, 3)]
    document, findings = with_one_number_each(a_document(*texts))
    assert shown(document) == [(1, "Sentence 1."), (2, "Sentence 2."), (3, "Sentence 3.")]
    assert [(finding.code, finding.severity) for finding in findings] == [("typed-numbers", "info")]


def test_paragraphs_between_stay_unnumbered_so_that_cross_references_stay_right():
    paragraphs = ["Dear committee,", "1. First.", "2. See paragraph 1.", "3. Third."]
    assert read_again(*paragraphs) == [
        (0, "Dear committee,"),
        (1, "First."),
        (2, "See paragraph 1."),
        (3, "Third."),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("1. First.", "2. Second.", "2. Third."),
        ("2. First.", "3. Second.", "4. Third."),
        ("1. First.", "3. Second."),
        ("Words.", "More words.", "1. A point.", "2. A point.", "Words again."),
    ],
    ids=["repeated", "not from 1", "skipped", "a few points"],
)
def test_other_typed_numbers_stay_in_the_words_without_a_number_of_ours(texts):
    document, findings = with_one_number_each(a_document(*texts))
    assert [words for _number, words in shown(document)] == list(texts)
    with_ours = [(number, words) for number, words in shown(document) if number]
    rest = [words for words in texts if not words[0].isdigit()]
    assert with_ours == list(enumerate(rest, 1))
    assert [finding.code for finding in findings] == ["typed-numbers-kept"]


@pytest.mark.parametrize(
    "text", ["1.1 First.", "2026. A year.", "1.", "12 students came.", "1.5 million", "a) First."]
)
def test_other_beginnings_are_no_paragraph_numbers(text):
    document = a_document(text, "More.")
    assert with_one_number_each(document) == (document, [])


def test_number_across_styles_is_taken_off_and_the_rest_keeps_its_style():
    first = Paragraph((Run("1", ("strong",)), Run(". Fir"), Run("st.", ("emphasis",))))
    document = Document(numbered([Heading(1, (Run("1. Heading"),)), first]))
    heading, paragraph = with_one_number_each(document)[0].blocks
    assert paragraph == Paragraph((Run("Fir"), Run("st.", ("emphasis",))), 1)
    assert heading == Heading(1, (Run("1. Heading"),))


def test_number_before_a_note_stays():
    first = Paragraph((Run("1. "), Run(note=1), Run("First.")))
    document = Document(numbered([first]), notes=((Paragraph((Run("A note."),)),),))
    assert with_one_number_each(document) == (document, [])


def test_typed_text_reads_the_same_in_the_preview_and_after_sending(tmp_path):
    typed = "1. First words of it.\n\n2. Second words of it.\n\n3. Third words of it."
    path = tmp_path / "typed.html"
    path.write_bytes(page_of(typed))
    reading = read(path, "html")
    assert reading.document == document_of(typed)
    assert to_text(reading.document).startswith("1. First words of it.\n\n2. Second")
    assert {finding.code for finding in reading.findings} == {"typed-numbers"}
    assert reading.words == 12


@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_typed_numbers_in_files_are_not_doubled(tmp_path, kind):
    text = "1\\) First words of it.\n\n2\\) Second words of it.\n"
    path = tmp_path / f"file.{kind}"
    path.write_bytes(docx(text) if kind == "docx" else text.replace("\\", "").encode())
    reading = read(path, kind)
    assert shown(reading.document) == [(1, "First words of it."), (2, "Second words of it.")]
    assert "words-missing" not in {finding.code for finding in reading.findings}


LINES = some.lists(
    some.tuples(
        some.sampled_from(["", "", "{}. ", "{}) ", "({}) ", "{}.", "\u00a0{}. "]),
        some.integers(0, 4),
        some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    ),
    max_size=8,
)
RISING = LINES.map(
    lambda lines: [(style, number, words) for number, (style, _n, words) in enumerate(lines, 1)]
)


@given(some.one_of(LINES, RISING))
def test_no_word_is_lost_but_numbers_that_are_shown_and_none_is_doubled(lines):
    texts = [style.format(number) + words for style, number, words in lines]
    document, _findings = with_one_number_each(a_document(*texts))
    paragraphs = shown(document)
    assert len(paragraphs) == len(texts)
    for text, (number, words) in zip(texts, paragraphs, strict=True):
        assert text.endswith(words)
        taken = text.removesuffix(words).strip()
        assert taken in {"", f"{number}.", f"{number})", f"({number})"}
        # No author numbers a paragraph twice; if one does, the second number is words.
        assert not (number and not taken and DOUBLED.match(f"{number}. {words}"))
    ours = [number for number, _words in paragraphs if number]
    assert ours == list(range(1, len(ours) + 1))
