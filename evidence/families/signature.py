"""Signatures of texts (MinHash) by which near-identical ones are found without comparing all.

A text is the set of its runs of three words. Two texts are as alike as these sets are: common runs
by all runs (Jaccard). Equal places of two signatures estimate that, to about four per cent.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy
import xxhash
from rensa import RMinHash

from evidence.unicode_normal_form import normalised

# Raise it when anything here changes what a signature is; all are then made again.
VERSION: Final = 1
PLACES, SEED = 128, 42
# 32 bands of 4 places: of letters at the threshold 98.8 % share a band, of those above 0.7 all.
BANDS, PLACES_OF_BAND = 32, 4
RUN: Final = 3
FEWEST_WORDS: Final = 30
ALIKE: Final = 0.6
# A paragraph's number is no word of the witness, and changes when a paragraph is added.
_NUMBER: Final = re.compile(r"^[ \t]*\d{1,4}\.[ \t]+", re.MULTILINE)
# Scripts without spaces are compared letter by letter.
_WORD: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|"
    "[^\\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)


def without_numbers(text: str) -> str:
    """The text without the numbers of its paragraphs."""
    return _NUMBER.sub("", text)


def words_of(text: str) -> list[str]:
    """The words of a text, without letter case, punctuation and paragraph numbers."""
    return _WORD.findall(normalised("NFKC", without_numbers(text)).casefold())


def runs_of(words: Sequence[str]) -> set[str]:
    """Each three words that follow each other."""
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def signature_of(text: str) -> bytes:
    """The signature of a text; empty if it has too few words to be compared."""
    words = words_of(text)
    if len(words) < FEWEST_WORDS:
        return b""
    made = RMinHash(PLACES, SEED)
    made.update(list(runs_of(words)))
    return numpy.array(made.digest(), dtype="<u4").tobytes()


def bands_of(signature: bytes) -> list[int]:
    """The values by which signatures that are alike find each other."""
    length = PLACES_OF_BAND * 4
    return [
        xxhash.xxh64_intdigest(signature[band * length : (band + 1) * length], seed=band) - 2**63
        for band in range(BANDS)
    ]


def likeness(first: bytes, second: bytes) -> float:
    """How alike two texts are by their signatures, from 0 to 1."""
    return float(numpy.mean(_places(first) == _places(second)))


def _places(signature: bytes) -> "numpy.ndarray[tuple[int], numpy.dtype[numpy.uint32]]":
    return numpy.frombuffer(signature, dtype="<u4")
