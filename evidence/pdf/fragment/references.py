"""The mentions of evidence numbers in a document, so that a bundle can link them."""

import re
from dataclasses import dataclass
from typing import Final

NUMBER: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,6}[0-9]{4,6}(?![A-Za-z0-9])")
"""The letters of an inquiry and the number of an item, such as FIA0012."""
MOST: Final = 5_000
_LINE_BELOW: Final = 3.0
_LINE_ABOVE: Final = 9.0

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mention:
    """A number on a page, counted from 0, in its box: left, bottom, right, top."""

    reference: str
    page: int
    box: Rectangle


def on_line(base: float, left: float, right: float) -> Rectangle:
    """The box around words on a base line."""
    return (left, base - _LINE_BELOW, right, base + _LINE_ABOVE)
