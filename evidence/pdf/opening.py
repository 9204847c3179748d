"""The pages in front of the pieces: cover, contents, what is left out, what is not included."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from evidence.pdf.furniture import Front, Numbering, Piece, Standing
from evidence.pdf.layout import (
    BODY,
    BOTTOM,
    GUTTER,
    HEADING,
    LEFT,
    LINE,
    MARKED,
    PLAIN,
    RIGHT,
    SECTIONS,
    TITLE,
    TOP,
    Block,
    Layout,
    paginate,
)
from evidence.pdf.letters import Letters
from evidence.pdf.paper import GREEN, HAIR, QUIET, Paper, Style

DATES: Final = 86.0
PAGES: Final = 44.0
REFERENCES: Final = (68.0, 136.0)
"""The narrowest and the widest column of references."""
REASONS: Final = 170.0
MOST_TITLE_LINES: Final = 9


class Opening:
    """The opening pages, laid out: their number is known, then they are drawn."""

    def __init__(
        self,
        letters: Letters,
        front: Front,
        standing: Sequence[Standing],
        missing: Sequence[tuple[Piece, str]],
    ) -> None:
        self.paper = Paper(letters)
        self._front, self._standing = front, standing
        self._layout = Layout(self.paper, front)
        self._cover = self.paper.tree.add("Part")
        self.contents = self.paper.tree.add("Part")
        self._numbering = Numbering()
        blocks = [*self._contents_blocks(), *self._left_out(), *self._not_included(missing)]
        self._pages = paginate(blocks)

    @property
    def count(self) -> int:
        """How many pages there are, which is where the pieces begin."""
        return 1 + len(self._pages)

    def draw(self, numbering: Numbering) -> Paper:
        """The pages, with the numbers of the pieces' pages as they are printed."""
        self._numbering = numbering
        self.paper.turn()
        self._draw_cover()
        for number, blocks in enumerate(self._pages, start=2):
            self.paper.turn()
            self._layout.running(numbering.words(number))
            for block, y in blocks:
                block.draw(y)
        return self.paper

    def _draw_cover(self) -> None:
        paper, front, part = self.paper, self._front, self._cover
        committee = Style(13, bold=True, colour=GREEN)
        mark = Style(11, bold=True)
        framed = paper.width(front.marking, mark) + 18 if front.marking else 0.0
        room = RIGHT - LEFT - framed - GUTTER
        y = self._lines("P", front.committee, committee, TOP - 8, room=room)
        if front.marking:
            with paper.artifact():
                paper.box(RIGHT - framed, TOP - 15, framed, 23)
            with paper.tagged(paper.tree.add("P", part)):
                paper.words(RIGHT - framed + 9, TOP - 8, front.marking, mark)
        y = min(y, TOP - 12)
        with paper.artifact():
            paper.rule(LEFT, y - 6, RIGHT, weight=2, colour=GREEN)
        inquiry = " · ".join(filter(None, (front.inquiry, front.hc_number)))
        y = self._lines("P", inquiry, Style(14, colour=QUIET), y - 118)
        title = Style(31)
        while len(paper.lines(front.title, title, RIGHT - LEFT)) > MOST_TITLE_LINES:
            title = Style(title.size - 3)
        y = self._lines("H1", front.title, title, y - 24, pitch=1.22)
        y -= 12
        for line in front.lines:
            y = self._lines("P", line, Style(12.5), y - 8)
        self._draw_imprint()

    def _draw_imprint(self) -> None:
        paper, front = self.paper, self._front
        told = Style(9, colour=QUIET)
        with paper.artifact():
            paper.rule(LEFT, BOTTOM + 26, RIGHT, weight=0.4, colour=HAIR)
        self._lines("P", _extent(self._standing), told, BOTTOM + 10)
        if front.fingerprint:
            words = f"Fingerprint of this bundle: {front.fingerprint}"
            self._lines("P", words, Style(7.4, colour=QUIET), BOTTOM - 5)

    def _lines(
        self, kind: str, words: str, style: Style, y: float, *,
        room: float = RIGHT - LEFT, pitch: float = 1.35,
    ) -> float:  # fmt: skip
        """Words on the cover from the base line `y` down; the base line that follows."""
        if not words:
            return y
        with self.paper.tagged(self.paper.tree.add(kind, self._cover)):
            for line in self.paper.lines(words, style, room):
                self.paper.words(LEFT, y, f"{line} ", style)
                y -= style.size * pitch
        return y

    def _contents_blocks(self) -> list[Block]:
        layout, part = self._layout, self.contents
        blocks = [layout.text("H1", part, "Contents", TITLE, kept=True)]
        if not self._standing:
            nothing = "There are no pieces in this bundle."
            return [*blocks, layout.text("P", part, nothing, BODY, above=10)]
        columns = self._columns()
        names = [(columns.reference, "Reference"), (columns.name, "Name"), (columns.date, "Date")]
        head = layout.head(part, [*names, (columns.page, "Page")], right=True)
        blocks.append(head)
        open_groups: tuple[str, ...] = ()
        rows = _Rows(self, columns, head)
        for one in self._standing:
            groups = one.piece.groups
            same = 0
            while same < min(len(groups), len(open_groups)) and groups[same] == open_groups[same]:
                same += 1
            blocks += (rows.section(level, groups[level]) for level in range(same, len(groups)))
            open_groups = groups
            blocks.append(rows.row(one))
        return blocks

    def _columns(self) -> "_Columns":
        widest = max(self.paper.width(one.piece.reference, PLAIN) for one in self._standing)
        low, high = REFERENCES
        name = LEFT + min(high, max(low, widest + GUTTER + 1))
        last = self._standing[-1]
        # Our own pages are not counted yet; they seldom change how wide the last number is.
        number = f"{self._front.prefix}{last.offset + last.pages}0"
        pages = max(PAGES, self.paper.width(number, PLAIN) + GUTTER)
        return _Columns(LEFT, name, RIGHT - pages - DATES, RIGHT - pages)

    def _left_out(self) -> list[Block]:
        if not self._front.left_out:
            return []
        layout, part = self._layout, self.contents
        heading = layout.text("H2", part, "What is left out", HEADING, above=26, kept=True)
        sentences = self._front.left_out
        return [heading, *(layout.text("P", part, said, BODY, above=6) for said in sentences)]

    def _not_included(self, missing: Sequence[tuple[Piece, str]]) -> list[Block]:
        if not missing:
            return []
        layout, part = self._layout, self.contents
        why = "These pieces belong to this bundle, but their files could not be put into it."
        x = (LEFT, LEFT + REFERENCES[1] - 30, RIGHT - REASONS)
        names = list(zip(x, ("Reference", "Name", "Reason"), strict=True))
        head = layout.head(part, names, right=False)
        table = _Absent(self, x, head)
        rows = [table.row(piece, reason) for piece, reason in missing]
        return [
            layout.text("H2", part, "Not included", HEADING, above=26, kept=True),
            layout.text("P", part, why, BODY, above=6, kept=True),
            Block(head.height, head.draw, above=8, kept=True, head=head),
            *rows,
        ]

    def hairline(self, y: float) -> None:
        with self.paper.artifact():
            self.paper.rule(LEFT, y, RIGHT, weight=0.4, colour=HAIR)

    def number(self, one: Standing) -> str:
        """The number printed for a piece's first page."""
        return self._numbering.number(self.count + one.offset + 1)

    def listed(self) -> int:
        """The element of the list that rows are being put into; a heading ends a list."""
        tree = self.paper.tree
        kids = tree.elements[self.contents].kids
        last = kids[-1] if kids else None
        if isinstance(last, int) and tree.elements[last].kind == "TOC":
            return last
        return tree.add("TOC", self.contents)

    def section(self, level: int, style: Style) -> Callable[[float, Sequence[str]], None]:
        def draw(y: float, lines: Sequence[str]) -> None:
            kind = f"H{min(level + 2, 6)}"
            with self.paper.tagged(self.paper.tree.add(kind, self.contents)):
                for number, line in enumerate(lines):
                    x = LEFT + 10 * level
                    self.paper.words(x, y - style.size - number * LINE, f"{line} ", style)

        return draw


