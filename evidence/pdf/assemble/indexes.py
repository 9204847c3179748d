"""The indexes at the end of a bundle: each name with the pages it leads to."""

from collections.abc import Sequence
from typing import Final

from evidence.pdf.assemble.canvas import HAIR, Canvas
from evidence.pdf.assemble.layout import (
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
from evidence.pdf.assemble.page_numbers import Numbering
from evidence.pdf.assemble.spec import Front, Index, ItemPosition
from evidence.pdf.fonts.text_runs import TextRuns

MOST_PLACES: Final = 200
"""So many pages of one name stay together; what is longer than a page could not be set."""
PLACES: Final = 176.0
"""The width of the column of page numbers."""
# A link is a little larger than its number, so that it is easily hit.
OVER, UNDER = 9.5, 3.0


class Indexes:
    """The index pages, laid out. `own` pages come before the first item."""

    def __init__(
        self,
        letters: TextRuns,
        front: Front,
        indexes: Sequence[Index],
        standing: Sequence[ItemPosition],
        *,
        own: int,
        numbering: Numbering,
    ) -> None:
        self.paper = Canvas(letters)
        self._layout = Layout(self.paper, front)
        self._own, self._numbering = own, numbering
        self._places: dict[str, list[ItemPosition]] = {}
        for place in standing:
            self._places.setdefault(place.item.key, []).append(place)
        self._pages = [page for index in indexes for page in paginate(self._blocks(index))]

    @property
    def count(self) -> int:
        return len(self._pages)

    def draw(self, numbering: Numbering, *, before: int) -> Canvas:
        """Draws the pages. `before` pages come before them."""
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
        entries = [(name, places) for name, places in entries if places]
        if not entries:
            return [*blocks, layout.text("P", part, "Nothing in this bundle.", BODY, above=10)]
        head = layout.head(part, [(LEFT, "Name"), (RIGHT - PLACES, "Pages")], right=False)
        spot = _Spot(part)
        rows = [
            self._entry(name if at == 0 else "", places[at : at + MOST_PLACES], head, spot)
            for name, places in entries
            for at in range(0, len(places), MOST_PLACES)
        ]
        return [*blocks, head, *rows]

    def _found(self, keys: Sequence[str]) -> list[ItemPosition]:
        by_position = {place.at: place for key in keys for place in self._places.get(key, ())}
        return [by_position[at] for at in sorted(by_position)]

    def _entry(
        self, name: str, places: Sequence[ItemPosition], head: Block, spot: "_Spot"
    ) -> Block:
        """A name with its pages. An entry without a name continues the one before."""
        paper = self.paper
        lines = paper.lines(name, PLAIN, RIGHT - PLACES - LEFT - GUTTER)
        words = [self._numbering.number(self._own + place.begin + 1) for place in places]
        spots, x, row = [], RIGHT - PLACES, 0
        for at, number in enumerate(words):
            width = paper.width(number, PLAIN)
            if x + width > RIGHT and x > RIGHT - PLACES:
                x, row = RIGHT - PLACES, row + 1
            spots.append((x, row, width))
            x += width + paper.width(", " if at + 1 < len(words) else "", PLAIN)
        height = LINE * max(len(lines), row + 1) + 5

        def draw(y: float) -> None:
            element = spot.element(paper, new=bool(name))
            with paper.tagged(element):
                for at, line in enumerate(lines):
                    paper.words(LEFT, y - 11.5 - at * LINE, f"{line} ", PLAIN)
            for at, (place, number, (x, row, width)) in enumerate(
                zip(places, words, spots, strict=True)
            ):
                base = y - 11.5 - row * LINE
                link = paper.tree.add("Link", element)
                with paper.tagged(link):
                    paper.words(x, base, number, PLAIN)
                box = (x, base - UNDER, x + width, base + OVER)
                paper.link(box, place.at, link, words=f"{place.item.title}, page {number}")
                if at + 1 < len(words):
                    with paper.tagged(element):
                        paper.words(x + width, base, ", ", PLAIN)
            with paper.artifact():
                paper.rule(LEFT, y - height, RIGHT, weight=0.4, colour=HAIR)

        return Block(height, draw, head=head)


class _Spot:
    """Where the next entry goes in the structure tree."""

    def __init__(self, part: int) -> None:
        self._part = part
        self._list: int | None = None
        self._last = 0

    def element(self, paper: Canvas, *, new: bool) -> int:
        if self._list is None:
            self._list = paper.tree.add("Index", self._part)
        if new or not paper.tree.elements[self._list].kids:
            self._last = paper.tree.add("P", self._list)
        return self._last
