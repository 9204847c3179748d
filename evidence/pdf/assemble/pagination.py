"""Lays out a bundle before any page is written: the position of each item, the number of pages
around them, and the number of each page. It needs only the headings of fragments. So the contents
of several volumes that list one another are final before the first volume is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evidence.pdf.assemble.dividers import dividers_of
from evidence.pdf.assemble.front_matter import FrontMatter
from evidence.pdf.assemble.indexes import Indexes
from evidence.pdf.assemble.page_numbers import Numbering, Stretch, counted, kept
from evidence.pdf.assemble.spec import Front, Index, Item, ItemPosition
from evidence.pdf.assemble.verify import Joined, Placed
from evidence.pdf.exceptions import InvalidBundleError
from evidence.pdf.fonts.text_runs import TextRuns
from evidence.pdf.fragment.file_format import UnusableFragmentError, heading_of

Missing = Sequence[tuple[Item, str]]


@dataclass(frozen=True)
class Known:
    """What a plan needs to know of an item: its number of pages and its named destinations."""

    pages: int
    places: tuple[tuple[str, int, str], ...]


def known(item: Item) -> Known | None:
    """The same, read from the item's fragment; None if it must be prepared first."""
    if item.fragment is None:
        return None
    try:
        heading = heading_of(item.fragment)
    except (UnusableFragmentError, OSError):
        return None
    of_another = item.sha256 and heading.source != item.sha256
    return None if of_another else Known(heading.pages, heading.places)


def planned(
    items: Sequence[Item], front: Front, indexes: Sequence[Index], of: Mapping[str, Known]
) -> Joined:
    """The bundle as it will be, if `known` is right about each item, by key.

    Raises `InvalidBundleError` if it cannot be made.
    """
    missing = [(item, item.unusable) for item in items if item.unusable]
    standing = [
        ItemPosition(at, item, 0, of[item.key].pages, places=of[item.key].places)
        for at, item in enumerate(items)
        if not item.unusable
    ]
    try:
        return Plan(front, indexes, standing, missing).joined
    except ValueError as fault:
        raise InvalidBundleError(f"The bundle cannot be made: {fault}.") from fault


class Plan:
    """Our own pages, laid out, and the position of each item.

    The items are given in their order, with nothing yet before them.
    """

    def __init__(
        self,
        front: Front,
        indexes: Sequence[Index],
        items: Sequence[ItemPosition],
        missing: Missing,
    ) -> None:
        self._front, self._missing = front, missing
        self.letters = letters = TextRuns()
        self.leads = dividers_of(letters, front, [item.item for item in items])
        self.standing = self._positions(items)
        self.papers = sum(item.whole for item in self.standing)
        self.opening = FrontMatter(letters, front, self.standing, missing)
        self.own = own = self.opening.count
        # The width of page numbers decides how many pages the indexes need, so they come last.
        numbering = self._number(0)
        self.indexes = Indexes(letters, front, indexes, self.standing, own=own, numbering=numbering)
        self.numbering = self._number(self.indexes.count)

    @property
    def joined(self) -> Joined:
        """The bundle as it will be."""
        own, numbering = self.own, self.numbering
        return Joined(
            own + self.papers + self.indexes.count,
            tuple(
                Placed(
                    entry.item.key,
                    own + entry.begin + 1,
                    own + entry.offset + entry.whole,
                    sheet=entry.sheet,
                    divider=entry.divider,
                )
                for entry in self.standing
            ),
            tuple((item.key, reason) for item, reason in self._missing),
            runs=numbering.labels.runs,
            of=numbering.of,
            opening=own,
        )

    def _positions(self, items: Sequence[ItemPosition]) -> list[ItemPosition]:
        """The items' positions, with the dividers and cover sheets before each."""
        standing, offset = [], 0
        for item, lead in zip(items, self.leads, strict=True):
            standing.append(replace(item, offset=offset, divider=lead.divider, sheet=lead.sheet))
            offset += standing[-1].whole
        return standing

    def _number(self, indexes: int) -> Numbering:
        front, own = self._front, self.own
        if (earlier := front.earlier) is None:
            whole = own + self.papers + indexes
            labels = counted(whole, first=front.first, prefix=front.prefix, width=front.width)
            return Numbering(labels, labels.of(whole) if front.of_pages else "")
        # With kept page numbers “of 120” would be wrong.
        stretches = [Stretch(own, earlier.opening)]
        for standing in self.standing:
            was = standing.item.kept
            stretches += (
                Stretch(standing.divider, was.divider),
                Stretch(standing.sheet, was.sheet),
                Stretch(standing.pages, was.pages),
            )
        stretches.append(Stretch(indexes, at_end=True))
        return Numbering(kept(stretches, earlier.taken, prefix=front.prefix, width=front.width))
