"""The tables at the front of a bundle: schedules, changes, what could not be included."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from evidence.pdf.assemble.canvas import GREEN, HAIR, Spot, Web
from evidence.pdf.assemble.layout import (
    BODY,
    GUTTER,
    HEADING,
    LEFT,
    LINE,
    PLAIN,
    RIGHT,
    SECTIONS,
    Block,
    Layout,
)
from evidence.pdf.assemble.spec import ItemPosition, Table, TableRow

PAGES = 44.0
LEADING = replace(PLAIN, colour=GREEN)


class Grid:
    """A table with one style of row: its columns and its structure element."""

    def __init__(self, layout: Layout, part: int, columns: Sequence[tuple[float, str]]) -> None:
        self._layout, self._paper, self._part = layout, layout.paper, part
        self._columns = [x for x, _ in columns]
        ends = (*self._columns[1:], RIGHT + GUTTER)
        self._rooms = [far - near - GUTTER for near, far in zip(self._columns, ends, strict=True)]
        self.head = layout.head(part, columns, right=False, table=self._element)
        self._table: int | None = None

    def row(
        self,
        cells: Sequence[str],
        links: Callable[[], tuple[str, int | Spot]] | None = None,
        *,
        address: str = "",
    ) -> Block:
        """A row. With `links` its last cell is a page number that links there; with an `address`
        its first cell is a link."""
        paper = self._paper
        broken = [
            paper.lines(words, PLAIN, room) for words, room in zip(cells, self._rooms, strict=False)
        ]
        height = LINE * max(map(len, broken)) + 7

        def draw(y: float) -> None:
            row = paper.tree.add("TR", self._element())
            for at, (near, lines) in enumerate(zip(self._columns, broken, strict=False)):
                cell = paper.tree.add("TD", row)
                leads = bool(address) and not at
                element = paper.tree.add("Link", cell) if leads else cell
                with paper.tagged(element):
                    for number, line in enumerate(lines):
                        style = LEADING if leads else PLAIN
                        paper.words(near, y - 12 - number * LINE, f"{line} ", style)
                if leads:
                    box = (near, y - 2 - LINE * len(lines), near + self._rooms[at], y - 2)
                    paper.link(box, Web(address), element, words=f"{cells[at]}: {address}")
            if links is not None:
                words, target = links()
                link = paper.tree.add("Link", paper.tree.add("TD", row))
                left = RIGHT - paper.width(words, PLAIN)
                with paper.tagged(link):
                    paper.words(left, y - 12, words, PLAIN)
                paper.link((left, y - 15, RIGHT, y - 2), target, link, words=f"Page {words}")
            with paper.artifact():
                paper.rule(LEFT, y - height, RIGHT, weight=0.4, colour=HAIR)

        return Block(height, draw, head=self.head)

    def _element(self) -> int:
        if self._table is None:
            self._table = self._paper.tree.add("Table", self._part)
        return self._table


def blocks(
    layout: Layout,
    part: int,
    table: Table,
    standing: Sequence[ItemPosition],
    *,
    number: Callable[[ItemPosition, str], str],
) -> list[Block]:
    """A table with its heading, on a new page. `number` gives the number printed on an item's first
    page, or on that of a named destination in it."""
    by_key = {item.item.key: item for item in standing}
    leads = any(row.key in by_key for row in table.rows)
    whole = RIGHT - LEFT - (PAGES if leads else 0)
    columns, x = [], LEFT
    for name, share in table.columns:
        columns.append((x, name))
        x += whole * share
    if leads:
        columns.append((RIGHT - PAGES + GUTTER, "Page"))
    blocks_of_table = [layout.text("H2", part, table.title, HEADING, kept=True, fresh=True)]
    if table.description:
        blocks_of_table.append(layout.text("P", part, table.description, BODY, above=6, kept=True))
    if not table.rows:
        return [*blocks_of_table, layout.text("P", part, "Nothing.", BODY, above=6)]
    for section, rows in itertools.groupby(table.rows, key=lambda row: row.section):
        if section:
            blocks_of_table.append(
                layout.text("H3", part, section, SECTIONS[0], above=16, kept=True)
            )
        grid = Grid(layout, part, columns)
        head = grid.head
        blocks_of_table.append(Block(head.height, head.draw, above=8, kept=True, head=head))
        blocks_of_table += (_row(grid, row, by_key.get(row.key), number) for row in rows)
    return blocks_of_table


def _row(
    grid: Grid,
    row: TableRow,
    standing: ItemPosition | None,
    number: Callable[[ItemPosition, str], str],
) -> Block:
    if standing is None:
        return grid.row(row.cells, address=row.address)
    spot = row.spot if standing.page_of(row.spot) is not None else ""
    target = Spot(standing.at, spot) if spot else standing.at
    return grid.row(row.cells, lambda: (number(standing, spot), target))
