"""Let a finished bundle be looked at with other eyes before anybody else looks at it.

The bundle is written by us; a second reader (`second_reader.py`) opens it apart.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from evidence import apart
from evidence.pdf.furniture import Earlier, Piece
from evidence.pdf.numbering import Kept, Labels, Run
from evidence.pdf.problems import BundleWrong

SECONDS: Final = 300
SAMPLE: Final = 30
"""How many pages are read, spread evenly over the bundle; the first and the last always."""


@dataclass(frozen=True)
class Placed:
    """Where a piece stands: its first and last page, counted from 1, of which the first are its
    cover `sheet`; whether a `divider` stands before it."""

    key: str
    first: int
    last: int
    sheet: int = 0
    divider: int = 0


@dataclass(frozen=True)
class Joined:
    """A finished bundle: its pages, its pieces in order, (key, reason) of those left out, the
    numbers of its pages and, where each says so, of the last; how many stand before the first
    piece and what belongs to it."""

    pages: int
    placed: tuple[Placed, ...]
    not_included: tuple[tuple[str, str], ...]
    runs: tuple[Run, ...] = ()
    of: str = ""
    opening: int = 0

    @property
    def labels(self) -> Labels:
        return Labels(self.runs)

    def earlier(self) -> Earlier:
        """Its numbers for a new build of it."""
        return Earlier(self.labels.between(1, self.opening), self.runs)

    def numbers_of(self, placed: Placed) -> Kept:
        """The numbers of the pages of a piece and of what stands before it."""
        labels, body = self.labels, placed.first + placed.sheet
        return Kept(
            divider=labels.between(placed.first - placed.divider, placed.first - 1),
            sheet=labels.between(placed.first, body - 1),
            pages=labels.between(body, placed.last),
        )


def verify(target: Path, joined: Joined, pieces: Sequence[Piece]) -> None:
    """Open the bundle with a second reader and compare it with what was meant.

    Looked at: the number of pages; every link of contents and indexes against the number printed
    on it; a link to every piece; every piece's bookmark; of each piece the label of its first
    page; on a sample of pages the reference and the printed number and, where we set the page,
    all its words. Raises `BundleWrong` with the first difference.
    """
    absent = {key for key, _ in joined.not_included}
    present = [piece for piece in pieces if piece.key not in absent]
    accounted = {placed.key for placed in joined.placed} | absent
    if lost := [piece.reference for piece in pieces if piece.key not in accounted]:
        raise BundleWrong(f"{lost[0]} is neither in the bundle nor named as not included.")
    order = {
        "target": str(target.resolve()),
        "pages": joined.pages,
        "runs": [asdict(run) for run in joined.runs],
        "of": joined.of,
        "placed": [asdict(placed) for placed in joined.placed],
        "titles": [piece.called for piece in present],
        "sample": _sample(joined, present),
    }
    try:
        fault = apart.work("evidence.pdf.second_reader", order, seconds=SECONDS)
    except apart.WorkFailed as reason:
        raise BundleWrong(f"The finished bundle cannot be opened again. {reason}") from reason
    if fault:
        raise BundleWrong(str(fault))


def _sample(joined: Joined, pieces: Sequence[Piece]) -> list[tuple[int, str, str, int]]:
    """Pages to be read: number, reference, and the PDF of ours whose page of that place it is."""
    by_page = [
        (page, placed, piece)
        for placed, piece in zip(joined.placed, pieces, strict=True)
        for page in (
            placed.first + placed.sheet,
            (placed.first + placed.sheet + placed.last) // 2,
            placed.last,
        )
    ]
    last = len(by_page) - 1
    chosen = {last * step // max(1, SAMPLE - 1) for step in range(SAMPLE)} if by_page else set()
    found = []
    for at in sorted(chosen):
        page, placed, piece = by_page[at]
        place = page - placed.first - placed.sheet
        path = str(piece.path.resolve()) if place < piece.ours else ""
        found.append((page, piece.reference, path, place))
    return found
