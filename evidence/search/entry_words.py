"""The words of one entry of the index: which field each is in, and where it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from evidence.search.match import FORM, NAMES, ROOT, STEM, field_letter, key
from evidence.search.passages import Passage
from evidence.search.query import Field
from evidence.search.words import folded_words, parts, welsh_roots
from evidence.text_language import is_welsh

MOST_WORDS: Final = 200_000
MOST_FOR_LANGUAGE: Final = 4_000
GAP: Final = "q"
"""Stands between two texts, so that no phrase reaches from one into the other. No word is so."""
# PostgreSQL's limits: bytes of a tsvector, with some to spare, and the last place it knows.
_MOST_BYTES: Final = 900_000
_PLACES: Final = 16_000
_PLACES_OF_A_WORD: Final = 255
ANY, TITLE, WITNESS = map(field_letter, Field)


@dataclass(frozen=True)
class Contents:
    """What a submission may be found by. `names` are for everybody who may read it,
    `protected_names` for readers who may know the witnesses."""

    passages: Sequence[Passage]
    title: str = ""
    references: Sequence[str] = ()
    names: Sequence[str] = ()
    protected_names: Sequence[str] = ()


@dataclass
class EntryWords:
    """Texts, each as what its words begin with in the index and their stems in order; and words of
    which only the presence counts."""

    partition: str
    texts: list[tuple[str, list[str]]] = field(default_factory=list)
    anywhere: set[str] = field(default_factory=set)
    count: int = 0

    def add(self, letter: str, texts: Iterable[str], *, with_roots: bool = False) -> None:
        start = key(letter, STEM, self.partition)
        forms: set[str] = set()
        for text in texts:
            if self.count > MOST_WORDS:
                break
            stems: list[str] = []
            for part in parts(text):
                stems += part.stems
                if part.forms:
                    forms.update(part.forms)
            if stems:
                self.texts.append((start, stems))
            self.count += len(stems)
            if with_roots:
                self._add_roots(letter, text)
        start_of_form = key(letter, FORM, self.partition)
        self.anywhere.update(start_of_form + form for form in forms)

    def _add_roots(self, letter: str, text: str) -> None:
        start = key(letter, ROOT, self.partition)
        for word in set(folded_words(text)):
            self.anywhere.update(start + root for root in welsh_roots(word))

    def for_sqlite(self) -> str:
        texts = (start + f" {start}".join(stems) for start, stems in self.texts)
        return f" {GAP} ".join([*texts, " ".join(sorted(self.anywhere))])

    def for_postgresql(self) -> str:
        """A tsvector. Of a very long text, places are counted again from the beginning: it is
        found by every phrase in it, and by a few that are not."""
        places: dict[str, set[int]] = {word: set() for word in sorted(self.anywhere)}
        number = 0
        for start, stems in self.texts:
            for stem in stems:
                at = places.setdefault(start + stem, set())
                if len(at) < _PLACES_OF_A_WORD:
                    at.add(number % _PLACES + 1)
                number += 1
            number += 1
        lexemes: list[str] = []
        left = _MOST_BYTES
        for word, at in places.items():
            left -= len(word.encode()) + 2 * len(at) + 4
            if left < 0:
                break
            where = ",".join(map(str, sorted(at)))
            lexemes.append(f"'{word}':{where}" if at else f"'{word}'")
        return " ".join(lexemes)


def words_of(contents: Contents, partition: str) -> EntryWords:
    words = EntryWords(partition)
    title_is_welsh = is_welsh(contents.title)
    for letter in (TITLE, ANY):
        words.add(letter, [contents.title], with_roots=title_is_welsh)
    for letter in (WITNESS, ANY):
        words.add(letter, contents.names)
    words.add(ANY, contents.references)
    words.add(NAMES, contents.protected_names)
    for _position, passages in groupby(contents.passages, key=lambda passage: passage.position):
        texts = [passage.text for passage in passages]
        words.add(ANY, texts, with_roots=is_welsh("\n".join(texts)[:MOST_FOR_LANGUAGE]))
    return words
