"""Names as they arrive: of people, institutions, papers and files."""

import unicodedata
from typing import Final

STEERING: Final = frozenset(
    {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF}
)
"""Letters that nobody sees and that turn the reading direction of what follows, in our own words
too (Unicode Technical Report 36, 2.8); and those that are no letters."""


def one_line(words: str) -> str:
    """The words on one line, without what steers what follows them; never longer than before."""
    seen = (letter for letter in words if ord(letter) not in STEERING)
    spaced = (" " if unicodedata.category(letter) == "Cc" else letter for letter in seen)
    return " ".join("".join(spaced).split())


def name_of(words: str) -> str:
    """The words as a name: nothing, where there is no letter or digit that could be read."""
    name = one_line(words)
    return name if any(map(str.isalnum, name)) else ""
