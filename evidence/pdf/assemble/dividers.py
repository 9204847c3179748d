"""The pages before an item: dividers of the sections it begins, and its cover sheet."""

from collections.abc import Sequence
from typing import Final

from evidence.pdf.assemble.canvas import GREEN, HAIR, HEIGHT, QUIET, Canvas, Style
from evidence.pdf.assemble.layout import (
    BODY,
    GUTTER,
    LEFT,
    LINE,
    RIGHT,
    SMALL,
    Block,
    Layout,
    paginate,
)
from evidence.pdf.assemble.page_numbers import Numbering
from evidence.pdf.assemble.spec import Front, Item
from evidence.pdf.fonts.text_runs import TextRuns

ABOVE: Final = Style(13, colour=QUIET)
SECTION: Final = Style(28, colour=GREEN)
REFERENCE: Final = Style(13, bold=True, colour=GREEN)
NAME: Final = Style(20)
MARK: Final = Style(10, bold=True)
NAMES: Final = 128.0
"""The width of the column of names on a cover sheet."""


class Divider:
    """The pages before one item.

    They are laid out first, so their number is known, and drawn later. `groups` are the item's
    sections; those from `level` on begin with it.
    """

    def __init__(self, letters: TextRuns, front: Front, item: Item, level: int) -> None:
        self.paper = Canvas(letters)
        self._front, self._item = front, item
        self._layout = Layout(self.paper, front)
        self._sections = item.groups[level:] if front.dividers else ()
        self._level = level
        self._part = self.paper.tree.add("Part") if self._sections or item.sheet else 0
        self._sheet = paginate(self._blocks()) if item.sheet else []

    @property
    def divider(self) -> int:
        return int(bool(self._sections))

    @property
    def sheet(self) -> int:
        """How many pages the cover sheet has."""
        return len(self._sheet)

    def draw(self, numbering: Numbering, *, before: int) -> Canvas:
        """Draws the pages. `before` pages of the bundle come before them."""
        number = before
        if self._sections:
            number += 1
            self.paper.turn()
            self._layout.running(numbering.words(number))
            self._divide()
        for blocks in self._sheet:
            number += 1
            self.paper.turn()
            self._layout.running(numbering.words(number))
            for block, y in blocks:
                block.draw(y)
        return self.paper

    def _divide(self) -> None:
        """Draws the sections that begin here below those that continue.

        The innermost is the largest.
        """
        *above, title = self._item.groups
        paper, y = self.paper, HEIGHT * 0.62
        for depth, name in enumerate(above):
            fresh = depth >= self._level
            y = self._words(f"H{min(depth + 1, 6)}" if fresh else "P", name, ABOVE, y)
        with paper.artifact():
            paper.rule(LEFT, y - 6, RIGHT, weight=2, colour=GREEN)
        self._words(f"H{min(len(above) + 1, 6)}", title, SECTION, y - 46)

    def _words(self, kind: str, words: str, style: Style, y: float) -> float:
        paper = self.paper
        with paper.tagged(paper.tree.add(kind, self._part)):
            for line in paper.lines(words, style, RIGHT - LEFT):
                paper.words(LEFT, y, f"{line} ", style)
                y -= style.size * 1.25
        return y

    def _blocks(self) -> list[Block]:
        item, layout, part = self._item, self._layout, self._part
        tab = f"{item.tab}  " if item.tab else ""
        name = item.title.removeprefix(item.reference).strip() or item.title
        blocks = [layout.text("P", part, f"{tab}{item.reference}", REFERENCE, kept=True)]
        if item.marking:
            blocks.append(layout.text("P", part, item.marking, MARK, above=10, kept=True))
        blocks.append(layout.text("H1", part, name, NAME, above=14, kept=True))
        rows = [self._row(words, value) for words, value in item.sheet]
        return [*blocks, Block(18, self._rule), *rows]

    def _rule(self, y: float) -> None:
        with self.paper.artifact():
            self.paper.rule(LEFT, y - 17, RIGHT, weight=2, colour=GREEN)

    def _row(self, name: str, value: str) -> Block:
        paper = self.paper
        lines = paper.lines(value, BODY, RIGHT - LEFT - NAMES)
        names = paper.lines(name, SMALL, NAMES - GUTTER)
        height = LINE * max(len(lines), len(names)) + 8

        def draw(y: float) -> None:
            with paper.tagged(paper.tree.add("P", self._part)):
                for number, line in enumerate(names):
                    paper.words(LEFT, y - 13 - number * LINE, f"{line} ", SMALL)
                for number, line in enumerate(lines):
                    paper.words(LEFT + NAMES, y - 13 - number * LINE, f"{line} ", BODY)
            with paper.artifact():
                paper.rule(LEFT, y - height, RIGHT, weight=0.4, colour=HAIR)

        return Block(height, draw)


def dividers_of(letters: TextRuns, front: Front, items: Sequence[Item]) -> list[Divider]:
    """The pages before each of these items, in order."""
    dividers, before = [], tuple[str, ...]()
    for item in items:
        level = 0
        while level < min(len(before), len(item.groups)) and before[level] == item.groups[level]:
            level += 1
        dividers.append(Divider(letters, front, item, level))
        before = item.groups
    return dividers
