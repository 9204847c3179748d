"""Heading levels without gaps: what screen readers and PDF/UA ask for."""

from dataclasses import replace

from evidence.house.model import Block, Document, Heading, plain


def levelled(document: Document) -> Document:
    """The document with headings that go down one level at a time, and none that is empty.

    The document's own highest level becomes 1. Where it jumps from 1 to 3, the 3 becomes 2, and
    headings of one rank under the same heading keep one rank.
    """
    open_levels: list[int] = []
    blocks: list[Block] = []
    for block in document.blocks:
        if not isinstance(block, Heading):
            blocks.append(block)
        elif plain(block.runs).strip():
            while open_levels and open_levels[-1] >= block.level:
                open_levels.pop()
            open_levels.append(block.level)
            blocks.append(replace(block, level=len(open_levels)))
    return replace(document, blocks=tuple(blocks))
