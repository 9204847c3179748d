"""What a bundle is told: its pieces and indexes, what its cover says, how pages are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Piece:
    """One paper of a bundle.

    `key` is the caller's name for it, `title` what contents and bookmarks show. Equal `groups`
    of neighbours share a section. `marking` is printed on each of its pages. `path` is its PDF,
    of which so many first pages are `ours`, set by us, so that their tags are kept; `fragment`
    is what was prepared of it, if it was, and `sha256` the digest of the PDF it must have been
    made of. `unusable` says why the piece cannot go in, where that is known already.
    """

    key: str
    path: Path
    reference: str
    title: str
    date: str
    groups: tuple[str, ...] = ()
    marking: str = ""
    ours: int = 0
    fragment: Path | None = None
    sha256: str = ""
    unusable: str = ""


@dataclass(frozen=True)
class Index:
    """An index at the end of the bundle: each name with the keys of the pieces it leads to."""

    title: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Front:
    """What the cover says, and how pages are counted. `lines` are such as recipient and date of
    the meeting; `left_out` are the sentences of the statement of what is left out. `prefix`
    stands before each page number, printed and shown by the reader; `of_pages` prints “of 120”
    after it, which a supplement makes untrue."""

    committee: str
    inquiry: str
    hc_number: str
    title: str
    marking: str
    lines: tuple[str, ...]
    left_out: tuple[str, ...]
    fingerprint: str
    prefix: str = ""
    of_pages: bool = False


@dataclass(frozen=True)
class Standing:
    """A piece that stands in the bundle: its place among the pieces, and the pages of all
    pieces before it."""

    at: int
    piece: Piece
    offset: int
    pages: int


def words_of(
    front: Front, pieces: Sequence[Piece], indexes: Sequence[Index]
) -> tuple[set[str], set[str]]:
    """All words our pages may show, in the regular and in the bold face."""
    own = {front.inquiry, front.hc_number, front.title, front.fingerprint, front.prefix}
    plain = own | {*front.lines, *front.left_out, front.committee, OURS}
    bold = {front.committee, front.marking, OURS_BOLD}
    for piece in pieces:
        plain |= {piece.reference, piece.title, piece.date, piece.marking, piece.unusable}
        bold |= {piece.marking, *piece.groups}
    for index in indexes:
        plain |= {index.title, *(name for name, _ in index.entries)}
    return plain | {front.marking}, bold


OURS: Final = (
    "ContentsReferenceNameDatePagesReason There are no pieces in this bundle. What is left out "
    "Not included These pieces belong to this bundle, but their files could not be put into it. "
    "document on pages, with contents in front. Fingerprint of this bundle: Nothing · …"
    # Reasons are ours too, and quote what readers of PDF say.
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:()-–“”‘’'\"/%?!_<>=+*#&"
)
OURS_BOLD: Final = "What is left out Not included 0123456789 · ?"


@dataclass(frozen=True)
class Numbering:
    """How page numbers are printed: what stands before each, and the last one where it is said."""

    prefix: str = ""
    last: int | None = None

    def number(self, page: int) -> str:
        return f"{self.prefix}{page}"

    @property
    def template(self) -> str:
        """The words on each page, with `{page}` for its number."""
        before = self.prefix.replace("{", "(").replace("}", ")")
        after = f" of {self.number(self.last)}" if self.last is not None else ""
        return f"Page {before}{{page}}{after}"

    def words(self, page: int) -> str:
        return self.template.replace("{page}", str(page))
