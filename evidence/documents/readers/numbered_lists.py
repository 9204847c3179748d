"""Numbered paragraphs that a word processor made into a list.

Committees ask for numbered paragraphs, and witnesses press the button for it: then the whole text
arrives as one numbered list. Its items are paragraphs, and people will cite them.
"""

from collections.abc import Iterable, Sequence

from evidence.documents.document import Block, ListBlock, Paragraph, plain
from evidence.documents.text_cleaning import count_words

WORDS = 30
"""Items with so many words on average are paragraphs, not points of a list."""


def promoted(blocks: Iterable[Block]) -> tuple[list[Block], bool]:
    """The blocks with such lists opened up, and whether there were any.

    Lists whose numbers run on from one another (broken by headings, say) are one numbered text:
    all of them are opened up, or none, so that a witness's own numbers stay what they were.
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
    """The places of numbered lists, those together whose numbers run on."""
    runs: list[list[int]] = []
    expected = 0
    for place, block in enumerate(blocks):
        if not isinstance(block, ListBlock) or not block.ordered or block.style != "decimal":
            continue
        if runs and block.start == expected and block.start > 1:
            runs[-1].append(place)
        else:
            runs.append([place])
        expected = block.start + len(block.items)
    return runs


def _is_numbered_text(blocks: Sequence[Block], run: Sequence[int]) -> bool:
    lists = [block for place in run if isinstance(block := blocks[place], ListBlock)]
    items = [item for block in lists for item in block.items]
    opening = [first for item in items if item and isinstance(first := item[0], Paragraph)]
    return len(opening) == len(items) > 0 and _average(opening) >= WORDS


def _average(paragraphs: Sequence[Paragraph]) -> float:
    return sum(count_words(plain(paragraph.runs)) for paragraph in paragraphs) / len(paragraphs)
