"""Finds the hidden codes of numbered copies in a PDF."""

from collections.abc import Iterator

import pikepdf

from evidence.pdf.assemble.watermark import read_code
from evidence.pdf.sanitize.graphics_state import FAULTS


def codes_of(pdf: pikepdf.Pdf) -> Iterator[tuple[int, int]]:
    """The code of each page, counted from 1, that has one."""
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