@dataclass(frozen=True)
class _Columns:
    """Where the columns of the contents begin; the page numbers end on the right."""

    reference: float
    name: float
    date: float
    page: float


class _Rows:
    """The rows of the contents: each is one link, over its whole width."""

    def __init__(self, opening: Opening, columns: _Columns, head: Block) -> None:
        self._opening, self._columns, self._head = opening, columns, head

    def section(self, level: int, name: str) -> Block:
        style = SECTIONS[min(level, len(SECTIONS) - 1)]
        lines = self._opening.paper.lines(name, style, RIGHT - LEFT - 10 * level)
        draw = self._opening.section(level, style)
        height = style.size + LINE * (len(lines) - 1) + 5
        above = 13.0 if level == 0 else 8.0
        return Block(height, lambda y: draw(y, lines), above=above, kept=True, head=self._head)

    def row(self, one: Standing) -> Block:
        paper, columns, piece = self._opening.paper, self._columns, one.piece
        room = columns.name - columns.reference - GUTTER
        references = paper.lines(piece.reference, PLAIN, room)
        names = paper.lines(
            name_without_reference(piece), PLAIN, columns.date - columns.name - GUTTER
        )
        marking = piece.marking
        beside = columns.name + paper.width(names[-1], PLAIN) + 7
        fits = beside + paper.width(marking, MARKED) <= columns.date - GUTTER
        below = bool(marking) and not fits
        height = LINE * max(len(references), len(names) + below) + 6

        def draw(y: float) -> None:
            element = paper.tree.add("Link", paper.tree.add("TOCI", self._opening.listed()))
            base = y - 12
            with paper.tagged(element):
                for number, line in enumerate(references):
                    paper.words(columns.reference, base - number * LINE, f"{line} ", PLAIN)
                for number, line in enumerate(names):
                    paper.words(columns.name, base - number * LINE, f"{line} ", PLAIN)
                if marking:
                    x = columns.name if below else beside
                    low = base - (len(names) - 1 + below) * LINE
                    paper.words(x, low, f"{marking} ", MARKED)
                paper.words(columns.date, base, f"{piece.date} ", PLAIN)
                page = self._opening.number(one)
                paper.words(RIGHT - paper.width(page, PLAIN), base, page, PLAIN)
            paper.link((LEFT, y - height, RIGHT, y), one.at, element)
            self._opening.hairline(y - height)

        return Block(height, draw, head=self._head)


