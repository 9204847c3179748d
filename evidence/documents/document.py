"""The document: a submission's words as plain data, from which all renditions are made.

A document is a sequence of blocks and a sequence of notes. It holds no code, markup or file: only
text, names and hashes of pictures, and addresses that cannot run code. Top-level paragraphs have
numbers, with few exceptions. A number never changes, even if words are removed later, because
people cite it (`FIA0012, para 7`).

The JSON is canonical: the same document always gives the same bytes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

STYLES = (
    "code",
    "emphasis",
    "formula",
    "small-caps",
    "strike",
    "strong",
    "subscript",
    "superscript",
    "underline",
)
VERSION = 1
_SAFE_LINK = re.compile(
    r"(?:https?://[^\s\"'<>]+|mailto:[^\s\"'<>@]+@[^\s\"'<>]+)\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. A "\\n" in the text is a line break. `note` points at a note, from 1."""

    text: str = ""
    styles: tuple[str, ...] = ()
    link: str = ""
    note: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`number` is 0 where paragraphs are not numbered: in lists, tables, quotes and notes, and
    where a witness typed numbers (`readers/typed_numbers.py`)."""

    runs: tuple[Run, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` counts from 1, as the witness wrote it; renderers close gaps between levels."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list. Each item is a tuple of blocks. `start` is the first number of an ordered list.

    `marks` are the items' own labels ("1.2", "c)") where counting would give others.
    """

    ordered: bool
    items: "tuple[tuple[Block, ...], ...]"
    start: int = 1
    style: str = "decimal"
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and how many columns and rows it takes, each at least 1."""

    blocks: "tuple[Block, ...]"
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """`header` are the rows to repeat on every page; every cell of them is a heading."""

    header: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words set apart as a quotation."""

    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text whose spaces and line breaks matter."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A re-encoded picture: `name` is its key among the images, `sha` the SHA-256 of its bytes."""

    name: str
    alt: str
    sha: str


Block = Paragraph | Heading | ListBlock | Table | Quote | Preformatted | Image


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a submission. `language` is a BCP 47 tag such as "en"."""

    blocks: tuple[Block, ...]
    notes: tuple[tuple[Block, ...], ...] = ()
    language: str = "en"

    def paragraph(self, number: int) -> Paragraph | None:
        """The paragraph with this number, or None."""
        matches = (b for b in self.blocks if isinstance(b, Paragraph) and b.number == number)
        return next(matches, None)

    def to_json(self) -> bytes:
        """The canonical bytes: sorted keys, no spaces, UTF-8."""
        data = {
            "blocks": [_block_out(block) for block in self.blocks],
            "language": self.language,
            "notes": [[_block_out(block) for block in note] for note in self.notes],
            "version": VERSION,
        }
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes | str) -> "Document":
        """Read the output of `to_json`. Raises ValueError for anything else."""
        data = json.loads(content)
        try:
            if data["version"] != VERSION:
                raise ValueError(f"This document has version {data['version']}, not {VERSION}.")
            return cls(
                _blocks_in(data["blocks"]),
                tuple(_blocks_in(note) for note in data["notes"]),
                data["language"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"This is not a document in the document: {error!r}.") from error


def anchor(number: int) -> str:
    """The stable name of a numbered paragraph in HTML and PDF."""
    return f"p{number}"


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Numbers the top-level paragraphs from 1 in reading order."""
    out: list[Block] = []
    number = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            number += 1
            out.append(replace(block, number=number))
        else:
            out.append(block)
    return tuple(out)


def safe_link(address: str) -> str:
    """The address if it is a web or email address; otherwise empty, and the text is not linked."""
    address = address.strip()
    return address if _SAFE_LINK.match(address) else ""


