"""Closes gaps between heading levels, as screen readers and PDF/UA require."""

from dataclasses import replace

from evidence.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Run,
    Table,
    plain,
)


def levelled(document: Document) -> Document:
    """The document without empty headings and without gaps between heading levels.

    The document's own highest level becomes 1. If it jumps from 1 to 3, the 3 becomes 2. Headings
    of equal level under the same heading stay equal. Headings inside lists, tables, quotes and
    notes are not part of the document's structure, so they become bold paragraphs.
    """
    open_levels: list[int] = []
    blocks: list[Block] = []
    for block in document.blocks:
        if not isinstance(block, Heading):
            blocks.append(_without_headings(block))
        elif plain(block.runs).strip():
            while open_levels and open_levels[-1] >= block.level:
                open_levels.pop()
            open_levels.append(block.level)
            blocks.append(replace(block, level=len(open_levels)))
    notes = tuple(_all_without(note) for note in document.notes)
    return replace(document, blocks=tuple(blocks), notes=notes)


def _all_without(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(_without_headings(block) for block in blocks)


def _without_headings(block: Block) -> Block:
    match block:
        case Heading(_, runs):
            return Paragraph(tuple(_strong(run) for run in runs))
        case ListBlock(_, items):
            return replace(block, items=tuple(_all_without(item) for item in items))
        case Quote(blocks):
            return Quote(_all_without(blocks))
        case Table(header, rows):
            return replace(block, header=_rows(header), rows=_rows(rows))
        case _:
            return block


def _rows(rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(replace(cell, blocks=_all_without(cell.blocks)) for cell in row) for row in rows
    )


def _strong(run: Run) -> Run:
    return replace(run, styles=tuple(sorted({*run.styles, "strong"})))
