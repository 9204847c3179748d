"""Searches a text for given phrases as whole words, whatever their spelling variants.

Letter case, spacing, punctuation and compatibility forms do not count. Scripts that are written
without spaces are compared letter by letter. The time grows with the length of the text.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from evidence.unicode_normal_form import normalised

_WORD = re.compile(r"\w+")
# From this code point on, scripts are mostly written without spaces. So are Thai, Lao, Tibetan,
# Burmese and Khmer.
_UNSPACED_FROM = 0x2E80
_UNSPACED = ((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF))
SHORTEST = 4
SHORTEST_UNSPACED = 2
"""The fewest letters and digits of words worth looking for: shorter ones are in every text."""
LONGEST = 300


def is_worth_finding(words: str) -> bool:
    """Whether the words are distinctive enough that a text holding them is no coincidence."""
    letters = [letter for letter in normalised("NFKC", words) if letter.isalnum()]
    if not any(letter.isalpha() for letter in letters):
        return False
    return len(letters) >= (SHORTEST_UNSPACED if _is_unspaced("".join(letters)) else SHORTEST)


@dataclass(frozen=True)
class Text:
    """A text prepared for many searches."""

    written: str

    def has(self, words: str) -> bool:
        """Whether the text holds the first 300 characters of the words as a phrase."""
        sought = _tokens(_cut(words))
        if not sought.strip():
            return False
        if _is_unspaced(sought):
            return sought.replace(" ", "") in self._joined
        return sought in self._spaced

    @cached_property
    def _spaced(self) -> str:
        return _tokens(self.written)

    @cached_property
    def _joined(self) -> str:
        return self._spaced.replace(" ", "")


def _cut(words: str) -> str:
    """The first words. A word is never cut, because a part of it would not match."""
    if len(words) <= LONGEST:
        return words
    short = words[:LONGEST]
    return short.rpartition(" ")[0] or short


def _tokens(text: str) -> str:
    """The words in one spelling, each with a space on both sides."""
    folded = normalised("NFKC", text).casefold()
    return f" {' '.join(_WORD.findall(folded))} "


def _is_unspaced(words: str) -> bool:
    return any(
        ord(letter) >= _UNSPACED_FROM or any(low <= ord(letter) <= high for low, high in _UNSPACED)
        for letter in words
    )
