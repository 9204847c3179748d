"""Text as lower-case words with one space between, and the way back to where a word stands.

Names and texts are folded alike: letter case, diacritics, compatibility forms, invisible
characters, and what stands between words do not count. An apostrophe stands between words too, so
that “York’s” has the word “York”. Folding is by whole blocks of text, because it is done for each
submission; only the blocks with a name in them are taken apart into words.
"""

import codecs
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_BLOCK: Final = 2000
_SPACE: Final = re.compile(r"\s")
# Marks that do not make another letter: accents of Latin, Greek and Cyrillic, vowels of Hebrew and
# Arabic. Vowel signs of the scripts of India and of Burma are letters to whoever reads them.
_ACCENTS: Final = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F))
_INVISIBLE: Final = "\u00ad\u034f\u0640\u0670\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"
_DROPPED: Final = frozenset(
    (*_INVISIBLE, *(chr(code) for low, high in _ACCENTS for code in range(low, high + 1)))
)
_VOWEL_SIGNS: Final = frozenset(
    chr(code)
    for code in range(0x0370, 0x3100)
    if unicodedata.category(chr(code)) in {"Mn", "Mc"} and chr(code) not in _DROPPED
)
_MODIFIER_APOSTROPHE: Final = "ʼ"
# Letters that are no letter with a mark, but are typed as one where the keyboard lacks them.
_PLAIN: Final = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
_SIGNS: Final = re.escape("".join(sorted(_VOWEL_SIGNS)))
_UNSEEN: Final = re.escape("".join(sorted(_DROPPED)))
_LETTERS: Final = rf"[^\W_{_MODIFIER_APOSTROPHE}]"
WORD: Final = re.compile(
    # Most words are ASCII to their end; the rest of the pattern is slower.
    rf"&|[A-Za-z0-9]++(?![^\x00-\x7f])|(?:[^\W_{_MODIFIER_APOSTROPHE}\u0640]|[{_SIGNS}]){_LETTERS}*"
    rf"(?:[{_SIGNS}{_UNSEEN}]+{_LETTERS}*)*"
)
"""A word as folding sees it. “&” is the word “and”."""


class _Folding(dict[int, str]):
    """What each character beyond ASCII becomes."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded_letter(chr(code))
        return folded


def _folded_letter(letter: str) -> str:
    if letter in _DROPPED:
        return ""
    if letter in _VOWEL_SIGNS:
        return letter
    if not letter.isalnum() or letter == _MODIFIER_APOSTROPHE:
        return " "
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    kept = (_PLAIN.get(part, part) for part in parts if part not in _DROPPED)
    return "".join(part for part in kept if part.isalnum() or part in _VOWEL_SIGNS) or letter


_FOLDING: Final = _Folding()
_SINGLE: Final[dict[str, bytes]] = {}
_SEPARATED: Final = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else code if code > 127 else 32  # noqa: PLR2004
    for code in range(256)
)


def _fold_beyond_ascii(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    run = error.object[error.start : error.end]
    known = _SINGLE.get(run)
    if known is None:
        known = run.translate(_FOLDING).encode("utf-8", "surrogatepass")
        if len(run) == 1:
            _SINGLE[run] = known
    return known, error.end


codecs.register_error("tagging-fold", _fold_beyond_ascii)


def fold(text: str) -> bytes:
    """The words of the text, in UTF-8, with one space between."""
    raw = text.encode("ascii", "tagging-fold")
    if b"&" in raw:
        raw = raw.replace(b"&", b" and ")
    spaced = raw.translate(_SEPARATED)
    while b"  " in spaced:
        spaced = spaced.replace(b"  ", b" ")
    return spaced.strip(b" ")


@dataclass(frozen=True)
class Place:
    """Where a word stands: in which block, and how many words of the block are before it."""

    block: int
    number: int


@dataclass(frozen=True)
class FoldedText:
    written: str
    _words: dict[int, list[re.Match[str]]] = field(default_factory=dict)

    @cached_property
    def _bounds(self) -> list[int]:
        """Where blocks begin, and the end: always between two words."""
        bounds, text = [0], self.written
        while bounds[-1] + _BLOCK < len(text):
            wanted = bounds[-1] + _BLOCK
            end = text.find("\n", wanted, wanted + _BLOCK)
            if end < 0:
                space = _SPACE.search(text, wanted)
                end = space.start() if space else len(text)
            bounds.append(end)
        if bounds[-1] < len(text):
            bounds.append(len(text))
        return bounds

    @cached_property
    def _blocks(self) -> list[bytes]:
        bounds = self._bounds
        return [fold(self.written[bounds[at] : bounds[at + 1]]) for at in range(len(bounds) - 1)]

    @cached_property
    def words(self) -> bytes:
        """All words, with a space before and after each."""
        return b" ".join([b"", *filter(None, self._blocks), b""])

    @cached_property
    def _starts(self) -> tuple[list[int], list[int]]:
        """Where the first word of each block that has words is in `words`, and which block."""
        starts, numbers, at = [], [], 1
        for number, block in enumerate(self._blocks):
            if block:
                starts.append(at)
                numbers.append(number)
                at += len(block) + 1
        return starts, numbers

    def beyond_ascii(self) -> Iterator[tuple[int, str]]:
        """The blocks with letters that are not Latin, each after where it begins."""
        bounds = self._bounds
        for number, block in enumerate(self._blocks):
            if not block.isascii():
                yield bounds[number], self.written[bounds[number] : bounds[number + 1]]

    def place(self, position: int) -> Place:
        """The place of the word that begins at this position of `words`."""
        starts, numbers = self._starts
        at = bisect_right(starts, position) - 1
        return Place(numbers[at], self.words.count(b" ", starts[at], position))

    def around(self, place: Place, *, before: int, after: int) -> tuple[list[re.Match[str]], int]:
        """The words around a place as they are written, and how many of them are before it."""
        words, at = self._of(place.block), place.number
        begin, block = at - before, place.block
        while begin < 0 and block > 0:
            block -= 1
            more = self._of(block)
            words, at, begin = more + words, at + len(more), begin + len(more)
        block = place.block
        while at + after > len(words) and block + 2 < len(self._bounds):
            block += 1
            words = words + self._of(block)
        begin = max(0, begin)
        return words[begin : at + after], at - begin

    def _of(self, block: int) -> list[re.Match[str]]:
        if block not in self._words:
            begin, end = self._bounds[block : block + 2]
            self._words[block] = list(WORD.finditer(self.written, begin, end))
        return self._words[block]
