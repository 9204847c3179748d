"""Names as they arrive: of people, institutions, papers and files."""

import unicodedata
from typing import Final

STEERING: Final = frozenset(
    {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF}
)
"""Letters that nobody sees and that turn the reading direction of what follows, in our own words
too (Unicode Technical Report 36, 2.8); and those that are no letters."""


def one_line(name: str) -> str:
    """The name composed (NFC), on one line, without what steers what follows it."""
    seen = (" " if unicodedata.category(letter) == "Cc" else letter for letter in name
            if ord(letter) not in STEERING)  # fmt: skip
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))
