"""Takes text apart into words as the search index keeps them, on every database alike.

Letter case, diacritics and compatibility forms do not count (`evidence.tagging.folded_text`).
English words are reduced to their stem by the Snowball rules. Welsh words, whose first letter
changes in a sentence, are kept under every form they may have been changed from. Chinese and
Japanese, which have no spaces, are cut into pairs of letters, and traditional characters are
written as simplified ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Final

import opencc
import snowballstemmer

from evidence.tagging.folded_text import WORD, fold

LONGEST: Final = 60
"""Letters of a word that count."""
_HAN: Final = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_PARTS: Final = re.compile(rf"[{_HAN}]+|[^{_HAN}]+")
_IS_HAN: Final = re.compile(rf"[{_HAN}]")


@dataclass(frozen=True, slots=True)
class Part:
    """What one written word, or one run of Chinese letters, is found by.

    `stems` stand next to each other in the text. `forms` are the spellings that a search for the
    beginning of a word looks at, where they differ from the stems.
    """

    stems: tuple[str, ...]
    forms: tuple[str, ...] = ()


def written_words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text where they stand."""
    return WORD.finditer(text)


def parts(text: str) -> Iterator[Part]:
    """The words of a text, in order."""
    return chain.from_iterable(map(parts_of, WORD.findall(text)))


@lru_cache(maxsize=100_000)
def parts_of(word: str) -> tuple[Part, ...]:
    """What one word of `written_words` is found by; several, if it has letters of two kinds."""
    parts = _PARTS.findall(_folded(word))
    return tuple(_han(part) if is_han(part) else _spaced(part[:LONGEST]) for part in parts)


def is_han(word: str) -> bool:
    """Whether a word begins with a letter of Chinese or Japanese."""
    return _IS_HAN.match(word) is not None


def _folded(word: str) -> str:
    folded = fold(word).decode(errors="ignore").replace(" ", "")
    return "".join(map(_simplified, folded)) if _IS_HAN.search(folded) else folded


def _spaced(word: str) -> Part:
    stem = _stemmer().stemWord(word) if word.isascii() and word.isalpha() else word
    return Part((stem,), () if stem == word else (word,))


def _han(run: str) -> Part:
    """Pairs of letters. The last letter alone is a form, so that one letter is found anywhere."""
    run = run[:1000]
    if len(run) == 1:
        return Part((run,))
    return Part(tuple(run[at : at + 2] for at in range(len(run) - 1)), (run[-1],))


@cache
def _stemmer() -> "snowballstemmer.english_stemmer.EnglishStemmer":
    return snowballstemmer.stemmer("english")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=30_000)
def _simplified(letter: str) -> str:
    simple: str = _to_simplified().convert(letter) if _IS_HAN.match(letter) else letter
    return simple if len(simple) == 1 else letter


# What a letter at the beginning of a Welsh word may have been before the word changed in its
# sentence: soft, nasal and aspirate mutation, and the h before a vowel. Longest first.
_MUTATIONS: Final = (
    ("ngh", ("c",)),
    ("mh", ("p",)),
    ("nh", ("t",)),
    ("ng", ("g",)),
    ("ph", ("p",)),
    ("th", ("t",)),
    ("ch", ("c",)),
    ("dd", ("d",)),
    ("b", ("b", "p")),
    ("d", ("d", "t")),
    ("g", ("g", "c")),
    ("f", ("b", "m", "f")),
    ("m", ("m", "b")),
    ("n", ("n", "d")),
    ("l", ("l", "ll", "gl")),
    ("r", ("r", "rh", "gr")),
    ("w", ("w", "gw")),
    *((vowel, (vowel, f"g{vowel}")) for vowel in "aeioy"),
    *((f"h{vowel}", (f"h{vowel}", vowel)) for vowel in "aeiowy"),
)
# Endings of plurals and verbal nouns. What remains has at least four letters.
_ENDINGS: Final = (
    *("iadau", "iaethau", "iaeth", "oedd", "iaid", "ydd", "iau", "ion", "wyr", "aid", "edd"),
    *("od", "au", "on", "io"),
)
_SHORTEST: Final = 4


@lru_cache(maxsize=50_000)
def welsh_roots(word: str) -> tuple[str, ...]:
    """The roots a folded word may have if it is Welsh: before its first letter changed, without
    its ending."""
    if not word.isascii() or not word.isalpha():
        return ()
    for beginning, before in _MUTATIONS:
        if word.startswith(beginning) and not (beginning == "l" and word.startswith("ll")):
            rest = word.removeprefix(beginning)
            return tuple(dict.fromkeys(_without_ending(first + rest) for first in before))
    return (_without_ending(word),)


def _without_ending(word: str) -> str:
    ending = next((e for e in _ENDINGS if word.endswith(e)), "")
    stem = word.removesuffix(ending)
    return stem if len(stem) >= _SHORTEST else word


def folded_words(text: str) -> Iterator[str]:
    """The words of a text folded and not stemmed."""
    for word in WORD.findall(text):
        yield _folded(word)[:LONGEST]
