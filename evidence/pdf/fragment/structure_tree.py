"""The structure tree: which part of a page is a heading, a paragraph, a cell, a link.

ISO 32000-2, 14.7 and 14.8. The parent tree, which leads from marked content back to its element,
is always made from the structure tree, so the two agree.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from evidence.pdf.assemble.syntax import array, dictionary, reference, text, tree_leaf

STANDARD: Final = frozenset([
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index",
    "NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl",
    "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note",
    "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu", "WT",
    "WP", "Figure", "Formula", "Form",
])  # fmt: skip
"""The standard types of PDF 1.7 (ISO 32000-1, 14.8.4), which every reader knows."""

HEADERS: Final = b"/Headers"
# Stands in an element's attributes for the identifier of another element, by its place in the list.
HEADER: Final = re.compile(rb"@H(\d+)@")


@dataclass(frozen=True)
class MarkedContent:
    """Marked content of a page (counted from 0), by its number there."""

    page: int
    mark: int


@dataclass(frozen=True)
class LinkReference:
    """A link of a page, by its place among the page's links."""

    page: int
    link: int


@dataclass
class Element:
    """A structure element. Kids that are elements are given by their place in the list.

    `entries` are further keys, written out; `named` says that others refer to it.
    """

    kind: str
    parent: int | None = None
    kids: list[MarkedContent | LinkReference | int] = field(default_factory=list)
    entries: dict[str, bytes] = field(default_factory=dict)
    named: bool = False


class Tree:
    """Elements in the order in which they are read, each after its parent."""

    def __init__(self) -> None:
        self.elements: list[Element] = []

    def add(self, kind: str, parent: int | None = None, *, alt: str = "") -> int:
        """A new element below `parent` (None: right below the item's) and its place."""
        place = len(self.elements)
        element = Element(kind, parent)
        if alt:
            element.entries["Alt"] = text(alt)
        self.elements.append(element)
        if parent is not None:
            self.elements[parent].kids.append(place)
        return place

    def tops(self) -> list[int]:
        return [place for place, element in enumerate(self.elements) if element.parent is None]


@dataclass(frozen=True)
class Numbers:
    """How a tree is written. `first` is the object number of the first element, `above` that of the
    element above all. `page` and `link` give object numbers; `key` and `name` write a key and an
    element's identifier."""

    first: int
    above: int
    page: Callable[[int], int]
    link: Callable[[int, int], int]
    key: Callable[[int], bytes]
    name: Callable[[int], bytes]


class Keys:
    """The keys of the parent tree: those of pages with marked content, then those of links."""

    def __init__(self, tree: Tree) -> None:
        content: dict[int, dict[int, int]] = {}
        links: dict[tuple[int, int], int] = {}
        for place, element in enumerate(tree.elements):
            for kid in element.kids:
                if isinstance(kid, MarkedContent):
                    content.setdefault(kid.page, {})[kid.mark] = place
                elif isinstance(kid, LinkReference):
                    links[kid.page, kid.link] = place
        self._content = dict(sorted(content.items()))
        self._links = dict(sorted(links.items()))
        self.of_page = {page: key for key, page in enumerate(self._content)}
        self.of_link = {link: key for key, link in enumerate(self._links, len(self.of_page))}

    def __len__(self) -> int:
        return len(self.of_page) + len(self.of_link)

    def leaf(self, numbers: Numbers) -> bytes:
        """The leaf of the parent tree that holds all these keys."""
        rows = [
            (numbers.key(self.of_page[page]), _marks(marks, numbers.first))
            for page, marks in self._content.items()
        ]
        rows += (
            (numbers.key(self.of_link[link]), reference(numbers.first + place))
            for link, place in self._links.items()
        )
        return tree_leaf("Nums", rows)


def _marks(marks: dict[int, int], first: int) -> bytes:
    listed: list[bytes] = [b"null"] * (max(marks) + 1)
    for mark, place in marks.items():
        listed[mark] = reference(first + place)
    return array(listed)


def objects(tree: Tree, numbers: Numbers) -> Iterator[bytes]:
    """The elements as objects, in order."""
    for place, element in enumerate(tree.elements):
        above = numbers.above if element.parent is None else numbers.first + element.parent
        entries = {
            "Type": b"/StructElem",
            "S": b"/" + element.kind.encode(),
            "P": reference(above),
            **element.entries,
        }
        own = next((kid.page for kid in element.kids if isinstance(kid, MarkedContent)), None)
        if own is not None:
            entries["Pg"] = reference(numbers.page(own))
        if element.named:
            entries["ID"] = numbers.name(numbers.first + place)
        if HEADERS in entries.get("A", b""):
            entries["A"] = HEADER.sub(
                lambda match: numbers.name(numbers.first + int(match[1])), entries["A"]
            )
        if element.kids:
            entries["K"] = array(_kid(kid, own, numbers) for kid in element.kids)
        yield dictionary(entries)


def _kid(kid: MarkedContent | LinkReference | int, own: int | None, numbers: Numbers) -> bytes:
    if isinstance(kid, int):
        return reference(numbers.first + kid)
    page = numbers.page(kid.page)
    if isinstance(kid, LinkReference):
        link = numbers.link(kid.page, kid.link)
        return b"<< /Type /OBJR /Pg %d 0 R /Obj %d 0 R >>" % (page, link)
    if kid.page == own:
        return b"%d" % kid.mark
    return b"<< /Type /MCR /Pg %d 0 R /MCID %d >>" % (page, kid.mark)


def names(tree: Tree, numbers: Numbers) -> bytes | None:
    """The leaf of the ID tree (14.7.2), or None where no element has an identifier."""
    named = [numbers.first + place for place, element in enumerate(tree.elements) if element.named]
    if not named:
        return None
    return tree_leaf("Names", [(numbers.name(number), reference(number)) for number in named])


def part(words: str, *, above: int, tops: Sequence[int], language: str = "") -> bytes:
    """The element of one item of the bundle over its topmost elements."""
    entries = {
        "Type": b"/StructElem",
        "S": b"/Part",
        "P": reference(above),
        "T": text(words),
        "K": array(map(reference, tops)),
    }
    if language:
        entries["Lang"] = text(language)
    return dictionary(entries)
