"""The pages before the items: cover, contents, what is left out, what is not included."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from evidence.pdf.assemble.canvas import GREEN, HAIR, QUIET, Canvas, Remote, Style
from evidence.pdf.assemble.layout import (
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
from evidence.pdf.assemble.page_numbers import Numbering, counted
from evidence.pdf.assemble.spec import Front, Item, ItemPosition, OtherFile, Table
from evidence.pdf.assemble.tables import Grid, blocks
from evidence.pdf.fonts.text_runs import TextRuns

DATES: Final = 86.0
PAGES: Final = 44.0
REFERENCES: Final = (68.0, 136.0)
"""The narrowest and the widest column of references."""
REASONS: Final = 170.0
MOST_TITLE_LINES: Final = 9
TAB: Final = 30.0
QUIETLY: Final = Style(PLAIN.size, colour=QUIET)


class FrontMatter:
    """The pages before the items. They are laid out first, so their number is known, and drawn
    later."""

    def __init__(
        self,
        letters: TextRuns,
        front: Front,
        standing: Sequence[ItemPosition],
        missing: Sequence[tuple[Item, str]],
    ) -> None:
        self.paper = Canvas(letters)
        self._front, self._standing = front, standing
        self._layout = Layout(self.paper, front)
        self._cover = self.paper.tree.add("Part")
        self.contents = self.paper.tree.add("Part")
        self._numbering = Numbering(counted(0))
        self._pages = paginate(
            [
                *self._contents_blocks(),
                *(block for table in front.tables for block in self._table(table)),
                *self._left_out(),
                *self._not_included(missing),
            ]
        )

    @property
    def count(self) -> int:
        """How many pages come before the items."""
        return 1 + len(self._pages)

    def draw(self, numbering: Numbering) -> Canvas:
        """Draws the pages, with the page numbers of the items as printed."""
        self._numbering = numbering
        self.paper.turn()
        self._draw_cover()
        for number, page in enumerate(self._pages, start=2):
            self.paper.turn()
            self._layout.running(numbering.words(number))
            for block, y in page:
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
        for line in (*front.lines, *([front.copy.words] if front.copy else [])):
            y = self._lines("P", line, Style(12.5), y - 8)
        self._draw_imprint()

    def _draw_imprint(self) -> None:
        paper, front = self.paper, self._front
        style = Style(9, colour=QUIET)
        with paper.artifact():
            paper.marked_rule(LEFT, BOTTOM + 26, RIGHT, front.copy)
        self._lines("P", _extent(self._standing, front), style, BOTTOM + 10)
        if front.fingerprint:
            words = f"Fingerprint of this bundle: {front.fingerprint}"
            self._lines("P", words, Style(7.4, colour=QUIET), BOTTOM - 5)

    def _lines(
        self, kind: str, words: str, style: Style, y: float, *,
        room: float = RIGHT - LEFT, pitch: float = 1.35,
    ) -> float:  # fmt: skip
        """Draws words on the cover from the base line `y` down. Returns the next base line."""
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
        elsewhere = self._front.elsewhere
        if not self._standing and not elsewhere and self._front.tables:
            return []  # there are only tables
        if not self._standing and not elsewhere:
            nothing = "There are no items in this bundle."
            return [*blocks, layout.text("P", part, nothing, BODY, above=10)]
        columns = self._columns()
        tabs = [(columns.tab, "No.")] if columns.tab < columns.reference else []
        names = [(columns.reference, "Reference"), (columns.name, "Name"), (columns.date, "Date")]
        head = layout.head(part, [*tabs, *names, (columns.page, "Page")], right=True)
        blocks.append(head)
        rows = _Rows(self, columns, head)
        blocks += (
            block for volume in elsewhere if not volume.after for block in rows.elsewhere(volume)
        )
        if elsewhere:
            blocks.append(rows.section(0, "In this file"))
        blocks += self._sections(rows)
        blocks += (
            block for volume in elsewhere if volume.after for block in rows.elsewhere(volume)
        )
        return blocks

    def _sections(self, rows: "_Rows") -> list[Block]:
        blocks: list[Block] = []
        open_groups: tuple[str, ...] = ()
        deeper = 1 if self._front.elsewhere else 0
        for standing in self._standing:
            groups = standing.item.groups
            same = 0
            while same < min(len(groups), len(open_groups)) and groups[same] == open_groups[same]:
                same += 1
            blocks += (
                rows.section(level + deeper, groups[level]) for level in range(same, len(groups))
            )
            open_groups = groups
            blocks.append(rows.row(standing))
        return blocks

    def _table(self, table: Table) -> list[Block]:
        return blocks(self._layout, self.contents, table, self._standing, number=self.number)

    def _columns(self) -> "_Columns":
        rows = [row for other in self._front.elsewhere for row in other.rows]
        references = [standing.item.reference for standing in self._standing]
        widest = max(
            self.paper.width(words, PLAIN) for words in (*references, *(row[0] for row in rows))
        )
        low, high = REFERENCES
        tabs = [self.paper.width(f"{standing.item.tab} ", PLAIN) for standing in self._standing]
        tab = max(TAB, *tabs, 0.0) if any(standing.item.tab for standing in self._standing) else 0.0
        name = LEFT + tab + min(high, max(low, widest + GUTTER + 1))
        numbers = [self._longest_number(), *(row[3] for row in rows)]
        pages = max(PAGES, *(self.paper.width(words, PLAIN) + GUTTER for words in numbers))
        return _Columns(LEFT, LEFT + tab, name, RIGHT - pages - DATES, RIGHT - pages)

    def _longest_number(self) -> str:
        """A number as wide as any in the bundle.

        Our own pages are not counted yet, but seldom change the width.
        """
        front = self._front
        last = self._standing[-1] if self._standing else None
        pages = last.offset + last.pages if last else 0
        letters = "-00" if front.earlier else ""
        return f"{front.prefix}{front.first + pages:0{front.width}}0{letters}"

    def _left_out(self) -> list[Block]:
        if not self._front.left_out:
            return []
        layout, part = self._layout, self.contents
        heading = layout.text("H2", part, "What is left out", HEADING, above=26, kept=True)
        sentences = self._front.left_out
        return [
            heading,
            *(layout.text("P", part, sentence, BODY, above=6) for sentence in sentences),
        ]

    def _not_included(self, missing: Sequence[tuple[Item, str]]) -> list[Block]:
        if not missing:
            return []
        layout, part = self._layout, self.contents
        why = "These items belong to this bundle, but their files could not be put into it."
        x = (LEFT, LEFT + REFERENCES[1] - 30, RIGHT - REASONS)
        names = list(zip(x, ("Reference", "Name", "Reason"), strict=True))
        grid = Grid(layout, part, names)
        head = grid.head
        return [
            layout.text("H2", part, "Not included", HEADING, above=26, kept=True),
            layout.text("P", part, why, BODY, above=6, kept=True),
            Block(head.height, head.draw, above=8, kept=True, head=head),
            *(
                grid.row((item.reference, name_without_reference(item), reason))
                for item, reason in missing
            ),
        ]

    def hairline(self, y: float) -> None:
        with self.paper.artifact():
            self.paper.rule(LEFT, y, RIGHT, weight=0.4, colour=HAIR)

    def number(self, standing: ItemPosition, spot: str = "") -> str:
        """The number printed on an item's first page, or on that of a named destination in it."""
        page = standing.page_of(spot) if spot else None
        return self._numbering.number(self.count + (standing.begin if page is None else page) + 1)

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
    """Where the columns of the contents begin. Page numbers are aligned right."""

    tab: float
    reference: float
    name: float
    date: float
    page: float


