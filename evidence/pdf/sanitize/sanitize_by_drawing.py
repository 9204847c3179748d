"""Sanitises a PDF of which pages have to be drawn: single ones that are damaged, or all pages of a
file that breaks the rules of PDF and that readers show.

Runs in the sandbox (`evidence.sandbox.child`).
"""

import pikepdf
import pypdfium2

from evidence.pdf.sanitize.complete_content import complete_content
from evidence.pdf.sanitize.drawn_pages import draw_pages
from evidence.pdf.sanitize.pages import MOST_PAGES, pages_of, start_catalog
from evidence.pdf.sanitize.sanitize import Copy, check_copy, copied, save
from evidence.sandbox import child


def answer(source: str, target: str) -> Copy:
    """Runs in the sandbox. Raises `UnfitFileError`, or whatever the file provokes."""
    content = complete_content(source)
    try:
        return copied(content, target, draw=draw_pages)
    except (MemoryError, child.UnfitFileError):
        raise
    except Exception:  # noqa: BLE001 - readers fail in many ways at what they were not made for
        return _all_drawn(content, target)


def _all_drawn(content: bytes, target: str) -> Copy:
    """The file with all its pages drawn, as PDFium shows them."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            count = len(document)
    except pypdfium2.PdfiumError:
        raise child.UnfitFileError("No program here can open it.") from None
    if not count or count > MOST_PAGES:
        raise child.UnfitFileError("No program here finds a page in it.")
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page()
        pages = pages_of(pdf)
        words = b"/OCProperties" not in content
        if not draw_pages(pdf, pages, range(count), content, words=words):
            raise child.UnfitFileError("No program here can show its pages.")
        start_catalog(pdf, pages)
        save(pdf, target)
    check_copy(target, count)
    return Copy(pages=count, removed=[], details=[], drawn=[], all_drawn=True)


if __name__ == "__main__":
    child.serve(answer)
