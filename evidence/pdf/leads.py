"""The pages before a paper: the dividers of the sections it begins, and its cover sheet."""

from collections.abc import Sequence
from typing import Final

from evidence.pdf.furniture import Front, Piece
from evidence.pdf.layout import BODY, GUTTER, LEFT, LINE, RIGHT, SMALL, Block, Layout, paginate
from evidence.pdf.letters import Letters
from evidence.pdf.numbering import Numbering
from evidence.pdf.paper import GREEN, HAIR, HEIGHT, QUIET, Paper, Style

ABOVE: Final = Style(13, colour=QUIET)
SECTION: Final = Style(28, colour=GREEN)
REFERENCE: Final = Style(13, bold=True, colour=GREEN)
NAME: Final = Style(20)
MARK: Final = Style(10, bold=True)
NAMES: Final = 128.0
"""The width of the column of names on a cover sheet."""


class Lead:
    """What stands before one paper, laid out: how many pages is known, then they are drawn.

    `groups` are its sections, of which those from `level` on begin with it.
    """

    def __init__(self, letters: Letters, front: Front, piece: Piece, level: int) -> None:
        self.paper = Paper(letters)
        self._front, self._piece = front, piece
        self._layout = Layout(self.paper, front)
        self._sections = piece.groups[level:] if front.dividers else ()
        self._level = level
        self._part = self.paper.tree.add("Part") if self._sections or piece.sheet else 0
        self._sheet = paginate(self._blocks()) if piece.sheet else []

    @property
    def divider(self) -> int:
        return int(bool(self._sections))

    @property
    def sheet(self) -> int:
        """How many pages the cover sheet has."""
        return len(self._sheet)

    def draw(self, numbering: Numbering, *, before: int) -> Paper:
        """The pages, `before` being how many pages of the bundle stand before them."""
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
        """The sections that begin here, the innermost large, under those that go on."""
        *above, title = self._piece.groups
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
        piece, layout, part = self._piece, self._layout, self._part
        tab = f"{piece.tab}  " if piece.tab else ""
        name = piece.title.removeprefix(piece.reference).strip() or piece.title
        found = [layout.text("P", part, f"{tab}{piece.reference}", REFERENCE, kept=True)]
        if piece.marking:
            found.append(layout.text("P", part, piece.marking, MARK, above=10, kept=True))
        found.append(layout.text("H1", part, name, NAME, above=14, kept=True))
        rows = [self._row(words, said) for words, said in piece.sheet]
        return [*found, Block(18, self._rule), *rows]

    def _rule(self, y: float) -> None:
        with self.paper.artifact():
            self.paper.rule(LEFT, y - 17, RIGHT, weight=2, colour=GREEN)

    def _row(self, name: str, said: str) -> Block:
        paper = self.paper
        lines = paper.lines(said, BODY, RIGHT - LEFT - NAMES)
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


def leads(letters: Letters, front: Front, pieces: Sequence[Piece]) -> list[Lead]:
    """What stands before each of these papers, in their order."""
    found, before = [], tuple[str, ...]()
    for piece in pieces:
        level = 0
        while level < min(len(before), len(piece.groups)) and before[level] == piece.groups[level]:
            level += 1
        found.append(Lead(letters, front, piece, level))
        before = piece.groups
    return found
