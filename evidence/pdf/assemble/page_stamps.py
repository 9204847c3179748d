"""The stamp on every page of a bundle: reference, marking, page number.

It is in a band that is added above or below the visible page, so it never covers evidence. Pages
can have any shape: turned, cropped, tiny or huge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from evidence.pdf.assemble.spec import CopyMark, Stamp
from evidence.pdf.assemble.syntax import numbers
from evidence.pdf.assemble.watermark import behind, rule
from evidence.pdf.fonts.text_runs import TextRuns
from evidence.pdf.fragment.file_format import Placing
from evidence.pdf.sanitize.page_geometry import Box, View

BAND: Final = 24.0
MARGIN: Final = 28.0
SIZE: Final = 8.0
SMALLEST: Final = 3.0
NARROWEST: Final = 170.0
GAP: Final = 10.0
# PDF readers refuse pages larger than 200 inches. Such a page is drawn smaller instead of growing.
LONGEST_SIDE: Final = 14_400.0
_ARTIFACT: Final = b"/Artifact <</Type /Pagination /Subtype /%b>> BDC"

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Placement:
    """The position of page and stamp, in the page's own units.

    `page` is the new visible box. `line` moves the reader's coordinates, in points from the lower
    left corner of the new page, to the page's own; `width` and `height` are the reader's, in
    points; `corner` is the reader's upper left.
    """

    page: Box
    line: Matrix
    width: float
    height: float
    corner: tuple[float, float]


@cache
def place(view: View, *, below: bool) -> Placement:
    """Adds the band for the stamp to a page, above or below it."""
    box, unit = view.box, view.unit
    wide, high = _sides(view)
    if high + BAND / unit > LONGEST_SIDE:
        return _placement(view, box)
    band, wider = BAND / unit, max(0.0, NARROWEST / unit - wide)
    up, down = (0.0, band) if below else (band, 0.0)
    return _placement(view, _grown(box, view.turn, up=up, down=down, right=wider))


def shrink_of(view: View) -> Matrix | None:
    """How the content of a page that cannot grow is scaled down, to make room for a band above and
    below. None for nearly all pages."""
    box, (_, high) = view.box, _sides(view)
    band = BAND / view.unit
    if high + band <= LONGEST_SIDE:
        return None
    scale = 1 - 2 * band / high
    x, y = (box.left + box.right) / 2 * (1 - scale), (box.bottom + box.top) / 2 * (1 - scale)
    return scale, 0.0, 0.0, scale, x, y


class Line:
    """The stamp of the pages of one item, drawn once for each of its `placings` and each
    width of page number.

    `stamp` says where the page's number stands, and `words` share the rest of the line. `font`
    is the name under which the pages know the font; `mark` is that of a numbered copy.
    """

    def __init__(
        self,
        letters: TextRuns,
        words: tuple[str, str],
        font: str,
        placings: Sequence[Placing],
        *,
        stamp: Stamp = Stamp.TOP_RIGHT,
        mark: CopyMark | None = None,
    ) -> None:
        self._letters, self._words, self._font, self._mark = letters, words, font, mark
        self._stamp, self._placings = stamp, placings
        self._digits = letters.digits
        self._drawn: dict[tuple[int, str, int], tuple[bytes, bytes]] = {}

    def stream(self, at: int, number: str, digits: str) -> bytes:
        """The stream of the line of a page of placing `at`, as it stands between `obj` and
        `endobj`; `number` are the words of the page's number with `{page}` for the digits."""
        key = (at, number, len(digits))
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._draw(self._placings[at], number, len(digits))
        before, after = drawn
        return before + digits.translate(self._digits).encode() + after

    def _draw(self, placing: Placing, number: str, digits: int) -> tuple[bytes, bytes]:
        """The content stream before and after the digits, which all have the same width."""
        place_of_line = place(placing.view, below=self._stamp.below)
        before, after = number.split("{page}")
        numbered = self._letters.run_of(f"{before}{'0' * digits}{after}")
        runs = [self._letters.run_of(words) for words in self._words]
        runs.insert(self._stamp.column, numbered)
        wide, high = place_of_line.width, place_of_line.height
        room = wide - 2 * min(MARGIN, wide / 10)
        left = (wide - room) / 2
        size, xs = spread([run.width for run in runs], left=left, room=room)
        low = 0.0 if self._stamp.below else high - BAND
        base, under = (low + 8, low + BAND - 3) if self._stamp.below else (low + 9, low + 3)
        at = xs.pop(self._stamp.column)
        runs.pop(self._stamp.column)
        shown = b" ".join(
            b"BT 1 0 0 1 %b Tm %b ET" % (numbers(x, base), run.show(size, self._font))
            for x, run in zip(xs, runs, strict=True)
            if run.width
        )
        lead, tail = self._letters.run_of(before), self._letters.run_of(after)
        pale = b""
        if self._mark is not None:
            pale = behind(self._letters, self._mark, font=self._font, width=wide, height=high)
        look = b"%b cm %b 0.2 g 0.6 G 0.4 w" % (numbers(*place_of_line.line), pale)
        begin = b"%b q %b %b %b BT 1 0 0 1 %b Tm %b /%b %.2f Tf <" % (
            _ARTIFACT % (b"Footer" if self._stamp.below else b"Header"),
            look,
            rule(left, left + room, under, self._mark),
            shown,
            numbers(at, base),
            lead.show(size, self._font),
            self._font.encode(),
            size,
        )
        end = b"> Tj %b ET Q EMC\n%b" % (tail.show(size, self._font), placing.frame.encode())
        length = len(begin) + 4 * digits + len(end)
        return b"<< /Length %d >>\nstream\n%b" % (length, begin), end + b"\nendstream"


