"""Lays out our own pages: blocks from top to bottom, running heads, fonts and colours."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final

from evidence.pdf.assemble.canvas import GREEN, HEIGHT, QUIET, WIDTH, Canvas, Style
from evidence.pdf.assemble.page_stamps import spread
from evidence.pdf.assemble.spec import Front

LEFT: Final = 70.87
RIGHT: Final = WIDTH - 62.36
TOP: Final = HEIGHT - 78.0
BOTTOM: Final = 74.0
HEAD: Final = HEIGHT - 50.0
FOOT: Final = 46.0
GUTTER: Final = 10.0
UNDER_HEAD: Final = 8.0
LINE: Final = 13.2
"""From one base line of a table to the next."""

TITLE: Final = Style(21, colour=GREEN)
SECTIONS: Final = (Style(11.5, bold=True, colour=GREEN), Style(10.3, bold=True, colour=GREEN))
HEADING: Final = Style(13, bold=True)
PLAIN: Final = Style(9.6)
BODY: Final = Style(10.2)
SMALL: Final = Style(8.4, colour=QUIET)
MARKED: Final = Style(7.2, bold=True)
RUNNING: Final = Style(8.2, colour=QUIET)
RUNNING_MARK: Final = Style(8.2, bold=True, colour=QUIET)
NOTHING: Final = ("", RUNNING)
HEADS_A_COLUMN: Final = b"[ << /O /Table /Scope /Column >> ]"


@dataclass(frozen=True)
class Block:
    """Content that is not split over pages: its height, and the function that draws it from its
    upper edge. `above` is the space over it, unless it begins a page. A `kept` block stays with the
    next one. `head` is drawn first on each further page that begins with a block of the same head.
    A `fresh` block begins a page.
    """

    height: float
    draw: Callable[[float], None]
    above: float = 0.0
    kept: bool = False
    head: "Block | None" = None
    fresh: bool = False


def paginate(blocks: Sequence[Block]) -> list[list[tuple[Block, float]]]:
    """The blocks page by page, each with its upper edge."""
    pages: list[list[tuple[Block, float]]] = []
    y = BOTTOM
    for at, block in enumerate(blocks):
        needed, follow = block.above + block.height, at
        while blocks[follow].kept and follow + 1 < len(blocks):
            follow += 1
            needed += blocks[follow].above + blocks[follow].height
        if not pages or ((block.fresh or y - needed < BOTTOM) and pages[-1]):
            pages.append([])
            y = TOP
            if block.head is not None and at and blocks[at - 1] is not block.head:
                pages[-1].append((block.head, y))
                y -= block.head.height + min(block.above, UNDER_HEAD)
        else:
            y -= block.above
        pages[-1].append((block, y))
        y -= block.height
    return pages


class Layout:
    """Makes the blocks that several of our pages share."""

    def __init__(self, paper: Canvas, front: Front) -> None:
        self.paper, self.front = paper, front

    def text(
        self, kind: str, part: int, words: str, style: Style, *, above: float = 0.0,
        kept: bool = False, fresh: bool = False,
    ) -> Block:  # fmt: skip
        """A heading or a paragraph over the full width."""
        pitch = style.size * 1.38
        lines = self.paper.lines(words, style, RIGHT - LEFT)

        def draw(y: float) -> None:
            element = self.paper.tree.add(kind, part)
            with self.paper.tagged(element):
                for number, line in enumerate(lines):
                    base = y - number * pitch - style.size
                    self.paper.words(LEFT, base, f"{line} ", style)

        return Block(pitch * len(lines), draw, above=above, kept=kept, fresh=fresh)

    def head(
        self,
        part: int,
        columns: Sequence[tuple[float, str]],
        *,
        right: bool,
        table: Callable[[], int] | None = None,
    ) -> Block:
        """Column headings, as the header row of a `table` if they belong to one.

        The last is aligned right on request. A repeated heading is an artifact.
        """
        paper, drawn = self.paper, list[float]()

        def tagged() -> Iterator[AbstractContextManager[None]]:
            if drawn:
                yield from (paper.artifact() for _ in columns)
            elif table is None:
                element = paper.tree.add("P", part)
                yield from (paper.tagged(element) for _ in columns)
            else:
                row = paper.tree.add("TR", table())
                for _ in columns:
                    cell = paper.tree.add("TH", row)
                    paper.tree.elements[cell].entries["A"] = HEADS_A_COLUMN
                    yield paper.tagged(cell)

        def draw(y: float) -> None:
            for (x, name), tag in zip(columns, tagged(), strict=True):
                last = right and name == columns[-1][1]
                at = RIGHT - paper.width(name, SMALL) if last else x
                with tag:
                    paper.words(at, y - 9.5, f"{name} ", SMALL)
            with paper.artifact():
                paper.rule(LEFT, y - 15, RIGHT, weight=0.8, colour=GREEN)
            drawn.append(y)

        return Block(15.5, draw, kept=True)

    def running(self, number: str) -> None:
        """Draws the running head and foot of a page. Its number is where the items' numbers are."""
        paper, front, stamp = self.paper, self.front, self.front.stamp
        numbered = (number, RUNNING)
        head = [(front.title, RUNNING), (front.marked, RUNNING_MARK)]
        footing = ", ".join(words for words in (front.committee, front.inquiry) if words)
        foot = [(footing, RUNNING), NOTHING]
        if stamp.below:
            foot = foot[::-1] if stamp.column == 0 else foot
            foot.insert(stamp.column, numbered)
            head.insert(1, NOTHING)
        else:
            head.insert(stamp.column, numbered)
            foot.append(NOTHING)
        with paper.artifact(kind=b"/Type /Pagination /Subtype /Header"):
            self._line(HEAD, head, long=front.title)
            paper.marked_rule(LEFT, HEAD - 6, RIGHT, front.copy)
        with paper.artifact(kind=b"/Type /Pagination /Subtype /Footer"):
            self._line(FOOT, foot, long=footing)

    def _line(self, base: float, runs: Sequence[tuple[str, Style]], *, long: str) -> None:
        """Words on the left, in the middle and on the right.

        The `long` ones are cut if necessary.
        """
        paper, room = self.paper, RIGHT - LEFT
        rest = sum(paper.width(*run) for run in runs if run[0] != long) + 2 * GUTTER
        cut = paper.lines(long, RUNNING, room - rest)[0]
        runs = [(cut, style) if words == long else (words, style) for words, style in runs]
        widths = [paper.width(words, style) / style.size for words, style in runs]
        size, xs = spread(widths, left=LEFT, room=room, size=RUNNING.size)
        for x, (words, style) in zip(xs, runs, strict=True):
            paper.words(x, base, words, replace(style, size=size))
