"""The lines of a text around what was looked for, with the words marked, safe to show."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from evidence.documents.document import anchor
from evidence.search.passages import Passage
from evidence.search.query import Field, Query, Term
from evidence.search.words import is_han, parts_of, welsh_roots, written_words
from evidence.text_language import language_of

_BEFORE, _LONGEST = 80, 240
MOST_LOOKED_THROUGH: Final = 100_000
"""Letters of one text in which lines are looked for."""
ELLIPSIS: Final = "…"
# Only where one of these stands may a word be Welsh.
_WELSH_SIGNS: Final = (" yn ", " mae ", " yr ", " ac ", " y ")


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
        self._candidates = _beginnings(self._terms, is_welsh=False)
        self._welsh_candidates = _beginnings(self._terms, is_welsh=True)
        self._has_phrase = any(len(term.stems) > 1 for term in self._terms)

    def of(self, passages: Sequence[Passage]) -> Snippet | None:
        """Of the first passage with most of the words; None if the words are in none of them."""
        best: tuple[int, Passage, list[tuple[int, int]]] | None = None
        left = MOST_LOOKED_THROUGH
        for passage in passages:
            text = passage.text[:left]
            places = self._places_in(text)
            if places:
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
        return _shown(passage, spans_of_passage)

    def _places_in(self, text: str) -> list[_Place]:
        """Places of the words looked for, and perhaps of others; of all words for a phrase."""
        is_welsh = any(word in text for word in _WELSH_SIGNS)
        matches = (self._welsh_candidates if is_welsh else self._candidates).finditer(text)
        if self._has_phrase and next(matches, None):
            return list(_places(text))
        return [place for match in matches for place in _places(match.group(), match.start())]


def _beginnings(terms: Sequence[Term], *, is_welsh: bool) -> "re.Pattern[str]":
    """Finds words that may be looked for, quickly: by the first letters of a stem, which every form
    of it has, or by a letter beyond ASCII. Welsh words may begin with up to three others."""
    words = [term.beginning or term.stems[0] for term in terms]
    starts = {re.escape(word[: max(1, len(word) - 1)]) for word in words if word.isascii()}
    if is_welsh:
        roots = [root for term in terms if term.word for root in welsh_roots(term.word)]
        starts |= {rf"\w{{0,3}}{root[1:-1]}" for root in roots}
    middle = "|".join((*sorted(starts), r"\w*[^\W\d_\x00-\x7f]"))
    return re.compile(rf"(?<![^\W_])(?:{middle})\w*", re.IGNORECASE)


def _shown(passage: Passage, spans: list[tuple[int, int]]) -> Snippet:
    html = _marked(passage.text, spans)
    return Snippet(html, _fragment(passage), language_of(passage.text[: 2 * _LONGEST]))


def _fragment(passage: Passage) -> str:
    """Paragraphs of annexes have the same numbers as the document's: an annex opens at its top."""
    if passage.position:
        return f"#annex-{passage.position}"
    return f"#{anchor(passage.number)}" if passage.number else ""


def _places(text: str, at: int = 0) -> Iterator[_Place]:
    """The words of a text that begins at a position."""
    for match in written_words(text):
        for part in parts_of(match.group()):
            letters = match.end() - match.start()
            is_run = is_han(part.stems[0]) and letters == len(part.stems) + 1
            for number, stem in enumerate(part.stems):
                # The pairs of a Chinese run stand where their letters do.
                start = match.start() + number if is_run else match.start()
                end = start + len(stem) if is_run else match.end()
                is_last = number + 1 == len(part.stems)
                forms = part.forms if is_last or not is_run else ()
                yield _Place(at + start, at + end, stem, forms)


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