def plain(runs: Iterable[Run]) -> str:
    """The words of runs, without their styles."""
    return "".join(run.text for run in runs)


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block in reading order. A nested block comes after the block that contains it."""
    for block in blocks:
        yield block
        for inner in inside(block):
            yield from walk(inner)


def inside(block: Block) -> tuple[tuple[Block, ...], ...]:
    """The groups of blocks directly inside a block."""
    match block:
        case ListBlock():
            return block.items
        case Table():
            return tuple(cell.blocks for row in (*block.header, *block.rows) for cell in row)
        case Quote():
            return (block.blocks,)
        case _:
            return ()


def _runs_out(runs: Iterable[Run]) -> list[dict[str, Any]]:
    out = []
    for run in runs:
        entry: dict[str, Any] = {"text": run.text}
        if run.styles:
            entry["styles"] = sorted(run.styles)
        if run.link:
            entry["link"] = run.link
        if run.note:
            entry["note"] = run.note
        out.append(entry)
    return out


def _row_out(row: Iterable[Cell]) -> list[dict[str, Any]]:
    return [
        {"blocks": [_block_out(b) for b in cell.blocks], "columns": cell.columns, "rows": cell.rows}
        for cell in row
    ]


def _block_out(block: Block) -> dict[str, Any]:  # noqa: PLR0911 - one answer per kind of block
    match block:
        case Paragraph(runs, number):
            return {"kind": "paragraph", "number": number, "runs": _runs_out(runs)}
        case Heading(level, runs):
            return {"kind": "heading", "level": level, "runs": _runs_out(runs)}
        case ListBlock(ordered, items, start, style, marks):
            inner = [[_block_out(b) for b in item] for item in items]
            entry = {"kind": "list", "ordered": ordered, "start": start, "style": style}
            entry |= {"marks": list(marks)} if marks else {}
            return {**entry, "items": inner}
        case Table(header, rows, caption):
            return {
                "kind": "table",
                "header": [_row_out(row) for row in header],
                "rows": [_row_out(row) for row in rows],
                "caption": _runs_out(caption),
            }
        case Quote(blocks):
            return {"kind": "quote", "blocks": [_block_out(b) for b in blocks]}
        case Preformatted(text):
            return {"kind": "preformatted", "text": text}
        case Image(name, alt, sha):
            return {"kind": "image", "name": name, "alt": alt, "sha": sha}


def _runs_in(data: Iterable[Mapping[str, Any]]) -> tuple[Run, ...]:
    return tuple(_run_in(run) for run in data)


def _run_in(data: Mapping[str, Any]) -> Run:
    styles = tuple(data.get("styles", ()))
    if unknown := set(styles) - set(STYLES):
        raise ValueError(f"The document knows no style {min(unknown)!r}.")
    return Run(data["text"], styles, safe_link(data.get("link", "")), data.get("note", 0))


def _row_in(data: Iterable[Mapping[str, Any]]) -> tuple[Cell, ...]:
    return tuple(Cell(_blocks_in(c["blocks"]), c["columns"], c["rows"]) for c in data)


def _blocks_in(data: Iterable[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(_block_in(block) for block in data)


def _block_in(data: Mapping[str, Any]) -> Block:  # noqa: PLR0911 - one answer per kind of block
    match data["kind"]:
        case "paragraph":
            return Paragraph(_runs_in(data["runs"]), data["number"])
        case "heading":
            return Heading(data["level"], _runs_in(data["runs"]))
        case "list":
            items = tuple(_blocks_in(item) for item in data["items"])
            marks = tuple(map(str, data.get("marks", ())))
            return ListBlock(data["ordered"], items, data["start"], data["style"], marks)
        case "table":
            header = tuple(_row_in(row) for row in data["header"])
            rows = tuple(_row_in(row) for row in data["rows"])
            return Table(header, rows, _runs_in(data["caption"]))
        case "quote":
            return Quote(_blocks_in(data["blocks"]))
        case "preformatted":
            return Preformatted(data["text"])
        case "image":
            return Image(data["name"], data["alt"], data["sha"])
        case other:
            raise ValueError(f"The document knows no block of kind {other!r}.")
