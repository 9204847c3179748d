"""What a bundle is told: its items and indexes, what its cover says, how pages are counted."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from evidence.pdf.assemble.page_labels import Kept, Run

NOTHING_KEPT: Final = Kept()


@dataclass(frozen=True)
class Item:
    """One paper of a bundle.

    `key` is the caller's name for it, `title` what contents and bookmarks show, `tab` its number
    among the papers, where they have any. Equal `groups` of neighbours share a section. The rows
    of its cover `sheet` are names with what they say; without any there is no sheet. `kept` are
    the numbers its pages had in the bundle of which this one is a new build. `marking` is printed
    on each of its pages. `path` is its PDF, of which so many first pages are `ours`, set by us, so
    that their tags are kept; `fragment` is what was prepared of it, if it was, and `sha256` the
    digest of the PDF it must have been made of. `unusable` says why the item cannot go in, where
    that is known already.
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
    tab: str = ""
    sheet: tuple[tuple[str, str], ...] = ()
    kept: Kept = NOTHING_KEPT

    @property
    def called(self) -> str:
        """What its bookmark says."""
        return f"{self.tab}  {self.title}" if self.tab else self.title


@dataclass(frozen=True)
class Index:
    """An index at the end of the bundle: each name with the keys of the items it leads to."""

    title: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class TableRow:
    """A row of a table in front of the papers; `key` names the item it leads to, `spot` a named
    place in it, where it has one of that name. Its first cell leads to an `address`, if it has
    one. Rows of one `section` stand together under its name."""

    cells: tuple[str, ...]
    key: str = ""
    spot: str = ""
    section: str = ""
    address: str = ""


@dataclass(frozen=True)
class Table:
    """A table in front of the papers, such as a schedule. Of the columns are given the name and
    the width in parts of the whole; rows that lead to an item show its page in one more."""

    title: str
    said: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Papers that stand in another file of the same papers: a volume, or the bundle this one goes
    on from. `file` is its name, empty where nothing can lead there; each row has a reference, a
    name, a date, the number printed on its first page and which page of the file that is."""

    title: str
    file: str
    rows: tuple[tuple[str, str, str, str, int], ...]
    after: bool = False


@dataclass(frozen=True)
class Earlier:
    """The numbers of the bundle of which this is a new build: those of the pages before its first
    item, and all that it or one before it has given to pages."""

    opening: tuple[Run, ...]
    taken: tuple[Run, ...]


@dataclass(frozen=True)
class CopyMark:
    """What marks one copy: the words on each page, the number hidden in it, and whether the words
    stand large and pale behind the text as well."""

    words: str
    code: int
    watermark: bool = False


class Stamp(StrEnum):
    """Where the number stands on each page; the rest of the running line shares its band."""

    TOP_LEFT = "top-left"
    TOP_CENTRE = "top-centre"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_CENTRE = "bottom-centre"
    BOTTOM_RIGHT = "bottom-right"

    @property
    def below(self) -> bool:
        return self.value.startswith("bottom")

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()

    @property
    def column(self) -> int:
        """0 is left, 1 the middle, 2 right."""
        return ("left", "centre", "right").index(self.value.partition("-")[2])


@dataclass(frozen=True)
class Front:
    """What the cover says, and how pages are counted. `lines` are such as recipient and date of
    the meeting; `left_out` are the sentences of the statement of what is left out. `prefix`
    stands before each page number, printed and shown by the reader; `of_pages` prints “of 120”
    after it, which a supplement makes untrue; the first page is number `first`, and numbers have
    `width` digits at least. `dividers` puts a page before each section. `tables` follow the
    contents; what is `elsewhere` is listed in them. `earlier` keeps numbers: see `numbering`.
    `copy` marks each page as that of one copy. `stamp` is where numbers stand."""

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
    first: int = 1
    width: int = 0
    dividers: bool = False
    tables: tuple[Table, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    earlier: Earlier | None = None
    copy: CopyMark | None = None
    stamp: Stamp = Stamp.TOP_RIGHT

    @property
    def marked(self) -> str:
        """What is printed on each page."""
        return " · ".join(filter(None, (self.marking, self.copy.words if self.copy else "")))


@dataclass(frozen=True)
class Standing:
    """An item that stands in the bundle: its place among the items, how many pages stand before
    it and what belongs to it, how many are its own, and of those between: whether there is a
    divider, and how many are its cover sheet; the named `places` in it."""

    at: int
    item: Item
    offset: int
    pages: int
    divider: int = 0
    sheet: int = 0
    places: tuple[tuple[str, int, str], ...] = ()

    def page_of(self, spot: str) -> int | None:
        """The page of a named place in it, counted from 0 over all items; None without it."""
        found = next((page for name, page, _ in self.places if name == spot), None)
        return None if found is None else self.begin + self.sheet + found

    @property
    def begin(self) -> int:
        """How many pages stand before its cover sheet or, without one, its first page."""
        return self.offset + self.divider

    @property
    def whole(self) -> int:
        """All pages that belong to it."""
        return self.divider + self.sheet + self.pages
