"""A text by paragraph, as the search index keeps it: each passage knows where a page shows it."""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from evidence.documents.document import Document, Paragraph
from evidence.documents.renderers.text import to_text

MOST_LETTERS: Final = 2_000_000
"""Letters of one submission that are searched: more than a thousand pages."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, list, table or page. `position` is the file's, `number` the number of the
    paragraph it is, or of the one before it; 0 if there is none."""

    position: int
    number: int
    text: str


def passages_of_document(position: int, document: Document) -> Iterator[Passage]:
    number = 0
    for block in document.blocks:
        text = to_text(Document((block,))).strip()
        if isinstance(block, Paragraph) and block.number:
            number = block.number
            text = text.removeprefix(f"{number}. ")
        if text:
            yield Passage(position, number, text)
    for note in document.notes:
        text = to_text(Document(note)).strip()
        if text:
            yield Passage(position, 0, text)


def passages_of_pages(position: int, text: str) -> Iterator[Passage]:
    """Of the text of a PDF, whose pages a form feed separates."""
    for page in text.split("\f"):
        for paragraph in page.split("\n\n"):
            if words := paragraph.strip():
                yield Passage(position, 0, words)


def packed(passages: Iterable[Passage]) -> bytes:
    """The passages as they are kept, up to `MOST_LETTERS`."""
    rows: list[tuple[int, int, str]] = []
    left = MOST_LETTERS
    for passage in passages:
        text = passage.text[:left]
        if not text:
            break
        rows.append((passage.position, passage.number, text))
        left -= len(text)
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpacked(content: bytes | memoryview) -> list[Passage]:
    return [Passage(*row) for row in json.loads(zlib.decompress(content))]
