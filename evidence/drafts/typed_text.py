"""Evidence that was typed into the form: as the page that is kept, and as it will be read.

An empty line parts paragraphs; a line that begins with "# " is a heading.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import takewhile

from evidence.documents.document import Block, Document, Heading, Paragraph, Run, numbered
from evidence.documents.text_cleaning import clean

MOST_TYPED = 200_000
"""Letters that can be typed; whoever has more to say sends a file."""
EMPTY_LINE = re.compile(r"\n[ \t]*\n")
HEADING_LEVEL = 2


def page_of(typed: str) -> bytes:
    """What was typed as a small web page, which is what is sent."""
    body = "\n".join(
        f"<h2>{escape(lines[0])}</h2>"
        if heading
        else f"<p>{'<br>'.join(escape(line) for line in lines)}</p>"
        for heading, lines in _parts(typed)
    )
    head = '<!doctype html>\n<html>\n<head><meta charset="utf-8"></head>\n'
    return f"{head}<body>\n{body}\n</body>\n</html>\n".encode()


def document_of(typed: str) -> Document:
    """The document that comes of the page, made without any program."""
    blocks: list[Block] = [
        Heading(HEADING_LEVEL, (Run(lines[0]),)) if heading else Paragraph((Run("\n".join(lines)),))
        for heading, lines in _parts(typed)
    ]
    return Document(numbered(blocks))


def _parts(typed: str) -> Iterator[tuple[bool, list[str]]]:
    """Headings and paragraphs; spaces within a line count as one, as in any text."""
    for part in EMPTY_LINE.split(clean(typed)):
        lines = [" ".join(line.split()) for line in part.split("\n")]
        lines = [line for line in lines if line]
        headings = list(takewhile(lambda line: line.startswith("# "), lines))
        yield from ((True, [heading[2:]]) for heading in headings)
        if rest := lines[len(headings) :]:
            yield False, rest