class _Rows:
    """The rows of the contents. Each is one link over its whole width."""

    def __init__(self, opening: FrontMatter, columns: _Columns, head: Block) -> None:
        self._opening, self._columns, self._head = opening, columns, head

    def section(self, level: int, name: str) -> Block:
        style = SECTIONS[min(level, len(SECTIONS) - 1)]
        lines = self._opening.paper.lines(name, style, RIGHT - LEFT - 10 * level)
        draw = self._opening.section(level, style)
        height = style.size + LINE * (len(lines) - 1) + 5
        above = 13.0 if level == 0 else 8.0
        return Block(height, lambda y: draw(y, lines), above=above, kept=True, head=self._head)

    def row(self, standing: ItemPosition) -> Block:
        paper, columns, item = self._opening.paper, self._columns, standing.item
        room = columns.name - columns.reference - GUTTER
        references = paper.lines(item.reference, PLAIN, room)
        names = paper.lines(
            name_without_reference(item), PLAIN, columns.date - columns.name - GUTTER
        )
        marking = item.marking
        beside = columns.name + paper.width(names[-1], PLAIN) + 7
        fits = beside + paper.width(marking, MARKED) <= columns.date - GUTTER
        below = bool(marking) and not fits
        height = LINE * max(len(references), len(names) + below) + 6

        def draw(y: float) -> None:
            element = paper.tree.add("Link", paper.tree.add("TOCI", self._opening.listed()))
            base = y - 12
            with paper.tagged(element):
                if item.tab:
                    paper.words(columns.tab, base, f"{item.tab} ", PLAIN)
                for number, line in enumerate(references):
                    paper.words(columns.reference, base - number * LINE, f"{line} ", PLAIN)
                for number, line in enumerate(names):
                    paper.words(columns.name, base - number * LINE, f"{line} ", PLAIN)
                if marking:
                    x = columns.name if below else beside
                    low = base - (len(names) - 1 + below) * LINE
                    paper.words(x, low, f"{marking} ", MARKED)
                paper.words(columns.date, base, f"{item.date} ", PLAIN)
                page = self._opening.number(standing)
                paper.words(RIGHT - paper.width(page, PLAIN), base, page, PLAIN)
            description = f"{item.called}, page {page}"
            paper.link((LEFT, y - height, RIGHT, y), standing.at, element, words=description)
            self._opening.hairline(y - height)

        return Block(height, draw, head=self._head)

    def elsewhere(self, other: OtherFile) -> list[Block]:
        """The rows for the items of another file, below its title."""
        return [self.section(0, other.title), *(self._remote(other, row) for row in other.rows)]

    def _remote(self, other: OtherFile, row: tuple[str, str, str, str, int]) -> Block:
        paper, columns = self._opening.paper, self._columns
        reference, name, date, printed, page = row
        references = paper.lines(reference, PLAIN, columns.name - columns.reference - GUTTER)
        names = paper.lines(name, PLAIN, columns.date - columns.name - GUTTER)
        height = LINE * max(len(references), len(names)) + 6

        def draw(y: float) -> None:
            entry = paper.tree.add("TOCI", self._opening.listed())
            element = paper.tree.add("Link", entry) if other.file else entry
            base = y - 12
            with paper.tagged(element):
                for x, lines in ((columns.reference, references), (columns.name, names)):
                    for number, line in enumerate(lines):
                        paper.words(x, base - number * LINE, f"{line} ", QUIETLY)
                paper.words(columns.date, base, f"{date} ", QUIETLY)
                paper.words(RIGHT - paper.width(printed, QUIETLY), base, printed, QUIETLY)
            if other.file:
                description = f"{reference} {name}, page {printed}, in {other.title}"
                box, target = (LEFT, y - height, RIGHT, y), Remote(other.file, page)
                paper.link(box, target, element, words=description)
            self._opening.hairline(y - height)

        return Block(height, draw, head=self._head)


def name_without_reference(item: Item) -> str:
    """The title for a table whose reference has its own column."""
    rest = item.title.removeprefix(item.reference)
    return rest.strip(" \t:,–—-") or item.title


def _extent(standing: Sequence[ItemPosition], front: Front) -> str:
    if not standing and front.tables:
        return ""
    items, pages = len(standing), sum(item.pages for item in standing)
    return (
        f"{items:,} {'document' if items == 1 else 'documents'} on "
        f"{pages:,} {'page' if pages == 1 else 'pages'}, with contents in front."
    )
