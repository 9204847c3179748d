"""Counts the items of numbered lists, and writes their numbers.

Sources of the rules: ECMA-376 Part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from evidence.documents.document import ListBlock

LEVELS: Final = 9
_MOST: Final = 5_000
"""A number beyond it is written in digits, as letters or Roman numerals would be endless."""
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def roman(number: int) -> str:
    """A number in small Roman numerals."""
    out = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        out += letters * times
    return out


def repeated_letter(number: int) -> str:
    """a to z, then aa, bb, cc, as Word counts."""
    times, place = divmod(number - 1, len(_ALPHABET))
    return _ALPHABET[place] * (times + 1)


def counted_letters(number: int) -> str:
    """a to z, then aa, ab, ac, as in the columns of a table."""
    out = ""
    while number > 0:
        number, rest = divmod(number - 1, len(_ALPHABET))
        out = _ALPHABET[rest] + out
    return out


def _ordinal(number: int) -> str:
    is_teen = number % 100 in range(11, 14)
    return f"{number}{'th' if is_teen else _ENDINGS.get(number % 10, 'th')}"


FORMATS: Final[Mapping[str, Callable[[int], str]]] = {
    "lower-alpha": repeated_letter,
    "upper-alpha": lambda number: repeated_letter(number).upper(),
    "lower-roman": roman,
    "upper-roman": lambda number: roman(number).upper(),
    "two-digits": lambda number: f"{number:02}",
    "ordinal": _ordinal,
    "nothing": lambda _number: "",
}


def written(number: int, style: str) -> str:
    """The number in a style; in digits where the style is unknown."""
    if style in FORMATS and 0 < number <= _MOST:
        return FORMATS[style](number)
    return "" if style == "nothing" else str(number)


def item_mark(block: ListBlock, place: int) -> str:
    """The mark of the item at a place, from 0: "•", "3.", "(b)", "(iv)", or the witness's own."""
    if place < len(block.marks):
        return block.marks[place]
    if not block.ordered:
        return "•"
    number = block.start + place
    if block.style.endswith("alpha") and number:
        mark = f"({counted_letters(number)})"
    elif block.style.endswith("roman") and 0 < number <= _MOST:
        mark = f"({roman(number)})"
    else:
        return f"{number}."
    return mark.upper() if block.style.startswith("upper") else mark


@dataclass(slots=True)
class Counter:
    """The present number of each level of one list."""

    numbers: list[int | None] = field(default_factory=lambda: [None] * LEVELS)

    def count(self, level: int, *, start: int, restarts: Callable[[int], bool]) -> int:
        """The number of the next item of a level. Deeper levels begin again where they restart."""
        present = self.numbers[level]
        number = start if present is None else present + 1
        self.numbers[level] = number
        for deeper in range(level + 1, LEVELS):
            if restarts(deeper):
                self.numbers[deeper] = None
        return number
