"""Turns the items of a numbered list into numbered paragraphs.

Committees ask for numbered paragraphs, so many witnesses make the whole text one numbered list. Its
items are paragraphs that people will cite.
"""

from collections.abc import Iterable, Sequence

from evidence.documents.document import Block, ListBlock, Paragraph, plain
from evidence.documents.text_cleaning import count_words

WORDS = 30
"""Items with so many words on average are paragraphs, not points of a list."""


def promoted(blocks: Iterable[Block]) -> tuple[list[Block], bool]:
    """The blocks with such lists turned into paragraphs, and whether there were any.

    Lists that continue one another's numbers (for example after a heading) are one numbered text.
    All of them are converted or none, so that the witness's own numbers stay right.
    """
    every = list(blocks)
    opened = {place for run in _runs(every) if _is_numbered_text(every, run) for place in run}
    out: list[Block] = []
    for place, block in enumerate(every):
        if isinstance(block, ListBlock) and place in opened:
            for item in block.items:
                out += item
        else:
            out.append(block)
    return out, bool(opened)


def _runs(blocks: Sequence[Block]) -> list[list[int]]:
    """The positions of numbered lists, grouped by lists that continue one another's numbers."""
    runs: list[list[int]] = []
    expected = 0
    for place, block in enumerate(blocks):
        if not isinstance(block, ListBlock) or not _is_plainly_numbered(block):
            continue
        if runs and block.start == expected and block.start > 1:
            runs[-1].append(place)
        else:
            runs.append([place])
        expected = block.start + len(block.items)
    return runs


def _is_plainly_numbered(block: ListBlock) -> bool:
    """Whether the items are 1, 2, 3, however a number is set ("1)", "(1)"); "1.1" is kept."""
    numbers = [str(block.start + place) for place in range(len(block.items))]
    plain_marks = [mark.strip("().: ") for mark in block.marks] or numbers
    return block.ordered and block.style == "decimal" and plain_marks == numbers


def _is_numbered_text(blocks: Sequence[Block], run: Sequence[int]) -> bool:
    lists = [block for place in run if isinstance(block := blocks[place], ListBlock)]
    items = [item for block in lists for item in block.items]
    opening = [first for item in items if item and isinstance(first := item[0], Paragraph)]
    return len(opening) == len(items) > 0 and _average(opening) >= WORDS


def _average(paragraphs: Sequence[Paragraph]) -> float:
    return sum(count_words(plain(paragraph.runs)) for paragraph in paragraphs) / len(paragraphs)
