"""Carries the looks of words past pandoc, which turns underlined words of an ODT into italic ones
and does not read how whole paragraphs look.

A mark stands before words of another look and counts until the next one or the end of the
paragraph. It is made of characters that no text has (Unicode's noncharacters).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from evidence.documents.document import STYLES

_START: Final = "\ufdd2"
_FIRST: Final = 0xFDE0
_MARK: Final = re.compile(f"{_START}([\ufde0-\ufdef])([\ufde0-\ufdef])")
_CARRIED: Final = tuple(style for style in STYLES if style not in {"code", "formula"})


def mark(styles: Iterable[str]) -> str:
    """What to write before words in these styles."""
    wanted = set(styles)
    bits = sum(1 << place for place, style in enumerate(_CARRIED) if style in wanted)
    high, low = divmod(bits, 16)
    return f"{_START}{chr(_FIRST + high)}{chr(_FIRST + low)}"


def parts(text: str) -> Iterator[tuple[tuple[str, ...] | None, str]]:
    """The words of a text, each with the styles of the mark before them; None before a mark."""
    at = 0
    styles: tuple[str, ...] | None = None
    for match in _MARK.finditer(text):
        if match.start() > at:
            yield styles, text[at : match.start()]
        bits = (ord(match[1]) - _FIRST) * 16 + ord(match[2]) - _FIRST
        styles = tuple(style for place, style in enumerate(_CARRIED) if bits & 1 << place)
        at = match.end()
    if at < len(text) or styles is not None:
        yield styles, text[at:]
