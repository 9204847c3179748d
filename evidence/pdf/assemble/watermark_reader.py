"""Find the hidden marks of numbered copies in a PDF that was brought back."""

from collections.abc import Iterator

import pikepdf

from evidence.pdf.assemble.watermark import read_code
from evidence.pdf.sanitize.graphics_state import FAULTS


def codes_of(pdf: pikepdf.Pdf) -> Iterator[tuple[int, int]]:
    """The pages of a document, counted from 1, that bear a mark, with its code."""
    for number, page in enumerate(pdf.pages, start=1):
        try:
            code = read_code(_drawing(page))
        except FAULTS:
            continue
        if code is not None:
            yield number, code


def _drawing(page: pikepdf.Page) -> bytes:
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return b"\n".join(s.read_bytes() for s in streams if isinstance(s, pikepdf.Stream))
