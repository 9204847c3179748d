"""The document as a new Word file, written by pandoc from our own data.

Nothing of the file the document was read from is in it: no properties, comments or changes.
"""

import json
import tempfile
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

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
    safe_link,
)
from evidence.documents.errors import NotWrittenError
from evidence.documents.list_numbers import item_mark
from evidence.documents.pandoc_styles import PANDOC_STYLES
from evidence.documents.readers import pandoc
from evidence.documents.renderers.table_grid import laid_out
from evidence.documents.renderers.text_direction import backwards
from evidence.sandbox import programs

API_VERSION: Final = [1, 23]
"""The version of pandoc's syntax tree that is written (pandoc-types)."""
SECONDS: Final = 60.0
HEAP_MB: Final = 512
_LISTPANDOC_STYLES: Final = {
    "decimal": "Decimal",
    "lower-alpha": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}
_NO_ATTRIBUTES: Final[list[Any]] = ["", [], []]
Tree = dict[str, Any]


def to_docx(document: Document, images: Mapping[str, bytes]) -> bytes:
    """The bytes of the file. `images` are the pictures by name. Raises `NotWrittenError`."""
    tree = {
        "pandoc-api-version": API_VERSION,
        "meta": {"lang": {"t": "MetaString", "c": document.language}},
        "blocks": _Writer(document.notes, images).blocks(document.blocks),
    }
    with tempfile.TemporaryDirectory(prefix="docx-") as name:
        folder = Path(name)
        for picture, content in images.items():
            (folder / Path(picture).name).write_bytes(content)
        (folder / "tree.json").write_text(json.dumps(tree), encoding="utf-8")
        argv = [str(pandoc.program()), "--from=json", "--to=docx", "--output=made.docx"]
        argv += ["tree.json", "+RTS", f"-M{HEAP_MB}M", "-RTS"]
        try:
            ended = programs.run(argv, folder=folder, seconds=SECONDS)
        except programs.ProgramFailedError as error:
            raise NotWrittenError(str(error)) from error
        made = folder / "made.docx"
        if ended.returncode != 0 or not made.is_file():
            raise NotWrittenError("The Word file could not be made.")
        return made.read_bytes()


class _Writer:
    """Writes pandoc's syntax tree. A note is written where it is first referred to."""

    def __init__(self, notes: tuple[tuple[Block, ...], ...], pictures: Container[str]) -> None:
        self._notes, self._pictures = notes, pictures
        self._written: set[int] = set()

    def blocks(self, blocks: Iterable[Block]) -> list[Tree]:
        return [self._directed(block) for block in blocks]

    def _directed(self, block: Block) -> Tree:
        tree = self._block(block)
        if not backwards(block):
            return tree
        return {"t": "Div", "c": [["", [], [["dir", "rtl"]]], [tree]]}

    def _block(self, block: Block) -> Tree:
        match block:
            case Paragraph(runs):
                return {"t": "Para", "c": self._runs(runs)}
            case Heading(level, runs):
                return {"t": "Header", "c": [level, _NO_ATTRIBUTES, self._runs(runs)]}
            case ListBlock():
                return self._list(block)
            case Table():
                return self._table(block)
            case _:
                return self._rest(block)

    def _rest(self, block: Quote | Preformatted | Image) -> Tree:
        match block:
            case Quote(blocks):
                return {"t": "BlockQuote", "c": self.blocks(blocks)}
            case Preformatted(text):
                return {"t": "CodeBlock", "c": [_NO_ATTRIBUTES, text]}
            case Image(name, alt, _):
                words = [_str(alt)] if alt else []
                if name in self._pictures:
                    address = [Path(name).name, ""]
                    words = [{"t": "Image", "c": [_NO_ATTRIBUTES, words, address]}]
                return {"t": "Para", "c": words}

    def _list(self, block: ListBlock) -> Tree:
        items = [self.blocks(item) for item in block.items]
        if not block.ordered:
            return {"t": "BulletList", "c": items}
        if block.marks:
            return {"t": "BlockQuote", "c": self._marked(block)}
        style = {"t": _LISTPANDOC_STYLES.get(block.style, "Decimal")}
        return {"t": "OrderedList", "c": [[block.start, style, {"t": "Period"}], items]}

    def _marked(self, block: ListBlock) -> list[Tree]:
        """Items with labels that Word would not count, as paragraphs that begin with them."""
        out: list[Tree] = []
        for place, item in enumerate(block.items):
            mark = Run(f"{item_mark(block, place)} ")
            match item:
                case (Paragraph(runs), *others):
                    out += self.blocks((Paragraph((mark, *runs)), *others))
                case _:
                    out += self.blocks((Paragraph((mark,)), *item))
        return out

    def _table(self, table: Table) -> Tree:
        grid = laid_out(table)
        column = [{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]
        caption = [{"t": "Plain", "c": self._runs(table.caption)}] if table.caption else []
        header, rows = self._rows(grid.header), self._rows(grid.rows)
        content = [
            _NO_ATTRIBUTES,
            [None, caption],
            [column] * grid.columns,
            [_NO_ATTRIBUTES, header],
            [[_NO_ATTRIBUTES, 0, [], rows]],
            [_NO_ATTRIBUTES, []],
        ]
        return {"t": "Table", "c": content}

    def _rows(self, rows: Iterable[Iterable[Cell]]) -> list[Any]:
        return [[_NO_ATTRIBUTES, [self._cell(cell) for cell in row]] for row in rows]

    def _cell(self, cell: Cell) -> list[Any]:
        align = {"t": "AlignDefault"}
        return [_NO_ATTRIBUTES, align, cell.rows, cell.columns, self.blocks(cell.blocks)]

    def _runs(self, runs: Iterable[Run]) -> list[Tree]:
        return [inline for run in runs for inline in self._run(run)]

    def _run(self, run: Run) -> list[Tree]:
        if run.note:
            return self._note(run.note)
        inlines = _lines(run)
        for style in run.styles:
            if style in PANDOC_STYLES:
                inlines = [{"t": PANDOC_STYLES[style], "c": inlines}]
        if address := safe_link(run.link):
            inlines = [{"t": "Link", "c": [_NO_ATTRIBUTES, inlines, [address, ""]]}]
        return inlines

    def _note(self, number: int) -> list[Tree]:
        if number in self._written or number > len(self._notes):
            return [{"t": "Superscript", "c": [_str(str(number))]}]
        self._written.add(number)
        return [{"t": "Note", "c": self.blocks(self._notes[number - 1])}]


def _lines(run: Run) -> list[Tree]:
    """The words of a run; a line break in them is a line break."""
    inlines: list[Tree] = []
    for number, line in enumerate(run.text.split("\n")):
        if number:
            inlines.append({"t": "LineBreak"})
        if line:
            is_code = "code" in run.styles
            inlines.append({"t": "Code", "c": [_NO_ATTRIBUTES, line]} if is_code else _str(line))
    return inlines


def _str(words: str) -> Tree:
    return {"t": "Str", "c": words}
