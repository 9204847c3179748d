"""Paragraph numbers that a witness typed: "2. A sentence", "2) A sentence", "(2) A sentence".

A paragraph never has two numbers, because people cite them:

- If the typed numbers are 1, 2, 3 … in order and two thirds of the paragraphs or more have one,
  they are the numbers of the text. A number is taken off the words and becomes the number of its
  paragraph. The other paragraphs, such as a greeting, stay without a number, as the witness left
  them. So a cross-reference ("see paragraph 4") stays right.
- Otherwise the typed numbers may be those of points, headings or dates. They stay in the words, and
  such a paragraph has no number of ours. The others are numbered from 1.

Letters, and numbers such as "1.1" and "2026." are not typed paragraph numbers.
"""

import re
from dataclasses import replace

from evidence.documents.document import Block, Document, Paragraph, Run, numbered, plain
from evidence.findings import Finding, Location

_NUMBER = re.compile(r"\s*(?:\((\d{1,3})\)|(\d{1,3})[.)])(?:[ \t\u00a0\u2003]+|\n)(?=\S)")
_SHARE = 2 / 3
"""The share of paragraphs with a typed number from which these are the numbers of the text."""


def with_one_number_each(document: Document) -> tuple[Document, list[Finding]]:
    """The document with one number for each paragraph, or none, and a finding where this matters.

    Expects top-level paragraphs numbered from 1. No other words are changed.
    """
    blocks = document.blocks
    typed = [_typed_number(block) for block in blocks]
    numbers = [number for number in typed if number is not None]
    paragraphs = sum(isinstance(block, Paragraph) and bool(block.number) for block in blocks)
    if not numbers:
        return document, []
    if numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= _SHARE * paragraphs:
        shown = tuple(map(_as_typed, blocks, typed))
        code = "typed-numbers"
    else:
        shown = _numbered_between(blocks, typed)
        code = "typed-numbers-kept"
    finding = Finding(code, "info", location=Location("document"))
    return replace(document, blocks=shown), [finding]


def _typed_number(block: Block) -> int | None:
    """The number that a top-level paragraph begins with."""
    if not isinstance(block, Paragraph) or not block.number:
        return None
    match = _NUMBER.match(plain(_opening(block.runs)))
    return int(match[1] or match[2]) if match else None


def _opening(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs before the first note or formula."""
    for place, run in enumerate(runs):
        if run.note or "formula" in run.styles:
            return runs[:place]
    return runs


def _as_typed(block: Block, number: int | None) -> Block:
    """A paragraph with the number that was typed, which its words lose; or without a number."""
    if not isinstance(block, Paragraph):
        return block
    if number is None:
        return replace(block, number=0)
    match = _NUMBER.match(plain(_opening(block.runs)))
    return Paragraph(_without_opening(block.runs, match.end() if match else 0), number)


def _without_opening(runs: tuple[Run, ...], length: int) -> tuple[Run, ...]:
    """The runs without so many characters at the beginning."""
    kept: list[Run] = []
    for run in runs:
        cut = min(length, len(run.text))
        length -= cut
        if not cut or cut < len(run.text):
            kept.append(replace(run, text=run.text[cut:]))
    return tuple(kept)


def _numbered_between(blocks: tuple[Block, ...], typed: list[int | None]) -> tuple[Block, ...]:
    """Paragraphs without a typed number are numbered from 1, the others have no number."""
    unnumbered = [place for place, number in enumerate(typed) if number is None]
    ours = iter(numbered(blocks[place] for place in unnumbered))
    return tuple(
        next(ours)
        if number is None or not isinstance(block, Paragraph)
        else replace(block, number=0)
        for block, number in zip(blocks, typed, strict=True)
    )
