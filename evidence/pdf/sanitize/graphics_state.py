"""Balances `q` and `Q` in a page's content (ISO 32000-2, 8.4.2).

On some pages they do not match. Operators before and after such content must balance it, or page
and stamp would change each other's graphics state.
"""

import re
from collections.abc import Sequence
from typing import Final

import pikepdf
from pikepdf import Object, PdfError

# Matching the letter before its surroundings is ten times as fast as the reverse.
SAVES: Final = re.compile(rb"[qQ](?<![^\s\]>)][qQ])(?![^\s\[<(/])")
# Errors that PDF libraries raise on hostile or broken files.
FAULTS: Final = (PdfError, OSError, RuntimeError, ValueError, TypeError, KeyError, IndexError,
                 AttributeError, OverflowError, RecursionError)  # fmt: skip


def balance(page: Object, content: bytes) -> tuple[int, int]:
    """How many `q` are missing before this content, and how many `Q` after it.

    A quick count is right for nearly all pages. The content is parsed only if the count finds a
    mismatch, which can also be a letter in a picture.
    """
    operators = SAVES.findall(content)
    if operators == [b"q", b"Q"] * (len(operators) // 2) or _count(operators) == (0, 0):
        return 0, 0
    try:
        read = pikepdf.parse_content_stream(pikepdf.Page(page), "q Q")
    except FAULTS:
        return 0, 0
    return _count([str(instruction.operator).encode() for instruction in read])


def _count(operators: Sequence[bytes]) -> tuple[int, int]:
    depth = lowest = 0
    for operator in operators:
        depth += 1 if operator == b"q" else -1
        lowest = min(lowest, depth)
    return -lowest, depth - lowest
