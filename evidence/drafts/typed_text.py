"""Turns evidence typed into the form into a web page to store and a document to preview.

An empty line separates paragraphs; a line that begins with "# " is a heading.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import takewhile

from evidence.documents.document import Block, Document, Heading, Paragraph, Run, numbered
from evidence.documents.readers.typed_numbers import with_one_number_each
from evidence.documents.text_cleaning import clean
from evidence.text_language import language_of

MOST_TYPED = 200_000
"""The most characters that can be typed. Longer evidence is sent as a file."""
EMPTY_LINE = re.compile(r"\n[ \t]*\n")
HEADING_LEVEL = 2


def page_of(typed: str) -> bytes:
    """The typed text as a small web page, which is what is submitted."""
    body = "\n".join(
        f"<h2>{escape(lines[0])}</h2>"
        if heading
        else f"<p>{'<br>'.join(escape(line) for line in lines)}</p>"
        for heading, lines in _parts(typed)
    )
    head = '<head><meta charset="utf-8"></head>'
    opening = f'<!doctype html>\n<html lang="{language_of(typed)}">\n{head}\n'
    return f"{opening}<body>\n{body}\n</body>\n</html>\n".encode()


def document_of(typed: str) -> Document:
    """The document that the page will become, made without pandoc."""
    blocks: list[Block] = [
        Heading(HEADING_LEVEL, (Run(lines[0]),)) if heading else Paragraph((Run("\n".join(lines)),))
        for heading, lines in _parts(typed)
    ]
    document = Document(numbered(blocks), language=language_of(typed))
    return with_one_number_each(document)[0]


def _parts(typed: str) -> Iterator[tuple[bool, list[str]]]:
    """Headings and paragraphs; spaces within a line count as one, as in any text."""
    for part in EMPTY_LINE.split(clean(typed)):
        lines = [" ".join(line.split()) for line in part.split("\n")]
        lines = [line for line in lines if line]
        headings = list(takewhile(lambda line: line.startswith("# "), lines))
        yield from ((True, [heading[2:]]) for heading in headings)
        if rest := lines[len(headings) :]:
            yield False, rest
