"""The indexes at the end of a bundle: each name with the pages it leads to."""

from collections.abc import Sequence
from typing import Final

from evidence.pdf.furniture import Front, Index, Numbering, Standing
from evidence.pdf.layout import (
    BODY,
    GUTTER,
    LEFT,
    LINE,
    PLAIN,
    RIGHT,
    TITLE,
    Block,
    Layout,
    paginate,
)
from evidence.pdf.letters import Letters
from evidence.pdf.paper import HAIR, Paper

PLACES: Final = 176.0
"""The width of the column of page numbers."""
# A link is a little larger than its number, so that it is easily hit.
OVER, UNDER = 9.5, 3.0


class Indexes:
    """The index pages, laid out. `own` is how many pages stand before the first piece."""

    def __init__(
        self,
        letters: Letters,
        front: Front,
        indexes: Sequence[Index],
        standing: Sequence[Standing],
        *,
        own: int,
        numbering: Numbering,
    ) -> None:
        self.paper = Paper(letters)
        self._layout = Layout(self.paper, front)
        self._own, self._numbering = own, numbering
        self._places: dict[str, list[Standing]] = {}
        for one in standing:
            self._places.setdefault(one.piece.key, []).append(one)
        self._pages = [page for index in indexes for page in paginate(self._blocks(index))]
        self._firsts: list[int] = []

    @property
    def count(self) -> int:
        return len(self._pages)

    def draw(self, *, before: int, last: int | None) -> Paper:
        """The pages, `before` being how many stand before them, `last` the number of the last
        page where it is printed."""
        numbering = Numbering(self._numbering.prefix, last)
        for number, blocks in enumerate(self._pages, start=before + 1):
            self.paper.turn()
            self._layout.running(numbering.words(number))
            for block, y in blocks:
                block.draw(y)
        return self.paper

    def _blocks(self, index: Index) -> list[Block]:
        layout, part = self._layout, self.paper.tree.add("Part")
        blocks = [layout.text("H1", part, index.title, TITLE, kept=True)]
        entries = [(name, self._found(keys)) for name, keys in index.entries]
        entries = [(name, found) for name, found in entries if found]
        if not entries:
            return [*blocks, layout.text("P", part, "Nothing in this bundle.", BODY, above=10)]
        head = layout.head(part, [(LEFT, "Name"), (RIGHT - PLACES, "Pages")], right=False)
        listed: list[int] = []
        rows = [self._entry(name, found, part, head, listed) for name, found in entries]
        return [*blocks, head, *rows]

    def _found(self, keys: Sequence[str]) -> list[Standing]:
        found = {one.at: one for key in keys for one in self._places.get(key, ())}
        return [found[at] for at in sorted(found)]

    def _entry(
        self, name: str, found: Sequence[Standing], part: int, head: Block, listed: list[int]
    ) -> Block:
        paper = self.paper
        lines = paper.lines(name, PLAIN, RIGHT - PLACES - LEFT - GUTTER)
        words = [self._numbering.number(self._own + one.offset + 1) for one in found]
        spots, x, row = [], RIGHT - PLACES, 0
        for at, number in enumerate(words):
            width = paper.width(number, PLAIN)
            if x + width > RIGHT and x > RIGHT - PLACES:
                x, row = RIGHT - PLACES, row + 1
            spots.append((x, row, width))
            x += width + paper.width(", " if at + 1 < len(words) else "", PLAIN)
        height = LINE * max(len(lines), row + 1) + 5

        def draw(y: float) -> None:
            if not listed:
                listed.append(paper.tree.add("Index", part))
            element = paper.tree.add("P", listed[0])
            with paper.tagged(element):
                for at, line in enumerate(lines):
                    paper.words(LEFT, y - 11.5 - at * LINE, f"{line} ", PLAIN)
            for at, (one, number, (x, row, width)) in enumerate(
                zip(found, words, spots, strict=True)
            ):
                base = y - 11.5 - row * LINE
                link = paper.tree.add("Link", element)
                with paper.tagged(link):
                    paper.words(x, base, number, PLAIN)
                paper.link((x, base - UNDER, x + width, base + OVER), one.at, link)
                if at + 1 < len(words):
                    with paper.tagged(element):
                        paper.words(x + width, base, ", ", PLAIN)
            with paper.artifact():
                paper.rule(LEFT, y - height, RIGHT, 0.4, HAIR)

        return Block(height, draw, head=head)
