"""The document as plain text: for search, suggestions, comparison and email."""

from collections.abc import Iterable, Iterator

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
)
from evidence.documents.list_numbers import item_mark


def to_text(document: Document) -> str:
    """Blocks separated by empty lines, paragraphs with their numbers, notes at the end."""
    parts = list(_blocks(document.blocks))
    for number, note in enumerate(document.notes, 1):
        parts.append(f"[{number}] " + "\n".join(_blocks(note)))
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def words_of_runs(runs: Iterable[Run]) -> str:
    """The words with note marks in brackets, as plain text has them."""
    return "".join(f"[{run.note}]" if run.note else run.text for run in runs)


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield _block(block)


def _block(block: Block) -> str:
    match block:
        case Paragraph(runs, number):
            text = words_of_runs(runs)
            lines_of_block = f"{number}. {text}" if number else text
        case Heading(_, runs):
            lines_of_block = words_of_runs(runs)
        case ListBlock():
            lines_of_block = "\n".join(_items(block))
        case Table(header, rows, caption):
            lines = [words_of_runs(caption), *map(_row, (*header, *rows))]
            lines_of_block = "\n".join(line for line in lines if line)
        case _:
            lines_of_block = _rest(block)
    return lines_of_block


def _rest(block: Block) -> str:
    match block:
        case Quote(blocks):
            return _indented("\n".join(_blocks(blocks)), "  ")
        case Preformatted(text):
            return text
        case Image(_, alt, _):
            return f"[Picture: {alt}]" if alt else "[Picture]"
        case _:
            return ""


def _items(block: ListBlock) -> Iterator[str]:
    for place, item in enumerate(block.items):
        mark = f"{item_mark(block, place)} "
        yield mark + _indented("\n".join(_blocks(item)), " " * len(mark)).lstrip()


def _row(row: Iterable[Cell]) -> str:
    return " | ".join(" ".join(" ".join(_blocks(cell.blocks)).split()) for cell in row)


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))
