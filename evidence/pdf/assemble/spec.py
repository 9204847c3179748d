"""What a bundle is made from: items, indexes, cover, and how pages are counted."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from evidence.pdf.assemble.page_numbers import Kept, Run

NOTHING_KEPT: Final = Kept()


@dataclass(frozen=True)
class Item:
    """One entry of a bundle.

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
        """The title of its bookmark."""
        return f"{self.tab}  {self.title}" if self.tab else self.title


@dataclass(frozen=True)
class Index:
    """An index at the end of the bundle: each name with the keys of the items it leads to."""

    title: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class TableRow:
    """A row of a table before the items. `key` names the item it leads to, `spot` a named
    destination in it, if the item has one. An `address` is where its first cell leads. Rows with
    the same `section` are grouped under its name."""

    cells: tuple[str, ...]
    key: str = ""
    spot: str = ""
    section: str = ""
    address: str = ""


@dataclass(frozen=True)
class Table:
    """A table before the items, such as a schedule. `columns` are names with their share of the
    width. Rows that lead to an item have a further column with its page number."""

    title: str
    description: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class OtherFile:
    """Items in another file: another volume, or the bundle this one continues. `file` is its name,
    empty where no link can lead there. Each row has a reference, a name, a date, the number printed
    on its first page, and that page's position in the file."""

    title: str
    file: str
    rows: tuple[tuple[str, str, str, str, int], ...]
    after: bool = False


@dataclass(frozen=True)
class PreviousNumbers:
    """The page numbers of the bundle of which this is a new build: those before its first item, and
    all that it or an earlier build has used."""

    opening: tuple[Run, ...]
    taken: tuple[Run, ...]


@dataclass(frozen=True)
class CopyMark:
    """The mark of one numbered copy: the words on each page, the number hidden in it, and whether
    the words are also a large pale watermark."""

    words: str
    code: int
    watermark: bool = False


class Stamp(StrEnum):
    """The place of the page number. The rest of the stamp shares its band."""

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
    """What the cover says, and how pages are counted.

    `lines` are such as recipient and date of the meeting; `left_out` are the sentences of the
    statement of what is left out. `prefix` stands before each page number, printed and shown by the
    reader; `of_pages` prints “of 120” after it, which a supplement makes untrue; the first page is
    number `first`, and numbers have `width` digits at least. `dividers` puts a page before each
    section. `tables` follow the contents; items that are `elsewhere` are listed in the contents.
    `earlier` keeps numbers: see `numbering`. `copy` marks each page as that of one copy. `stamp` is
    where numbers stand.
    """

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
    elsewhere: tuple[OtherFile, ...] = ()
    earlier: PreviousNumbers | None = None
    copy: CopyMark | None = None
    stamp: Stamp = Stamp.TOP_RIGHT

    @property
    def marked(self) -> str:
        """What is printed on each page."""
        return " · ".join(filter(None, (self.marking, self.copy.words if self.copy else "")))


@dataclass(frozen=True)
class ItemPosition:
    """The position of an item in the bundle: its index among the items, the number of pages before
    it and its divider, its own number of pages, whether it has a divider, the number of pages of
    its cover sheet, and its named destinations (`places`)."""

    at: int
    item: Item
    offset: int
    pages: int
    divider: int = 0
    sheet: int = 0
    places: tuple[tuple[str, int, str], ...] = ()

    def page_of(self, spot: str) -> int | None:
        """The page of a named destination in it, counted from 0 over all items; None without it."""
        match = next((page for name, page, _ in self.places if name == spot), None)
        return None if match is None else self.begin + self.sheet + match

    @property
    def begin(self) -> int:
        """How many pages come before its cover sheet or, without one, its first page."""
        return self.offset + self.divider

    @property
    def whole(self) -> int:
        """The number of pages that belong to it, with divider and cover sheet."""
        return self.divider + self.sheet + self.pages
