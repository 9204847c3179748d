"""The lines of a text around what was looked for, with the words marked, safe to show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from evidence.documents.document import anchor
from evidence.search.passages import Passage
from evidence.search.query import Field, Query, Term
from evidence.search.words import different_words, is_han, parts_of, welsh_roots, written_words
from evidence.text_language import language_of

_BEFORE, _LONGEST = 80, 240
MOST_LOOKED_THROUGH: Final = 100_000
"""Letters of one text in which lines are looked for."""
ELLIPSIS: Final = "…"


@dataclass(frozen=True)
class Snippet:
    """Lines of a text with marks, and the fragment of the address where they are."""

    html: SafeString
    fragment: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    stem: str
    forms: tuple[str, ...]


class Snippets:
    """The lines of many texts for one search."""

    def __init__(self, query: Query) -> None:
        self._terms = [term for term in query.wanted if term.field == Field.ANY]
        self._known: dict[str, frozenset[int]] = {}

    def of(self, passages: Sequence[Passage]) -> Snippet | None:
        """Of the first passage with most of the words; None if the words are in none of them."""
        best: tuple[int, Passage, list[tuple[int, int]]] | None = None
        left = MOST_LOOKED_THROUGH
        for passage in passages:
            text = passage.text[:left]
            if len(self._terms_in(text)) > (best[0] if best else 0):
                places = list(_places(text))
                spans = [_spans(term, places) for term in self._terms]
                score = sum(map(bool, spans))
                if score > (best[0] if best else 0):
                    best = score, passage, _merged(chain.from_iterable(spans))
            left -= len(text)
            if (best and best[0] == len(self._terms)) or left <= 0:
                break
        if best is None:
            return None
        _score, passage, spans_of_passage = best
        language = language_of(passage.text)
        return Snippet(_marked(passage.text, spans_of_passage), _fragment(passage), language)

    def _terms_in(self, text: str) -> set[int]:
        """The terms of which a text has a word; of a phrase, any of its words."""
        known, numbers = self._known, set[int]()
        for word in different_words(text):
            of_word = known.get(word)
            if of_word is None:
                of_word = known[word] = self._terms_with(word)
            numbers |= of_word
        return numbers

    def _terms_with(self, word: str) -> frozenset[int]:
        places = list(_places(word))
        return frozenset(
            number
            for number, term in enumerate(self._terms)
            if any(_is(term, place) for place in places) or _changed(term, places)
        )


def _fragment(passage: Passage) -> str:
    """Paragraphs of annexes have the same numbers as the document's: an annex opens at its top."""
    if passage.position:
        return f"#annex-{passage.position}"
    return f"#{anchor(passage.number)}" if passage.number else ""


def _places(text: str) -> Iterator[_Place]:
    for match in written_words(text):
        for part in parts_of(match.group()):
            letters = match.end() - match.start()
            is_run = is_han(part.stems[0]) and letters == len(part.stems) + 1
            for at, stem in enumerate(part.stems):
                # The pairs of a Chinese run stand where their letters do.
                start = match.start() + at if is_run else match.start()
                end = start + len(stem) if is_run else match.end()
                yield _Place(start, end, stem, part.forms)


def _spans(term: Term, places: Sequence[_Place]) -> list[tuple[int, int]]:
    if len(term.stems) > 1:
        return list(_phrases(term.stems, places))
    spans = [(place.start, place.end) for place in places if _is(term, place)]
    return spans or _changed(term, places)


def _is(term: Term, place: _Place) -> bool:
    if term.beginning:
        return any(form.startswith(term.beginning) for form in (place.stem, *place.forms))
    return place.stem in term.stems


def _changed(term: Term, places: Sequence[_Place]) -> list[tuple[int, int]]:
    """Words that may be the same Welsh word with another first letter."""
    roots = set(welsh_roots(term.word)) if term.word else set()
    return [
        (place.start, place.end)
        for place in places
        if roots and not roots.isdisjoint(welsh_roots((place.forms or (place.stem,))[0]))
    ]


def _phrases(stems: tuple[str, ...], places: Sequence[_Place]) -> Iterator[tuple[int, int]]:
    length = len(stems)
    for at, place in enumerate(places):
        if place.stem == stems[0]:
            here = places[at : at + length]
            if tuple(other.stem for other in here) == stems:
                yield here[0].start, here[-1].end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    """Every word is escaped; the marks are ours."""
    begin = _word_start(text, max(0, spans[0][0] - _BEFORE))
    end = min(len(text), begin + _LONGEST)
    inside = [(start, stop) for start, stop in spans if start >= begin and stop <= end]
    edges = [begin, *(edge for span in inside for edge in span), end]
    parts = [" ".join(f"|{text[a:b]}|".split())[1:-1] for a, b in pairwise(edges)]
    marked = format_html_join(
        "", "{}", ((_mark(part) if at % 2 else part,) for at, part in enumerate(parts))
    )
    before = ELLIPSIS if begin else ""
    after = ELLIPSIS if end < len(text) else ""
    return format_html("{}{}{}", before, marked, after)


def _mark(words: str) -> SafeString:
    return format_html("<mark>{}</mark>", words)


def _word_start(text: str, at: int) -> int:
    """The beginning of the first word from here."""
    if at == 0:
        return 0
    space = text.find(" ", at, at + _BEFORE // 2)
    return space + 1 if space >= 0 else at
