"""Reads a finished bundle with PDFium: follows every link and bookmark, and reads a sample of
pages. Runs in the sandbox (`evidence.sandbox.child`).
"""

import bisect
import ctypes
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from evidence.pdf.assemble.page_numbers import Labels, Numbering, Run
from evidence.pdf.assemble.verify import Placed
from evidence.sandbox import child

NUMBER_WIDTH: Final = 40.0
LETTER_WIDTH: Final = 8.0
OUTWARD: Final = frozenset({pdfium.PDFACTION_REMOTEGOTO, pdfium.PDFACTION_URI})


def answer(
    *,
    target: str,
    pages: int,
    runs: list[dict[str, Any]],
    of: str,
    placed: list[dict[str, Any]],
    titles: list[str],
    sample: list[tuple[int, str, str, int]],
) -> str:
    """The first error in the bundle, or an empty text. `verify.verify` says what is compared."""
    document = pypdfium2.PdfDocument(target)
    spots = [Placed(**row) for row in placed]
    labels = Labels(Run(**run) for run in runs)
    checks = (
        _wrong_pages(document, pages, spots, labels),
        _wrong_links(document, spots, labels),
        _wrong_bookmarks(document, spots, titles),
        _wrong_words(document, sample, Numbering(labels, of)),
    )
    return next((fault for check in checks for fault in check), "")


def _wrong_pages(
    document: pypdfium2.PdfDocument, pages: int, placed: Sequence[Placed], labels: Labels
) -> Iterator[str]:
    if len(document) != pages:
        yield f"The bundle has {len(document)} pages where {pages} were meant."
        return
    # PDFium builds its page list while it loads pages; links are slow until it is complete.
    document.get_page_size(pages - 1)
    for number in (1, *(item.first for item in placed), pages):
        if (label := document.get_page_label(number - 1)) != labels.of(number):
            yield f"Page {labels.of(number)} is called “{label}” in the bundle."


def _wrong_links(
    document: pypdfium2.PdfDocument, placed: Sequence[Placed], labels: Labels
) -> Iterator[str]:
    begins = [item.first for item in placed]
    firsts = set(begins)
    own = [
        *range(1, min((item.first - item.divider for item in placed), default=len(document) + 1))
    ]
    own += range(max((item.last for item in placed), default=len(document)) + 1, len(document) + 1)
    reached: set[int] = set()
    for number in own:
        for under, leads_to in _links(document, number - 1, labels):
            meant = labels.of(leads_to).split() if leads_to else []
            at = bisect.bisect_right(begins, leads_to) - 1
            inside = at >= 0 and leads_to <= placed[at].last
            if not inside or under.split()[-len(meant) :] != meant:
                label = labels.of(leads_to) if leads_to else "no page"
                yield f"A link on page {labels.of(number)} says “{under}” but leads to {label}."
            reached.add(leads_to)
    for lost in sorted(firsts - reached):
        yield f"The contents have no link to page {labels.of(lost)}."


def _links(
    document: pypdfium2.PdfDocument, index: int, labels: Labels
) -> Iterator[tuple[str, int]]:
    """Each link of a page inside the file: the number printed at its right end, and the page it
    leads to (0 for none)."""
    page = document[index]
    words = page.get_textpage()
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, position, link):
        action = pdfium.FPDFLink_GetAction(link)
        if action and pdfium.FPDFAction_GetType(action) in OUTWARD:
            continue
        place = pdfium.FPDFLink_GetDest(document, link)
        leads_to = pdfium.FPDFDest_GetDestPageIndex(document, place) + 1 if place else 0
        box = pdfium.FS_RECTF()
        pdfium.FPDFLink_GetAnnotRect(link, box)
        # A row's number is at its right end; names before it may run from right to left.
        wide = LETTER_WIDTH * len(labels.of(leads_to)) if leads_to else 0
        left = max(box.left, box.right - max(NUMBER_WIDTH, wide))
        yield words.get_text_bounded(left, box.bottom, box.right, box.top).strip(), leads_to
    words.close()
    page.close()


def _wrong_bookmarks(
    document: pypdfium2.PdfDocument, placed: Sequence[Placed], titles: Sequence[str]
) -> Iterator[str]:
    bookmarks = []
    for mark in document.get_toc(max_depth=30):
        place = mark.get_dest()
        bookmarks.append((_plain(mark.get_title()), place.get_index() + 1 if place else 0))
    left = iter(bookmarks)
    for item, title in zip(placed, titles, strict=True):
        wanted = (_plain(title), item.first)
        # Bookmarks are in the order of the items, so each is searched after the one before.
        if not any(mark == wanted for mark in left):
            yield f"The bookmark “{title}” does not lead to page {item.first}."
            return


def _plain(words: str) -> str:
    return " ".join(words.replace("\0", "").split())


def _wrong_words(
    document: pypdfium2.PdfDocument,
    sample: Sequence[tuple[int, str, str, int]],
    numbering: Numbering,
) -> Iterator[str]:
    for path, pages in itertools.groupby(sample, key=lambda row: row[2]):
        source = pypdfium2.PdfDocument(path) if path else None
        for number, reference, _, place in pages:
            words = _words(document, number - 1)
            if "".join(numbering.words(number).split()) not in words:
                yield f"Page {number} does not show its number."
            if source is not None and _words(source, place) not in words:
                yield f"Page {number} does not show the words of page {place + 1} of {reference}."
        if source is not None:
            source.close()


def _words(document: pypdfium2.PdfDocument, index: int) -> str:
    """The characters of a page, without blanks."""
    page = document[index]
    words = page.get_textpage()
    text = "".join(words.get_text_range().split())
    words.close()
    page.close()
    return text


if __name__ == "__main__":
    child.serve(answer)