class _Absent:
    """The table of the pieces that could not be put in, with the reasons."""

    def __init__(self, opening: Opening, columns: Sequence[float], head: Block) -> None:
        self._opening, self._columns, self._head = opening, columns, head
        ends = (*columns[1:], RIGHT + GUTTER)
        self._rooms = [far - near - GUTTER for near, far in zip(columns, ends, strict=True)]
        self._table: int | None = None

    def row(self, piece: Piece, reason: str) -> Block:
        paper = self._opening.paper
        cells = (piece.reference, name_without_reference(piece), reason)
        broken = [
            paper.lines(words, PLAIN, room) for words, room in zip(cells, self._rooms, strict=True)
        ]
        height = LINE * max(map(len, broken)) + 7

        def draw(y: float) -> None:
            row = paper.tree.add("TR", self._element())
            for near, lines in zip(self._columns, broken, strict=True):
                with paper.tagged(paper.tree.add("TD", row)):
                    for number, line in enumerate(lines):
                        paper.words(near, y - 12 - number * LINE, f"{line} ", PLAIN)
            self._opening.hairline(y - height)

        return Block(height, draw, head=self._head)

    def _element(self) -> int:
        if self._table is None:
            self._table = self._opening.paper.tree.add("Table", self._opening.contents)
        return self._table


def name_without_reference(piece: Piece) -> str:
    """The title for a table that has the reference in a column of its own."""
    rest = piece.title.removeprefix(piece.reference)
    return rest.strip(" \t:,–—-") or piece.title


def _extent(standing: Sequence[Standing]) -> str:
    pieces, pages = len(standing), sum(one.pages for one in standing)
    return (
        f"{pieces:,} {'document' if pieces == 1 else 'documents'} on "
        f"{pages:,} {'page' if pages == 1 else 'pages'}, with contents in front."
    )
