"""Splits a text into words, with the facts that the search for names needs."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evidence.name_search import spelling
from evidence.name_search.ordinary_words import TWO_LETTER_INITIALS

# Marks over, under or after the letters of Arabic, Indian and South East Asian scripts, and the
# joiners between letters. Python's \w leaves them out.
_SIGNS: Final = (
    "".join(
        letter
        for letter in map(chr, (*range(0x300, 0x2100), *range(0xA800, 0xAC00), 0xFB1E))
        if unicodedata.category(letter) in {"Mn", "Mc"}
    )
    + "\u200c\u200d\u0640"
)
_HAN: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER: Final = rf"[^\W\d_{_HAN}]"
# O’Farrell and D’Souza are one word.
_WORD: Final = re.compile(
    rf"[{_HAN}]|(?:\b[OD]['’](?={_LETTER}))?{_LETTER}(?:{_LETTER}|[{re.escape(_SIGNS)}])*"
)
# What may come between two parts of a name.
GAP: Final = re.compile(r"[ \t\u00a0_.,·・‧•()'’ʻʼ\-‐‑–/་]{0,3}")
_SENTENCE_ENDS: Final = re.compile(r"(?:^|[.!?:;“”\"‘(\[•–—]\s*)$")
_BACK: Final = 4
MOST_INITIALS: Final = 3
MOST_WORDS: Final = 6
"""A name takes at most so many words or Chinese characters."""
# Beginnings of Arabic names that romanisations write as a separate word: Abd al-Rahman.
_SERVANT: Final = frozenset({"abd", "abdul", "abdel", "abdal", "abdol", "abdur", "عبد"})
_OF_THE_FAITH: Final = frozenset({"الدين", "الدین", "الله", "اللہ"})
_FAITH: Final = frozenset({"din", "deen", "dine"})
_ARTICLES: Final = frozenset({"al", "el", "ul", "ur", "ar", "as"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or one Chinese character; `start` and `end` are its place in the text."""

    text: str
    start: int
    end: int
    is_han: bool
    is_capital: bool
    """Begins with a capital, or is of a script that has none."""

    @property
    def folded(self) -> str:
        return spelling.fold(self.text)

    @property
    def is_initial(self) -> bool:
        """One capital letter, or two or three as in “WM Zhang”."""
        return self.text in TWO_LETTER_INITIALS or (
            self.is_capital and len(self.text) <= MOST_INITIALS and self.text.isupper()
        )


def tokens_of(text: str) -> Iterator[Token]:
    for match in _WORD.finditer(text):
        word = match.group()
        is_han = spelling.is_han(word)
        is_capital = is_han or word[0].isupper() or not spelling.has_case(word)
        yield Token(word, match.start(), match.end(), is_han, is_capital)


def with_compounds(tokens: Sequence[Token]) -> list[Token]:
    """The words, with compound names (Abd al-Rahman, عبد الله) joined into one."""
    joined: list[Token] = []
    place = 0
    while place < len(tokens):
        token, place = tokens[place], place + 1
        if joined and token.text in _OF_THE_FAITH:
            joined[-1] = replace(joined[-1], text=joined[-1].text + token.text, end=token.end)
            continue
        if len(joined) > 1 and token.folded in _FAITH and joined[-1].folded in _ARTICLES:
            joined.pop()
            joined[-1] = replace(joined[-1], text=joined[-1].text + token.text, end=token.end)
            continue
        if token.text.casefold() in _SERVANT:
            following = place + (place < len(tokens) and tokens[place].folded in _ARTICLES)
            if following < len(tokens):
                last, place = tokens[following], following + 1
                token = replace(token, text=token.text + last.text, end=last.end)
        joined.append(token)
    return joined


def run_of_words(text: str, tokens: Sequence[Token], place: int) -> Iterator[tuple[int, Token]]:
    """The words from here on, as long as only spaces and name joiners come between them."""
    for last in range(place, min(len(tokens), place + 2 * MOST_WORDS)):
        if last > place and not GAP.fullmatch(text[tokens[last - 1].end : tokens[last].start]):
            return
        yield last, tokens[last]


def begins_sentence(text: str, start: int) -> bool:
    """Whether a word at this position is the first of its sentence, line or quotation."""
    return bool(_SENTENCE_ENDS.search(text[max(0, start - _BACK) : start]))
