"""Finds organisations and roles in a text."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from evidence.name_search.ordinary_words import LINKING
from evidence.name_search.tokens import Token, tokens_of

MOST_WORDS: Final = 12
SHORTEST_ACRONYM: Final = 3
FEWEST_WORDS: Final = 2


class PhraseSearch:
    """Searches for phrases with at least two significant words; “University of Y” also matches “Y
    University”. With `acronyms`, also for their initials in capitals (UCL). Single words are not
    searched: “Lecturer” identifies nobody.
    """

    def __init__(self, phrases: Iterable[str], *, acronyms: bool = False) -> None:
        self._phrases: set[tuple[str, ...]] = set()
        self._acronyms: set[str] = set()
        for phrase in phrases:
            words = _counting(phrase)
            if len(words) < FEWEST_WORDS:
                continue
            self._phrases |= {words, (*words[1:], words[0])}
            letters = "".join(word[0] for word in words).upper()
            if acronyms and len(letters) >= SHORTEST_ACRONYM:
                self._acronyms.add(letters)
        self._lengths = {len(words) for words in self._phrases}

    def spans(self, text: str, tokens: Sequence[Token] | None = None) -> Iterator[tuple[int, int]]:
        """The start and end of each phrase or acronym.

        `tokens` are the words of the text, if they are known already.
        """
        if not self._phrases:
            return
        words = tokens_of(text) if tokens is None else tokens
        tokens = [token for token in words if token.folded]
        counting = [token for token in tokens if token.folded not in LINKING]
        for place, token in enumerate(counting):
            if token.text in self._acronyms:
                yield token.start, token.end
            for length in self._lengths:
                words = counting[place : place + length]
                if tuple(word.folded for word in words) in self._phrases:
                    yield token.start, words[-1].end
                    break


def _counting(phrase: str) -> tuple[str, ...]:
    words = [token.folded for token in tokens_of(phrase)]
    return tuple(word for word in words if word and word not in LINKING)[:MOST_WORDS]
