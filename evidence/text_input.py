"""Cleans names and titles that people type: one line, no invisible control characters."""

import unicodedata
from typing import Final

STEERING: Final = frozenset(
    {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF}
)
"""Invisible characters that change the reading direction of the text after them (Unicode Technical
Report 36, 2.8), and code points that are not characters."""


def one_line(words: str) -> str:
    """The words on one line, without invisible control characters; never longer than before."""
    visible = (letter for letter in words if ord(letter) not in STEERING)
    spaced = (" " if unicodedata.category(letter) == "Cc" else letter for letter in visible)
    return " ".join("".join(spaced).split())


def name_of(words: str) -> str:
    """The words as a name; empty if they have no letter or digit."""
    name = one_line(words)
    return name if any(map(str.isalnum, name)) else ""
