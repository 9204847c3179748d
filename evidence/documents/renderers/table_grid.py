"""Corrects the spans of tables, because typst refuses tables with overlapping cells."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evidence.documents.document import Block, Cell, Image, Paragraph, Table, walk
from evidence.documents.renderers.text import words_of_runs

COLUMNS = 60
"""More columns than these are not set side by side; the rest goes into the last one."""

_PICTURE = 24
"""A picture takes as much room as a word of so many letters."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in which every row fills exactly `columns`.

    `load` is, per column, the length of the longest word and of all words, in letters.
    """

    columns: int
    header: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    load: tuple[tuple[int, int], ...]


def laid_out(table: Table) -> Grid:
    """The table with spans cut to the free space, and short rows filled with empty cells."""
    columns = min(_widest(table), COLUMNS)
    load = [(0, 0)] * columns
    header = _section(table.header, columns, load)
    rows = _section(table.rows, columns, load)
    return Grid(columns, header, rows, tuple(load))


def _widest(table: Table) -> int:
    rows = (*table.header, *table.rows)
    return max((sum(cell.columns for cell in row) for row in rows), default=0)


def _section(
    rows: Sequence[Sequence[Cell]], columns: int, load: list[tuple[int, int]]
) -> tuple[tuple[Cell, ...], ...]:
    taken = [0] * columns  # rows still covered from above, per column
    out: list[tuple[Cell, ...]] = []
    waiting: deque[Cell] = deque()
    for number, row in enumerate(rows):
        waiting.extend(row)
        out.append(_row(waiting, taken, len(rows) - number, load))
        taken[:] = [max(0, rest - 1) for rest in taken]
    if waiting and columns:
        # Cells pushed down past the last row by spans from above get a row of their own.
        out.append(_row(waiting, [0] * columns, 1, load))
    return tuple(out)


def _row(
    waiting: deque[Cell], taken: list[int], left: int, load: list[tuple[int, int]]
) -> tuple[Cell, ...]:
    """The cells placed in this row.

    Cells that find every column covered from above move to the next row.
    """
    placed: list[Cell] = []
    at = 0
    while at < len(taken):
        if taken[at]:
            at += 1
            continue
        cell = waiting.popleft() if waiting else Cell(())
        columns = min(cell.columns, _free(taken, at))
        if not any(not rest for rest in taken[at + columns :]):
            # The rest of the row does not fit, but its words must not be lost.
            more: tuple[Block, ...] = tuple(b for other in waiting for b in other.blocks)
            cell = replace(cell, blocks=(*cell.blocks, *more))
            waiting.clear()
        fitted = replace(cell, columns=columns, rows=min(cell.rows, left))
        _weigh(fitted, at, load)
        taken[at : at + columns] = [fitted.rows] * columns
        at += columns
        placed.append(fitted)
    return tuple(placed)


def _free(taken: Sequence[int], at: int) -> int:
    end = at
    while end < len(taken) and not taken[end]:
        end += 1
    return end - at


def _weigh(cell: Cell, at: int, load: list[tuple[int, int]]) -> None:
    if cell.columns > 1:
        return
    text = " ".join(words_of_runs(b.runs) for b in walk(cell.blocks) if isinstance(b, Paragraph))
    longest = max((len(word) for word in text.split()), default=0)
    if any(isinstance(block, Image) for block in walk(cell.blocks)):
        longest = max(longest, _PICTURE)
    load[at] = (max(load[at][0], min(longest, 30)), max(load[at][1], len(text)))
