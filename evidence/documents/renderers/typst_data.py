"""The document as flat data for the template `evidence.typ`."""

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from PIL import Image as Picture

from evidence.documents.document import (
    Block,
    Document,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Table,
    anchor,
    inside,
    safe_link,
)
from evidence.documents.list_numbers import item_mark
from evidence.documents.renderers.table_grid import Grid, laid_out
from evidence.documents.renderers.text_direction import backwards
from evidence.pdf.fonts.shaping import cut_of

DEPTH = 7
"""How deep typst can nest what we set; nobody can follow more levels on a page anyway."""
MEASURE = 148.0
"""The width of the text in millimetres."""
HIGHEST = 170.0
"""The height, in millimetres, that a picture may take."""
LONG_WORD = 45
"""Letters after which a word may be broken anywhere: otherwise it would run off the page."""
_WIDE = 7
"""From so many columns a table is set smaller."""
_VERY_WIDE = 11
_PART = 15
# Chinese and its neighbours, Yi, Thai, Lao, Khmer, Burmese and the scripts of the Tai are broken
# between letters or by a dictionary, Tibetan after each syllable.
_BREAKS_ITSELF = (
    r"\u0e00-\u0eff\u0f0b\u0f0d\u0f0e\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf"
    r"\u2e80-\ua4cf\uaa60-\uaadf\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_LONG = re.compile(rf"[^\s{_BREAKS_ITSELF}]{{{LONG_WORD},}}")


def setting(
    document: Document, heading: Mapping[str, str], images: Mapping[str, bytes]
) -> dict[str, Any]:
    """The data for the template. "pictures" names the files it opens."""
    writer = _Writer(document, images)
    blocks = writer.blocks(document.blocks)
    return {
        "heading": dict(heading),
        "language": document.language,
        "blocks": blocks,
        "notes": [],
        "pictures": sorted(writer.pictures),
    }


class _Writer:
    def __init__(self, document: Document, images: Mapping[str, bytes]) -> None:
        self.pictures: set[str] = set()
        self._notes = document.notes
        self._images = images
        self._noted: set[int] = set()
        self._depth = 0

    def blocks(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        """The blocks. Below a maximum depth, nested blocks come without the block around them."""
        self._depth += 1
        out: list[dict[str, Any]] = []
        for block in blocks:
            rows = inside(block) if self._depth > DEPTH else ()
            if rows:
                out += [data for row in rows for data in self.blocks(row)]
            else:
                out.append(self._block(block))
        self._depth -= 1
        return out

    def _block(self, block: Block) -> dict[str, Any]:
        data: dict[str, Any]
        match block:
            case Paragraph(runs, number):
                data = {"kind": "paragraph", "number": str(number or ""), "runs": self._runs(runs)}
                data |= {"anchor": anchor(number) if number else "", "backwards": backwards(block)}
            case Heading(level, runs):
                # The heading of the submission itself is level 1.
                data = {"kind": "heading", "level": level + 1, "runs": self._runs(runs)}
                data["backwards"] = backwards(block)
            case ListBlock(_, items):
                rows = [
                    {"mark": item_mark(block, place), "blocks": self.blocks(item)}
                    for place, item in enumerate(items)
                ]
                data = {"kind": "list", "ordered": block.ordered, "items": rows}
                data["backwards"] = backwards(block)
            case Table():
                data = self._table(block)
            case _:
                data = self._rest(block)
        return data

    def _rest(self, block: Block) -> dict[str, Any]:
        match block:
            case Quote(blocks):
                quoted = self.blocks(blocks)
                return {"kind": "quote", "blocks": quoted, "backwards": backwards(block)}
            case Preformatted(text):
                return {"kind": "preformatted", "text": text}
            case Image(name, alt, _) if name in self._images:
                self.pictures.add(name)
                shown = {"name": name, "alt": alt or "Picture without a description"}
                return {"kind": "image", "width": _width(self._images[name]), **shown}
            case _:
                runs = [{"text": "[A picture is missing here.]", "styles": [], "link": ""}]
                return _unnumbered(runs)

    def _table(self, table: Table) -> dict[str, Any]:
        grid = laid_out(table)
        if not grid.columns:
            return _unnumbered([])
        return {
            "kind": "table",
            "columns": grid.columns,
            "weights": weights(grid),
            "size": _size(grid.columns),
            "header": [[self._cell(cell) for cell in row] for row in grid.header],
            "rows": [[self._cell(cell) for cell in row] for row in grid.rows],
            "caption": self._runs(table.caption),
        }

    def _cell(self, cell: Any) -> dict[str, Any]:
        return {
            "columns": cell.columns,
            "rows": cell.rows,
            "blocks": self.blocks(cell.blocks),
        }

    def _runs(self, runs: Iterable[Run]) -> list[dict[str, Any]]:
        """Runs split at line breaks: an underline across a break cannot be tagged."""
        out: list[dict[str, Any]] = []
        for run in runs:
            if run.note:
                out.append(self._note(run.note))
                continue
            for place, line in enumerate(run.text.split("\n")):
                if place:
                    out.append({"break": True})
                if line:
                    link = safe_link(run.link)
                    text = _LONG.sub(_breakable, line)
                    out.append({"text": text, "styles": _styles(run), "link": link})
        return out

    def _note(self, number: int) -> dict[str, Any]:
        if number > len(self._notes) or number in self._noted:
            # A second reference to a note prints the number only, not the note again.
            return {"text": str(number), "styles": ["superscript"], "link": ""}
        self._noted.add(number)
        return {"note": self.blocks(self._notes[number - 1])}


def _unnumbered(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "paragraph", "number": "", "anchor": "", "backwards": False, "runs": runs}


def _styles(run: Run) -> list[str]:
    """Strike and underline on one text cannot be tagged together, so only the strike is kept."""
    return [s for s in run.styles if s != "underline" or "strike" not in run.styles]


def _breakable(word: "re.Match[str]") -> str:
    """The word with places (zero-width spaces) where a line may end."""
    letters, at, parts = word.group(), 0, []
    while at < len(letters):
        ahead = letters[at : at + 4 * _PART]
        parts.append(ahead[: cut_of(ahead, _PART)])
        at += len(parts[-1])
    return "\u200b".join(parts)


def weights(grid: Grid) -> list[float]:
    """The relative widths of columns: by their longest word and by the length of all words."""
    return [
        round(max(longest * 1.0, 3.2 * min(total, 400) ** 0.5, 3.0), 2)
        for longest, total in grid.load
    ]


def _width(content: bytes) -> float:
    """The width in millimetres at 150 dots to the inch, at most the line width, and no higher than
    two thirds of a page."""
    with Picture.open(io.BytesIO(content)) as picture:
        width, height = picture.size
    natural = width * 25.4 / 150
    return round(min(natural, MEASURE, HIGHEST * width / max(1, height)), 2)


def _size(columns: int) -> float:
    if columns >= _VERY_WIDE:
        return 6.5
    return 8.0 if columns >= _WIDE else 9.5
