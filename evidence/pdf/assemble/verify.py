"""Compares a finished bundle with the plan, read by a second PDF library.

We write the bundle; PDFium reads it in a separate process (`pdfium_verifier.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from evidence.pdf.assemble.page_numbers import Kept, Labels, Run
from evidence.pdf.assemble.spec import Item, PreviousNumbers
from evidence.pdf.exceptions import InvalidBundleError
from evidence.sandbox import child

SECONDS: Final = 300
SAMPLE: Final = 30
"""How many pages are read, spread evenly over the bundle; the first and the last always."""


@dataclass(frozen=True)
class Placed:
    """An item's first and last page, counted from 1. The first `sheet` pages are its cover sheet.
    `divider` says whether a divider comes before it."""

    key: str
    first: int
    last: int
    sheet: int = 0
    divider: int = 0


@dataclass(frozen=True)
class Joined:
    """A finished bundle: its pages, its items in order, (key, reason) of those left out, the
    numbers of its pages and, where each says so, of the last; how many stand before the first
    item and what belongs to it."""

    pages: int
    placed: tuple[Placed, ...]
    not_included: tuple[tuple[str, str], ...]
    runs: tuple[Run, ...] = ()
    of: str = ""
    opening: int = 0

    @property
    def labels(self) -> Labels:
        return Labels(self.runs)

    def earlier(self) -> PreviousNumbers:
        """Its page numbers, for a new build of it."""
        return PreviousNumbers(self.labels.between(1, self.opening), self.runs)

    def numbers_of(self, placed: Placed) -> Kept:
        """The page numbers of an item and of its divider and cover sheet."""
        labels, body = self.labels, placed.first + placed.sheet
        return Kept(
            divider=labels.between(placed.first - placed.divider, placed.first - 1),
            sheet=labels.between(placed.first, body - 1),
            pages=labels.between(body, placed.last),
        )


def verify(target: Path, joined: Joined, items: Sequence[Item]) -> None:
    """Open the bundle with a second reader and compare it with the plan.

    Compared are: the number of pages; every link of contents and indexes against the number printed
    on it; a link to every item; every item's bookmark; of each item the label of its first page; on
    a sample of pages the reference and the printed number and, where we set the page, all its
    words. Raises `InvalidBundleError` with the first difference.
    """
    absent = {key for key, _ in joined.not_included}
    present = [item for item in items if item.key not in absent]
    accounted = {placed.key for placed in joined.placed} | absent
    if lost := [item.reference for item in items if item.key not in accounted]:
        raise InvalidBundleError(f"{lost[0]} is neither in the bundle nor named as not included.")
    order = {
        "target": str(target.resolve()),
        "pages": joined.pages,
        "runs": [asdict(run) for run in joined.runs],
        "of": joined.of,
        "placed": [asdict(placed) for placed in joined.placed],
        "titles": [item.called for item in present],
        "sample": _sample(joined, present),
    }
    try:
        fault = child.work("evidence.pdf.assemble.pdfium_verifier", order, seconds=SECONDS)
    except child.ChildFailedError as reason:
        raise InvalidBundleError(
            f"The finished bundle cannot be opened again. {reason}"
        ) from reason
    if fault:
        raise InvalidBundleError(str(fault))


def _sample(joined: Joined, items: Sequence[Item]) -> list[tuple[int, str, str, int]]:
    """A sample of pages to compare: number, reference, the item's own PDF, and the page's position
    in it."""
    by_page = [
        (page, placed, item)
        for placed, item in zip(joined.placed, items, strict=True)
        for page in (
            placed.first + placed.sheet,
            (placed.first + placed.sheet + placed.last) // 2,
            placed.last,
        )
    ]
    last = len(by_page) - 1
    chosen = {last * job // max(1, SAMPLE - 1) for job in range(SAMPLE)} if by_page else set()
    sample = []
    for at in sorted(chosen):
        page, placed, item = by_page[at]
        place = page - placed.first - placed.sheet
        path = str(item.path.resolve()) if place < item.ours else ""
        sample.append((page, item.reference, path, place))
    return sample
