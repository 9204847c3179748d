"""Finds pages whose content cannot be read to its end.

Readers draw such a page up to the damage. Runs in the sandbox (`evidence.sandbox.child`).
"""

from collections.abc import Sequence
from typing import Final

from pikepdf import Array, Dictionary, Name, Object, PdfError, Stream

DEEPEST: Final = 20


def damaged_pages(pages: Sequence[Object]) -> list[int]:
    """The positions, from 0, of pages of which some content cannot be unpacked."""
    known: dict[tuple[int, int], bool] = {}
    return [place for place, page in enumerate(pages) if _is_damaged(page, known)]


def _is_damaged(page: Object, known: dict[tuple[int, int], bool]) -> bool:
    contents = page.get("/Contents")
    streams = list(contents) if isinstance(contents, Array) else [contents]
    if any(isinstance(stream, Stream) and not _is_readable(stream) for stream in streams):
        return True
    return _has_damaged_form(page.get("/Resources"), known, 0)


def _has_damaged_form(
    resources: Object | None, known: dict[tuple[int, int], bool], depth: int
) -> bool:
    """Whether a form that these resources name cannot be unpacked, at any depth."""
    drawings = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    if not isinstance(drawings, Dictionary) or depth > DEEPEST:
        return False
    for name in list(drawings.keys()):
        drawing = drawings[name]
        if not isinstance(drawing, Stream) or drawing.get("/Subtype") != Name.Form:
            continue
        key = drawing.objgen
        if key not in known:
            # A form that draws itself is not damaged for that.
            known[key] = False
            known[key] = not _is_readable(drawing) or _has_damaged_form(
                drawing.get("/Resources"), known, depth + 1
            )
        if known[key]:
            return True
    return False


def _is_readable(stream: Object) -> bool:
    try:
        stream.read_bytes()
    except (PdfError, RuntimeError):
        return False
    return True
