"""Makes tables of the rows of an RTF, whose cells are known by their edges.

Source of the rules: Rich Text Format Specification 1.9.1, "Table Definitions".
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Tree = dict[str, Any]
_NEAR: Final = 40
"""Edges closer than this (in twentieths of a point) are the same."""
_NO_ATTRIBUTES: Final[list[Any]] = ["", [], []]


@dataclass(slots=True)
class CellShape:
    """What a row says of a cell: its right edge and what it is merged with."""

    right: int = 0
    joins_left: bool = False
    joins_above: bool = False


@dataclass(slots=True)
class RowShape:
    """What a row says of its cells."""

    left: int = 0
    is_header: bool = False
    cells: list[CellShape] = field(default_factory=list)
    next_cell: CellShape = field(default_factory=CellShape)

    def word(self, word: str, number: int) -> None:
        """A control word of the row's properties; what is said of a cell comes before its edge."""
        match word:
            case "trhdr":
                self.is_header = True
            case "trleft":
                self.left = number
            case "clmrg":
                self.next_cell.joins_left = True
            case "clvmrg":
                self.next_cell.joins_above = True
            case "cellx":
                self.next_cell.right = number
                self.cells.append(self.next_cell)
                self.next_cell = CellShape()
            case _:
                pass


@dataclass(slots=True)
class _Cell:
    left: int
    right: int
    blocks: list[Tree]
    joins_above: bool = False
    rows: int = 1


@dataclass(slots=True)
class TableRows:
    """The rows of one table so far, and the cell being read."""

    rows: list[tuple[bool, list[_Cell]]] = field(default_factory=list)
    cells: list[list[Tree]] = field(default_factory=list)
    blocks: list[Tree] = field(default_factory=list)

    def end_cell(self) -> None:
        self.cells.append(self.blocks)
        self.blocks = []

    def end_row(self, shape: RowShape) -> None:
        """The cells so far are a row of this shape."""
        if self.blocks:
            self.end_cell()
        if self.cells:
            self.rows.append((shape.is_header, _placed(self.cells, shape)))
        self.cells = []

    def tree(self) -> Tree | None:
        """The table as pandoc writes it; None for one without cells."""
        if self.cells or self.blocks:
            self.end_row(RowShape())
        if not self.rows:
            return None
        _join_above([cells for _, cells in self.rows])
        edges = _edges(self.rows)
        head: list[Any] = []
        body: list[Any] = []
        for is_header, cells in self.rows:
            row = [_NO_ATTRIBUTES, [_cell(cell, edges) for cell in cells if not cell.joins_above]]
            (head if is_header and not body else body).append(row)
        columns = max(1, len(edges) - 1)
        widths = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * columns
        bodies = [[_NO_ATTRIBUTES, 0, [], body]]
        content = [_NO_ATTRIBUTES, [None, []], widths, [_NO_ATTRIBUTES, head], bodies]
        return {"t": "Table", "c": [*content, [_NO_ATTRIBUTES, []]]}


def _placed(cells: Sequence[list[Tree]], shape: RowShape) -> list[_Cell]:
    """The cells between their edges. Cells that no shape was given for come after the others."""
    out: list[_Cell] = []
    left = shape.left
    for number, blocks in enumerate(cells):
        known = number < len(shape.cells)
        look = shape.cells[number] if known else CellShape(left + 1000)
        right = max(look.right, left + 1)
        if look.joins_left and out:
            out[-1].right = right
            out[-1].blocks += blocks
        else:
            out.append(_Cell(left, right, blocks, look.joins_above))
        left = right
    return out


def _join_above(rows: Iterable[list[_Cell]]) -> None:
    """Cells that continue the cell above become rows of it; one with nothing above stays."""
    above: list[_Cell] = []
    for cells in rows:
        here: list[_Cell] = []
        for cell in cells:
            upper = _at(above, cell.left) if cell.joins_above else None
            if upper is None:
                cell.joins_above = False
                here.append(cell)
            else:
                upper.rows += 1
                upper.blocks += cell.blocks
                here.append(upper)
        above = here


def _at(cells: Sequence[_Cell], left: int) -> _Cell | None:
    """The cell that begins at this edge, of cells in the order of their edges."""
    place = bisect_left(cells, left - _NEAR + 1, key=lambda cell: cell.left)
    return cells[place] if place < len(cells) and cells[place].left < left + _NEAR else None


def _edges(rows: Iterable[tuple[bool, list[_Cell]]]) -> list[int]:
    """The edges of all columns; those that are nearly the same are one."""
    every = sorted(
        {edge for _, cells in rows for cell in cells for edge in (cell.left, cell.right)}
    )
    out: list[int] = []
    for edge in every:
        if not out or edge - out[-1] >= _NEAR:
            out.append(edge)
    return out


def _cell(cell: _Cell, edges: Sequence[int]) -> list[Any]:
    first, last = (bisect_left(edges, edge - _NEAR + 1) for edge in (cell.left, cell.right))
    span = max(1, last - first)
    return [_NO_ATTRIBUTES, {"t": "AlignDefault"}, cell.rows, span, cell.blocks]
