"""The sentences that a letter has and another has not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence.families.signature import runs_of, without_numbers, words_of

# Shorter ones are names, greetings and the like.
FEWEST_WORDS: Final = 5
# A sentence of which so much stands in the other letter is the same with a name filled in.
SAME: Final = 0.5
_END: Final = re.compile(r"(?<=[.!?。！？])[\"”’)]*\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    is_own: bool


def sentences(text: str, *, beside: str) -> Iterator[Sentence]:
    """The sentences of a text, each with whether the other text has nothing like it.

    In time proportional to the length of both.
    """
    known = runs_of(words_of(beside))
    for part in _END.split(without_numbers(text)):
        if words := part.strip():
            yield Sentence(words, _is_own(words, known))


def own_sentences(text: str, *, beside: str) -> list[str]:
    return [sentence.text for sentence in sentences(text, beside=beside) if sentence.is_own]


def _is_own(sentence: str, known: set[str]) -> bool:
    words = words_of(sentence)
    if len(words) < FEWEST_WORDS:
        return False
    runs = runs_of(words)
    return len(runs & known) < SAME * len(runs)
