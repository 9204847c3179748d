"""Removes the marked-content operators of a stranger's file from its pages.

Marked content can hold other words than the page shows (/ActualText), so nothing of it is kept:
ISO 32000-2, 14.6. Content painted between the operators stays.
"""

import re
from collections.abc import Iterable
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

MARKS: Final = frozenset(["BMC", "BDC", "EMC", "MP", "DP"])
_MAYBE: Final = re.compile(rb"(?<![A-Za-z])(?:BMC|BDC|EMC|MP|DP)(?![A-Za-z])")
DEEPEST: Final = 20


def remove_marked_content(pdf: Pdf, pages: Iterable[Object]) -> bool:
    """Remove marked-content operators from these pages and the forms they use.

    Returns whether there were any.

    Raises `pikepdf.PdfError` where marked content cannot be read.
    """
    visited: set[tuple[int, int]] = set()
    changed = False
    for page in pages:
        if _MAYBE.search(_content(page.get("/Contents"))):
            page["/Contents"] = pdf.make_stream(_without(pikepdf.Page(page)))
            changed = True
        changed = _inside(page.get("/Resources"), visited, 0) or changed
    return changed


def _content(contents: Object | None) -> bytes:
    if isinstance(contents, Stream):
        return contents.read_bytes()
    if isinstance(contents, Array):
        return b"\n".join(stream.read_bytes() for stream in contents if isinstance(stream, Stream))
    return b""


def _without(content: Object | pikepdf.Page) -> bytes:
    kept = [
        instruction
        for instruction in pikepdf.parse_content_stream(content)
        if str(instruction.operator) not in MARKS
    ]
    return pikepdf.unparse_content_stream(kept)


def _inside(resources: Object | None, visited: set[tuple[int, int]], depth: int) -> bool:
    drawings = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    if not isinstance(drawings, Dictionary) or depth > DEEPEST:
        return False
    changed = False
    for name in list(drawings.keys()):
        drawing = drawings[name]
        if not isinstance(drawing, Stream) or drawing.objgen in visited:
            continue
        visited.add(drawing.objgen)
        if drawing.get("/Subtype") != Name.Form:
            continue
        if _MAYBE.search(drawing.read_bytes()):
            drawing.write(_without(drawing))
            changed = True
        changed = _inside(drawing.get("/Resources"), visited, depth + 1) or changed
    return changed
