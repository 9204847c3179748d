"""How a reader sees a page: boxes and rotation (ISO 32000-2, 14.11.2)."""

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in the page's own units, normalised and never empty."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


class View(NamedTuple):
    """How a reader sees a page: the visible box, turned clockwise by `turn` degrees,
    one unit of it being `unit` points."""

    box: Box
    turn: int
    unit: float
