"""Look at a finished bundle with other eyes before anybody else does.

The bundle is made with qpdf; here PDFium, another reader, opens it and follows every link.
Works apart: see `evidence.pdf.apart`.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from evidence.pdf import apart
from evidence.pdf.furniture import Piece
from evidence.pdf.problems import BundleWrong

SECONDS: Final = 300
LAST_NUMBER: Final = re.compile(r"(\d+)\D*$")


@dataclass(frozen=True)
class Placed:
    """Where a piece stands: its first and last page, counted from 1."""

    key: str
    first: int
    last: int


@dataclass(frozen=True)
class Joined:
    """A finished bundle: its pages, its pieces in order, and (key, reason) of those left out."""

    pages: int
    placed: tuple[Placed, ...]
    not_included: tuple[tuple[str, str], ...]


def verify(target: Path, joined: Joined, pieces: Sequence[Piece]) -> None:
    """Open the bundle with a second reader and compare it with what was meant.

    Looked at: the number of pages, their labels, the printed page number on the first page of
    each piece, every link of contents and indexes against the number printed on it, a link to
    every piece, and every piece's bookmark. Raises `BundleWrong` with the first difference.
    """
    absent = {key for key, _ in joined.not_included}
    titles = [piece.title for piece in pieces if piece.key not in absent]
    accounted = {placed.key for placed in joined.placed} | absent
    if lost := [piece.reference for piece in pieces if piece.key not in accounted]:
        raise BundleWrong(f"{lost[0]} is neither in the bundle nor named as not included.")
    order = {
        "target": str(target.resolve()),
        "pages": joined.pages,
        "placed": [asdict(placed) for placed in joined.placed],
        "titles": titles,
    }
    try:
        fault = apart.work("evidence.pdf.verify", order, seconds=SECONDS)
    except apart.WorkFailed as reason:
        raise BundleWrong(f"The finished bundle cannot be opened again. {reason}") from reason
    if fault:
        raise BundleWrong(str(fault))


def answer(target: str, pages: int, placed: list[dict[str, Any]], titles: list[str]) -> str:
    """The first thing that is wrong, or nothing. Done apart."""
    document = pypdfium2.PdfDocument(target)
    spots = [Placed(**one) for one in placed]
    checks = (
        _wrong_pages(document, pages),
        _wrong_links(document, spots),
        _wrong_bookmarks(document, spots, titles),
        _wrong_lines(document, spots),
    )
    return next((fault for check in checks for fault in check), "")


def _wrong_pages(document: pypdfium2.PdfDocument, pages: int) -> Iterator[str]:
    if len(document) != pages:
        yield f"The bundle has {len(document)} pages where {pages} were meant."
        return
    for index in range(pages):
        if (label := document.get_page_label(index)) != str(index + 1):
            yield f"Page {index + 1} is called “{label}” in the bundle."


def _wrong_links(document: pypdfium2.PdfDocument, placed: Sequence[Placed]) -> Iterator[str]:
    firsts = {one.first for one in placed}
    own = [*range(1, min(firsts, default=len(document) + 1))]
    own += range(max((one.last for one in placed), default=len(document)) + 1, len(document) + 1)
    reached: set[int] = set()
    for number in own:
        for printed, leads_to in _links(document, number - 1):
            if printed != leads_to or leads_to not in firsts:
                yield f"A link on page {number} says page {printed} but leads to page {leads_to}."
            reached.add(leads_to)
    for lost in sorted(firsts - reached):
        yield f"The contents have no link to page {lost}."


def _links(document: pypdfium2.PdfDocument, index: int) -> Iterator[tuple[int, int]]:
    """Each link of a page: the last number printed under it, and the page it leads to."""
    page = document[index]
    words = page.get_textpage()
    position, found = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, position, found):
        place = pdfium.FPDFLink_GetDest(document, found)
        leads_to = pdfium.FPDFDest_GetDestPageIndex(document, place) + 1 if place else 0
        box = pdfium.FS_RECTF()
        pdfium.FPDFLink_GetAnnotRect(found, box)
        under = words.get_text_bounded(box.left, box.bottom, box.right, box.top)
        printed = LAST_NUMBER.search(under)
        yield int(printed[1]) if printed else 0, leads_to


def _wrong_bookmarks(
    document: pypdfium2.PdfDocument, placed: Sequence[Placed], titles: Sequence[str]
) -> Iterator[str]:
    found = []
    for mark in document.get_toc(max_depth=30):
        place = mark.get_dest()
        found.append((_plain(mark.get_title()), place.get_index() + 1 if place else 0))
    left = iter(found)
    for one, title in zip(placed, titles, strict=True):
        wanted = (_plain(title), one.first)
        # The bookmarks stand in the order of the pieces: each is looked for after the last.
        if not any(mark == wanted for mark in left):
            yield f"The bookmark “{title}” does not lead to page {one.first}."
            return


def _plain(words: str) -> str:
    return " ".join(words.replace("\0", "").split())


def _wrong_lines(document: pypdfium2.PdfDocument, placed: Sequence[Placed]) -> Iterator[str]:
    for one in placed:
        page = document[one.first - 1]
        words = page.get_textpage()
        if f"Page{one.first}" not in "".join(words.get_text_range().split()):
            yield f"Page {one.first} does not show its number."
        words.close()
        page.close()


if __name__ == "__main__":
    apart.serve(answer)
