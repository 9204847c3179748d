"""Numbered paragraphs that a word processor made into a list.

Committees ask for numbered paragraphs, and witnesses press the button for it: then the whole text
arrives as one numbered list. Its items are paragraphs, and people will cite them.
"""

from collections.abc import Iterable, Sequence

from evidence.house.letters import count_words
from evidence.house.model import Block, ListBlock, Paragraph, plain

WORDS = 30
"""Items with so many words on average are paragraphs, not points of a list."""


def promoted(blocks: Iterable[Block]) -> tuple[list[Block], bool]:
    """The blocks with such lists opened up, and whether there were any."""
    out: list[Block] = []
    found = False
    for block in blocks:
        if isinstance(block, ListBlock) and _is_numbered_text(block):
            found = True
            for item in block.items:
                out += item
        else:
            out.append(block)
    return out, found


def _is_numbered_text(block: ListBlock) -> bool:
    if not block.ordered or block.style != "decimal":
        return False
    opening = [item[0] for item in block.items if item]
    paragraphs = [first for first in opening if isinstance(first, Paragraph)]
    return len(paragraphs) == len(block.items) and _average(paragraphs) >= WORDS


def _average(paragraphs: Sequence[Paragraph]) -> float:
    return sum(count_words(plain(one.runs)) for one in paragraphs) / len(paragraphs)
