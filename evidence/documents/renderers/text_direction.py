"""Which parts of a document are read from right to left.

A paragraph has the direction of its first letter that has one (Unicode Standard Annex 9, P2 and
P3). So an English paragraph stays left to right even if it contains names in Arabic.
"""

import unicodedata
from typing import Final

from evidence.documents.document import (
    Block,
    Heading,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    plain,
)

_STRONG: Final = {"L", "R", "AL"}


def backwards(block: Block) -> bool:
    """Whether a block is read from right to left; a list, if all its items are."""
    match block:
        case Paragraph(runs) | Heading(_, runs):
            return _begins_backwards(plain(runs))
        case Preformatted(text):
            return _begins_backwards(text)
        case ListBlock(_, items):
            return all(item and backwards(item[0]) for item in items) and bool(items)
        case Quote(blocks):
            return bool(blocks) and backwards(blocks[0])
        case _:
            return False


def _begins_backwards(text: str) -> bool:
    directions = map(unicodedata.bidirectional, text)
    return next((direction != "L" for direction in directions if direction in _STRONG), False)
