"""Makes the blocks of a document from pandoc's syntax tree."""

from collections.abc import Callable
from typing import Any

from evidence.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Table,
    numbered,
)
from evidence.documents.errors import UnreadableFileError
from evidence.documents.readers.list_labels import Item, Labels, as_lists
from evidence.documents.readers.numbered_lists import promoted
from evidence.documents.readers.odt_tables import FILLER
from evidence.documents.readers.pandoc_inlines import DEPTH, TOO_DEEP, Inlines, Tree
from evidence.documents.text_cleaning import clean
from evidence.findings import Finding, Location

LEVELS = 6
_LIST_STYLES = {
    "LowerAlpha": "lower-alpha",
    "UpperAlpha": "upper-alpha",
    "LowerRoman": "lower-roman",
    "UpperRoman": "upper-roman",
}
_FACE = ("title", "subtitle", "author", "date", "abstract")
"""What pandoc takes out of the text because it is styled as Title, Subtitle and so on."""


class Builder:
    """One document being built. `fetch` gives the picture of a source, or None (and a finding)."""

    def __init__(
        self, fetch: Callable[[str, str], Image | None], labels: Labels | None = None
    ) -> None:
        self.findings: list[Finding] = []
        self._labels = labels or Labels()
        self._fetch = fetch
        self._notes: list[tuple[Block, ...]] = []
        self._pictures: list[Image] = []
        self._inlines = Inlines(
            picture=self._see, note=self._take_note, finding=self.findings.append
        )
        self._depth = 0

    def document(self, tree: Tree, *, language: str, uses_styled_title: bool) -> Document:
        """The whole tree. `face` carries title, author and date of the text's own first lines."""
        try:
            blocks = [
                *(self._title_block(tree["meta"]) if uses_styled_title else []),
                *self.blocks(tree["blocks"]),
            ]
        except RecursionError as error:
            raise UnreadableFileError(TOO_DEEP) from error
        blocks, were_promoted = promoted(blocks)
        if were_promoted:
            self.findings.append(
                Finding("list-numbered", "info", location=Location("numbered-list"))
            )
        return Document(numbered(blocks), tuple(self._notes), language)

    def blocks(self, blocks: list[Tree]) -> list[Block]:
        """A sequence of blocks. A picture inside text comes after its block. Paragraphs with a
        label become lists."""
        self._depth += 1
        if self._depth > DEPTH:
            raise UnreadableFileError(TOO_DEEP)
        out: list[Block | Item] = []
        for block in blocks:
            is_text = block["t"] in {"Para", "Plain"}
            label = self._labels.taken(block["c"]) if is_text else None
            made = [*self._block(block["t"], block.get("c")), *self._pictures]
            self._pictures.clear()
            out.extend(made if label is None else [Item(label, tuple(made))])
        self._depth -= 1
        return as_lists(out)

    def _block(self, kind: str, content: Any) -> list[Block]:  # noqa: PLR0911 - one per kind
        match kind:
            case "Para" | "Plain":
                return _paragraph(self._inlines.runs(content))
            case "Header":
                return self._heading(content)
            case "BulletList":
                return self._list(content, ordered=False)
            case "OrderedList":
                return self._list(content[1], ordered=True, attributes=content[0])
            case "Table":
                return [self._table(content)]
            case "BlockQuote":
                inner = tuple(self.blocks(content))
                return [Quote(inner)] if inner else []
            case _:
                return self._rarer(kind, content)

    def _rarer(self, kind: str, content: Any) -> list[Block]:
        match kind:
            case "CodeBlock":
                return [Preformatted(clean(content[1].expandtabs(4)).strip("\n"))]
            case "LineBlock":
                return _paragraph(self._inlines.runs(_lines(content)))
            case "Div":
                return self.blocks(content[1])
            case "Figure":
                return [*self.blocks(content[2]), *self.blocks(content[1][1])]
            case "DefinitionList":
                return self._definitions(content)
            case "RawBlock" | "HorizontalRule":
                return self._not_text(kind, content)
            case _:
                raise UnreadableFileError(
                    f"The document holds something this program cannot read ({kind})."
                )

    def _not_text(self, kind: str, content: Any) -> list[Block]:
        if kind == "RawBlock":
            words = clean(content[1])[:500]
            self.findings.append(Finding.quoting("raw-left-out", "warn", words, Location("text")))
        return []

    def _heading(self, content: Any) -> list[Block]:
        runs = self._inlines.runs(content[2])
        return [Heading(min(content[0], LEVELS), runs)] if runs else []

    def _list(
        self, items: list[list[Tree]], *, ordered: bool, attributes: Any = None
    ) -> list[Block]:
        made = tuple(tuple(self.blocks(item)) for item in items)
        if not any(made):
            return []
        if all(isinstance(block, ListBlock) for item in made for block in item):
            # Levels without words of their own have no label that anybody sees.
            return [block for item in made for block in item]
        if not ordered:
            return [ListBlock(ordered=False, items=made)]
        style = _LIST_STYLES.get(attributes[1]["t"], "decimal")
        return [ListBlock(ordered=True, items=made, start=max(0, attributes[0]), style=style)]

    def _definitions(self, content: Any) -> list[Block]:
        out: list[Block] = []
        for term, meanings in content:
            out += _paragraph(self._inlines.runs([{"t": "Strong", "c": term}]))
            inner = [block for meaning in meanings for block in self.blocks(meaning)]
            if inner:
                out.append(Quote(tuple(inner)))
        return out

    def _table(self, content: Any) -> Table:
        _, caption, _, head, bodies, foot = content
        header = [self._row(row) for row in head[1]]
        body_rows = (row for body in bodies for row in (*body[2], *body[3]))
        rows = [self._row(row) for row in body_rows if not _is_filler(row)]
        rows += [self._row(row) for row in foot[1]]
        paragraphs = [b for b in self.blocks(caption[1]) if isinstance(b, Paragraph)]
        runs = tuple(run for paragraph in paragraphs for run in paragraph.runs)
        # An empty header row is pandoc's way of saying that there is none.
        kept = [row for row in header if any(cell.blocks for cell in row)]
        return Table(tuple(kept), tuple(row for row in rows if row), runs)

    def _row(self, row: Any) -> tuple[Cell, ...]:
        return tuple(
            Cell(tuple(self.blocks(cell[4])), max(1, cell[3]), max(1, cell[2])) for cell in row[1]
        )

    def _title_block(self, meta: Tree) -> list[Block]:
        out: list[Block] = []
        for key in _FACE:
            for inlines_or_blocks in _values(meta.get(key)):
                out += self._title_line(key, inlines_or_blocks)
        return out

    def _title_line(self, key: str, content: list[Tree]) -> list[Block]:
        if content and content[0]["t"] in {"Para", "Plain", "Header"}:
            return self.blocks(content)
        runs = self._inlines.runs(content)
        if not runs:
            return []
        return [Heading(1, runs)] if key == "title" else [Paragraph(runs)]

    def _see(self, source: str, alt: str) -> None:
        picture = self._fetch(source, alt)
        if picture is not None:
            self._pictures.append(picture)

    def _take_note(self, blocks: list[Tree]) -> int:
        place = len(self._notes)
        self._notes.append(())
        waiting = list(self._pictures)
        self._pictures.clear()
        self._notes[place] = tuple(self.blocks(blocks))
        self._pictures[:0] = waiting
        return place + 1


def _is_filler(row: Any) -> bool:
    """Whether a row was only added so that pandoc counts the columns."""
    blocks = row[1][0][4] if row[1] else []
    return len(blocks) == 1 and blocks[0].get("c") == [{"t": "Str", "c": FILLER}]


def _lines(lines: list[list[Tree]]) -> list[Tree]:
    return [inline for line in lines for inline in (*line, {"t": "LineBreak"})]


def _paragraph(runs: tuple[Run, ...]) -> list[Block]:
    return [Paragraph(runs)] if runs else []


def _values(value: Any) -> list[list[Tree]]:
    """Metadata as lists of inlines or blocks, in whichever form pandoc gives them."""
    if not value:
        return []
    match value["t"]:
        case "MetaList":
            return [inner for item in value["c"] for inner in _values(item)]
        case "MetaInlines" | "MetaBlocks":
            return [value["c"]]
        case "MetaString":
            return [[{"t": "Str", "c": value["c"]}]]
        case _:
            return []
