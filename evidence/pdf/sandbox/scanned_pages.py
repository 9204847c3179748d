"""Which pages of a PDF are scans, and pictures of them to be read by machine.

Runs in the sandbox (`evidence.sandbox.child`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, cast

import pypdfium2
import pypdfium2.raw as pdfium

from evidence.pdf.exceptions import TextExtractionError
from evidence.sandbox import child

SECONDS: Final = 120
DPI: Final = 300
MOST_PIXELS: Final = 30_000_000
# Beyond this a page is a drawing, not a scan with words under it.
MOST_OBJECTS: Final = 2_000
DEEPEST: Final = 3
# A scan fills at least this part of its page.
LEAST_COVERED: Final = 0.5
# Words that a scanner or a clerk puts on a page, such as a date or a number.
MOST_OF_A_STAMP: Final = 15
# Where more letters than this part are none of any script, the words were coded badly.
MOST_GARBLED: Final = 0.2
UNSEEN: Final = 3
"""Text rendering mode of words that are not drawn (ISO 32000-2, 9.3.6)."""
_PRIVATE: Final = range(0xE000, 0xF900)
_REPLACEMENT: Final = 0xFFFD


@dataclass(frozen=True)
class ScannedPages:
    """Numbers of pages, from 1: those that have no text, and those whose text may be other than
    what they show, because it is under a picture or is no text of any script."""

    without_text: tuple[int, ...] = ()
    doubtful: tuple[int, ...] = ()


def draw_page(path: Path, number: int, target: Path, *, turn: int = 0) -> tuple[float, float]:
    """Writes a picture of a page to `target`, with 300 dots an inch, turned clockwise by `turn`.

    Returns the width and height of the page, as readers see it, in points. Raises
    `TextExtractionError`.
    """
    order = {
        "source": str(path.resolve()),
        "number": number,
        "target": str(target.resolve()),
        "turn": turn,
    }
    try:
        size = child.work("evidence.pdf.sandbox.scanned_pages", order, seconds=SECONDS)
    except child.ChildFailedError as fault:
        raise TextExtractionError(f"The page cannot be drawn. {fault}") from fault
    width, height = cast("tuple[float, float]", size)
    return width, height


def answer(source: str, number: int, target: str, turn: int) -> tuple[float, float]:
    """Runs in the sandbox."""
    with pypdfium2.PdfDocument(source) as document:
        return _drawn(document[number - 1], target, turn)


def _drawn(page: pypdfium2.PdfPage, target: str, turn: int) -> tuple[float, float]:
    width, height = (max(side, 1.0) for side in page.get_size())
    scale = min(DPI / 72, (MOST_PIXELS / (width * height)) ** 0.5)
    picture = page.render(scale=scale, rotation=turn, grayscale=True).to_pil()
    # Only the picture is read from it, so it is packed quickly.
    picture.save(target, "PNG", compress_level=1)
    return width, height


def is_without_text(page: pypdfium2.PdfPage, text: str) -> bool:
    """Whether a page shows something and has no text; a stamp over a scan is not its text."""
    words = len(text.split())
    if not words:
        return next(page.get_objects(max_depth=1), None) is not None
    return words <= MOST_OF_A_STAMP and _layers(page) == _Layers(has_scan=True, has_unseen=False)


def is_doubtful(page: pypdfium2.PdfPage, text: str) -> bool:
    """Whether a page may show other words than its text has."""
    return bool(text.strip()) and (_is_garbled(text) or _layers(page).has_unseen)


def _is_garbled(text: str) -> bool:
    letters = [letter for letter in text if not letter.isspace()]
    bad = sum(ord(letter) in _PRIVATE or ord(letter) == _REPLACEMENT for letter in letters)
    return bad > MOST_GARBLED * len(letters)


class _Layers(NamedTuple):
    """Whether a picture fills the page, and whether there are words that it or their way of being
    drawn hides."""

    has_scan: bool
    has_unseen: bool


def _layers(page: pypdfium2.PdfPage) -> _Layers:
    area = max(page.get_width() * page.get_height(), 1.0)
    has_scan = has_text = has_unseen = False
    for count, thing in enumerate(page.get_objects(max_depth=DEEPEST)):
        if count >= MOST_OBJECTS:
            break
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            if abs((right - left) * (top - bottom)) >= LEAST_COVERED * area:
                has_scan, has_unseen = True, has_unseen or has_text
        elif thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
            has_text, has_unseen = True, has_unseen or _is_unseen(thing)
    return _Layers(has_scan, has_unseen)


def _is_unseen(thing: pypdfium2.PdfObject) -> bool:
    mode: int = pdfium.FPDFTextObj_GetTextRenderMode(thing)
    return mode == UNSEEN


if __name__ == "__main__":
    child.serve(answer)