def spread(
    widths: Sequence[float], *, left: float, room: float, size: float = SIZE
) -> tuple[float, list[float]]:
    """The font size of three runs of these widths (at size 1), and where each begins: left, middle
    and right. The middle one moves if it would touch the others. All get smaller if there is not
    enough room."""
    wanted = sum(widths) * size + GAP * (len([width for width in widths if width]) - 1)
    small = max(SMALLEST, size * min(1.0, room / wanted)) if wanted > 0 else size
    gap = GAP * small / size
    first, second, third = (width * small for width in widths)
    right = left + room - third
    middle = max(left + (room - second) / 2, left + first + (gap if first else 0.0))
    middle = min(middle, right - (gap if third else 0.0) - second)
    return small, [left, middle, right]


def frame(view: View, *, saves: int, mark: str = "") -> bytes:
    """The content before the original content.

    It clips the original to its own box, so that nothing cropped away shows in the band, and saves
    `saves` graphics states that the original restores without saving. `mark` makes the page one
    marked content of that kind, number 0.
    """
    box, matrix = view.box, shrink_of(view)
    shrink = b"%b cm " % numbers(*matrix) if matrix else b""
    clip = numbers(box.left, box.bottom, box.width, box.height)
    begin = b"/%b <</MCID 0>> BDC\n" % mark.encode() if mark else b""
    return b"q %b%b re W n\n%b" % (shrink, clip, begin) + b"q " * saves


def _sides(view: View) -> tuple[float, float]:
    """The width and height a reader sees, in the page's own units."""
    box = view.box
    return (box.height, box.width) if view.turn in {90, 270} else (box.width, box.height)


def _grown(box: Box, turn: int, *, up: float, down: float, right: float) -> Box:
    """The box, enlarged at the top, bottom and right as the reader sees it."""
    growth = {
        0: (0.0, down, right, up),
        90: (up, 0.0, down, right),
        180: (right, up, 0.0, down),
        270: (down, right, up, 0.0),
    }[turn]
    left, bottom, far, top = growth
    return Box(box.left - left, box.bottom - bottom, box.right + far, box.top + top)


def _placement(view: View, page: Box) -> Placement:
    unit = view.unit
    s = 1 / unit
    line: Matrix = {
        0: (s, 0.0, 0.0, s, page.left, page.bottom),
        90: (0.0, s, -s, 0.0, page.right, page.bottom),
        180: (-s, 0.0, 0.0, -s, page.right, page.top),
        270: (0.0, -s, s, 0.0, page.left, page.top),
    }[view.turn]
    corner = {
        0: (page.left, page.top),
        90: (page.left, page.bottom),
        180: (page.right, page.bottom),
        270: (page.right, page.top),
    }[view.turn]
    wide, high = _sides(View(page, view.turn, unit))
    return Placement(page, line, wide * unit, high * unit, corner)
