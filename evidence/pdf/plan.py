"""A bundle laid out before any page of it is written: where each piece stands, how many pages stand
around them, and which number each page has.

It needs the headings of fragments alone. So the contents of several volumes, of which each lists
the others, come to rest before the first of them is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evidence.pdf.fragment import FragmentUnusable, heading_of
from evidence.pdf.furniture import Front, Index, Piece, Standing
from evidence.pdf.indexes import Indexes
from evidence.pdf.leads import leads
from evidence.pdf.letters import Letters
from evidence.pdf.numbering import Numbering, Stretch, counted, kept
from evidence.pdf.opening import Opening
from evidence.pdf.problems import BundleWrong
from evidence.pdf.verify import Joined, Placed

Missing = Sequence[tuple[Piece, str]]


@dataclass(frozen=True)
class Known:
    """What a plan has to know of a piece: how many pages are its own, and the places in it."""

    pages: int
    places: tuple[tuple[str, int, str], ...]


def known(piece: Piece) -> Known | None:
    """What its fragment says; None where it would have to be prepared first."""
    if piece.fragment is None:
        return None
    try:
        said = heading_of(piece.fragment)
    except (FragmentUnusable, OSError):
        return None
    of_another = piece.sha256 and said.source != piece.sha256
    return None if of_another else Known(said.pages, said.places)


def foreseen(
    pieces: Sequence[Piece], front: Front, indexes: Sequence[Index], of: Mapping[str, Known]
) -> Joined:
    """The bundle as it will be, if all is as is known `of` each piece by its key.

    Raises `BundleWrong` when it cannot be made.
    """
    missing = [(piece, piece.unusable) for piece in pieces if piece.unusable]
    standing = [
        Standing(at, piece, 0, of[piece.key].pages, places=of[piece.key].places)
        for at, piece in enumerate(pieces)
        if not piece.unusable
    ]
    try:
        return Plan(front, indexes, standing, missing).joined
    except ValueError as fault:
        raise BundleWrong(f"The bundle cannot be made: {fault}.") from fault


class Plan:
    """The pages of our own, laid out in `letters`, and where each piece is `standing`.

    The pieces are given in their order, with nothing yet before them.
    """

    def __init__(
        self,
        front: Front,
        indexes: Sequence[Index],
        pieces: Sequence[Standing],
        missing: Missing,
    ) -> None:
        self._front, self._missing = front, missing
        self.letters = letters = Letters()
        self.leads = leads(letters, front, [one.piece for one in pieces])
        self.standing = self._stood(pieces)
        self.papers = sum(one.whole for one in self.standing)
        self.opening = Opening(letters, front, self.standing, missing)
        self.own = own = self.opening.count
        # How wide numbers are decides how many pages the indexes take: theirs come last.
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
                    one.piece.key,
                    own + one.begin + 1,
                    own + one.offset + one.whole,
                    sheet=one.sheet,
                    divider=one.divider,
                )
                for one in self.standing
            ),
            tuple((piece.key, reason) for piece, reason in self._missing),
            runs=numbering.labels.runs,
            of=numbering.of,
            opening=own,
        )

    def _stood(self, pieces: Sequence[Standing]) -> list[Standing]:
        """The pieces with the pages before each, now that it is known what stands there."""
        found, offset = [], 0
        for one, lead in zip(pieces, self.leads, strict=True):
            found.append(replace(one, offset=offset, divider=lead.divider, sheet=lead.sheet))
            offset += found[-1].whole
        return found

    def _number(self, indexes: int) -> Numbering:
        front, own = self._front, self.own
        if (earlier := front.earlier) is None:
            whole = own + self.papers + indexes
            labels = counted(whole, first=front.first, prefix=front.prefix, width=front.width)
            return Numbering(labels, labels.of(whole) if front.of_pages else "")
        # Numbers that are kept cannot say how many there are.
        stretches = [Stretch(own, earlier.opening)]
        for one in self.standing:
            was = one.piece.kept
            stretches += (
                Stretch(one.divider, was.divider),
                Stretch(one.sheet, was.sheet),
                Stretch(one.pages, was.pages),
            )
        stretches.append(Stretch(indexes, at_end=True))
        return Numbering(kept(stretches, earlier.taken, prefix=front.prefix, width=front.width))
