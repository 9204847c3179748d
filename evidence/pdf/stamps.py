"""The running line on every page of a bundle: reference, marking, page number.

It stands in a band that is added above the page as a reader sees it, so it never covers
evidence. One page of any shape: turned, cropped, tiny or huge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence.pdf.fragment import Placing
from evidence.pdf.furniture import CopyMark
from evidence.pdf.letters import Letters
from evidence.pdf.pages import Box, View
from evidence.pdf.traces import behind, rule
from evidence.pdf.writer import numbers

BAND: Final = 24.0
MARGIN: Final = 28.0
SIZE: Final = 8.0
SMALLEST: Final = 3.0
NARROWEST: Final = 170.0
GAP: Final = 10.0
# Readers refuse pages beyond 200 inches; such a page is drawn smaller instead of growing.
LONGEST_SIDE: Final = 14_400.0

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Placement:
    """Where page and line stand: all in the page's own units.

    `page` is the new visible box, `clip` the part of it that shows the original, `shrink` moves
    the original there (nothing for nearly all pages). `line` moves the reader's coordinates, in
    points from the lower left corner of the new page, to the page's own; `width` and `height`
    are the reader's, in points; `corner` is the reader's upper left.
    """

    page: Box
    clip: Box
    shrink: Matrix | None
    line: Matrix
    width: float
    height: float
    corner: tuple[float, float]


def place(view: View) -> Placement:
    """Add the band to a page."""
    box, unit = view.box, view.unit
    sideways = view.turn in {90, 270}
    wide, high = (box.height, box.width) if sideways else (box.width, box.height)
    band, wider = BAND / unit, max(0.0, NARROWEST / unit - wide)
    if high + band > LONGEST_SIDE:
        return _shrunk(view, band, high)
    page = _grown(box, view.turn, up=band, right=wider)
    return _placement(view, page, clip=box, shrink=None)


class Line:
    """The running line of the pages of one piece, drawn once for each width of page number.

    `words` stand left and in the middle, the page's number on the right. `fonts` are the names
    under which the pages know the fonts; `mark` is that of a numbered copy.
    """

    def __init__(
        self,
        letters: Letters,
        words: tuple[str, str],
        fonts: Sequence[str],
        mark: CopyMark | None = None,
    ) -> None:
        self._letters, self._words, self._fonts, self._mark = letters, words, fonts, mark
        self._digits = letters.digits()
        self._drawn: dict[tuple[Placing, str, int], tuple[bytes, bytes]] = {}

    def stream(self, placing: Placing, number: str, digits: str) -> bytes:
        """The stream of the line, as it stands between `obj` and `endobj`; `number` are the words
        on the right with `{page}` for the digits."""
        key = (placing, number, len(digits))
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._draw(placing, number, len(digits))
        before, after = drawn
        return before + b"".join([self._digits[digit] for digit in digits]) + after

    def _draw(self, placing: Placing, number: str, digits: int) -> tuple[bytes, bytes]:
        """What stands before and after the digits, which are all equally wide."""
        before, after = number.split("{page}")
        runs = [*map(self._letters.run_of, (*self._words, f"{before}{'0' * digits}{after}"))]
        room = placing.width - 2 * min(MARGIN, placing.width / 10)
        wanted = sum(run.width for run in runs) * SIZE + GAP * (
            len([r for r in runs if r.width]) - 1
        )
        size = max(SMALLEST, SIZE * min(1.0, room / wanted)) if wanted > 0 else SIZE
        left = (placing.width - room) / 2
        base = placing.height - BAND + 9
        middle = left + (room - runs[1].width * size) / 2
        # The middle gives way to what stands left and right of it.
        middle = max(middle, left + runs[0].width * size + GAP * size / SIZE)
        right = left + room - runs[2].width * size
        middle = min(middle, right - GAP * size / SIZE - runs[1].width * size)
        shown = b" ".join(
            b"BT 1 0 0 1 %b Tm %b ET" % (numbers(x, base), run.show(size, self._fonts))
            for x, run in zip((left, middle), runs[:2], strict=True)
            if run.width
        )
        lead, tail = self._letters.run_of(before), self._letters.run_of(after)
        under = placing.height - BAND + 3
        pale = b""
        if self._mark is not None:
            size_of = {"width": placing.width, "height": placing.height}
            pale = behind(self._letters, self._mark, fonts=self._fonts, **size_of)
        look = b"%b cm %b 0.2 g 0.6 G 0.4 w" % (placing.line.encode(), pale)
        begin = b"%b q %b %b %b BT 1 0 0 1 %b Tm %b /%b %.2f Tf <" % (
            b"/Artifact <</Type /Pagination /Subtype /Header>> BDC",
            look,
            rule(left, left + room, under, self._mark),
            shown,
            numbers(right, base),
            lead.show(size, self._fonts),
            self._fonts[0].encode(),
            size,
        )
        end = b"> Tj %b ET Q EMC\n%b" % (tail.show(size, self._fonts), placing.frame.encode())
        length = len(begin) + 4 * digits + len(end)
        return b"<< /Length %d >>\nstream\n%b" % (length, begin), end + b"\nendstream"


def frame(placement: Placement, *, saves: int, mark: str = "") -> bytes:
    """What comes before the original: it is held to its own box, so that nothing that was
    cropped away shows in the band, and `saves` more states than it opens are kept for it.
    `mark` makes it one marked content of that kind, number 0."""
    box = placement.clip
    shrink = b"%b cm " % numbers(*placement.shrink) if placement.shrink else b""
    clip = numbers(box.left, box.bottom, box.width, box.height)
    begin = b"/%b <</MCID 0>> BDC\n" % mark.encode() if mark else b""
    return b"q %b%b re W n\n%b" % (shrink, clip, begin) + b"q " * saves


def placing(placement: Placement, framed: bytes) -> Placing:
    """The placement as a fragment keeps it."""
    return Placing(
        frame=framed.decode(),
        line=numbers(*placement.line).decode(),
        width=round(placement.width, 4),
        height=round(placement.height, 4),
        corner=(round(placement.corner[0], 4), round(placement.corner[1], 4)),
    )


def _grown(box: Box, turn: int, *, up: float, right: float) -> Box:
    """The box, larger at the reader's upper and right side."""
    growth = {
        0: (0.0, 0.0, right, up),
        90: (up, 0.0, 0.0, right),
        180: (right, up, 0.0, 0.0),
        270: (0.0, right, up, 0.0),
    }[turn]
    left, bottom, far, top = growth
    return Box(box.left - left, box.bottom - bottom, box.right + far, box.top + top)


def _shrunk(view: View, band: float, high: float) -> Placement:
    """A page that may not grow: the original is drawn smaller, from the reader's lower left."""
    scale = 1 - band / high
    box = view.box
    x, y = {0: (box.left, box.bottom), 90: (box.right, box.bottom), 180: (box.right, box.top),
            270: (box.left, box.top)}[view.turn]  # fmt: skip
    return _placement(
        view, box, clip=box, shrink=(scale, 0.0, 0.0, scale, x * (1 - scale), y * (1 - scale))
    )


def _placement(view: View, page: Box, *, clip: Box, shrink: Matrix | None) -> Placement:
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
    sideways = view.turn in {90, 270}
    wide, high = (page.height, page.width) if sideways else (page.width, page.height)
    return Placement(page, clip, shrink, line, wide * unit, high * unit, corner)
