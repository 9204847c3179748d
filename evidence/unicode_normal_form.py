"""Normalises Unicode text in time proportional to its length.

Ordering the combining marks of a letter takes time that grows with the square of their number. So
runs of more than 30 marks are split first, as in the stream-safe text format: Unicode Standard
Annex 15, 12.1. No language needs so many on one letter.
"""

import re
import unicodedata
from functools import cache
from typing import Final, Literal

Form = Literal["NFC", "NFKC", "NFD", "NFKD"]
MOST_MARKS: Final = 30
PARTING: Final = "\u034f"
"""The combining grapheme joiner, which nobody sees."""
# Combining marks are in the first two planes of Unicode and in the last but one.
_PLANES: Final = (range(0x300, 0x1F000), range(0xE0000, 0xE1000))


def normalised(form: Form, text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize(form, _too_many_marks().sub(_parted, text))


def _parted(run: "re.Match[str]") -> str:
    marks = run.group()
    return PARTING.join(marks[at : at + MOST_MARKS] for at in range(0, len(marks), MOST_MARKS))


@cache
def _too_many_marks() -> "re.Pattern[str]":
    marks = "".join(
        chr(code)
        for plane in _PLANES
        for code in plane
        if unicodedata.combining(unicodedata.normalize("NFKD", chr(code))[0])
    )
    return re.compile(f"[{re.escape(marks)}]{{{MOST_MARKS + 1},}}")
