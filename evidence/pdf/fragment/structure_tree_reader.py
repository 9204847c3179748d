"""Reads the structure tree of a PDF that we made ourselves, by allow-list.

The tree of a stranger's file is never read, because it can hold other words than the page shows.
Our own trees are checked too, and an incomplete tree is not used.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from evidence.pdf.fragment.structure_tree import STANDARD, LinkReference, MarkedContent, Tree

DEEPEST: Final = 100
DEEPEST_VALUE: Final = 6
MOST_ELEMENTS: Final = 500_000
LARGEST_MARK: Final = 100_000
LONGEST_ROLE: Final = 10
# Allowed entries of an element besides its kind and its kids (14.7.2, table 355).
TEXTS: Final = ("/Alt", "/ActualText", "/E", "/Lang", "/T")
HEADERS: Final = "/Headers"

Key = tuple[int, int]


class StructureTreeError(Exception):
    """The tree cannot be used."""


def read(pdf: Pdf, pages: Sequence[Object], links: Mapping[Key, LinkReference]) -> Tree | None:
    """The structure tree of the pages, or None where there is none or it is incomplete.

    `links` maps the former objects of the links that are kept to their present positions.
    """
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return None
    try:
        return _Reader(root, pages, links).tree
    except StructureTreeError:
        return None


class _Reader:
    def __init__(
        self, root: Object, pages: Sequence[Object], links: Mapping[Key, LinkReference]
    ) -> None:
        self.tree = Tree()
        self._pages = {page.objgen: place for place, page in enumerate(pages)}
        self._links = links
        self._roles = _roles(root)
        self._seen: set[Key] = set()
        self._marks: set[tuple[int, int]] = set()
        self._headers: list[tuple[int, list[bytes]]] = []
        self._named: dict[bytes, int] = {}
        tops = _kids(root)
        if len(tops) == 1 and self._kind(tops[0]) == "Document":
            # The bundle is the document, so the parts of this one go below the item's element.
            tops = _kids(tops[0])
        for top in tops:
            self._element(top, None, 0)
        self._keep_identifiers()

    def _kind(self, element: Object) -> str:
        kind = element.get("/S") if isinstance(element, Dictionary) else None
        for _ in range(LONGEST_ROLE):
            if not isinstance(kind, Name):
                raise StructureTreeError
            if str(kind)[1:] in STANDARD:
                return str(kind)[1:]
            kind = self._roles.get(str(kind), Name.NonStruct)
        return "NonStruct"

    def _element(self, element: Object, parent: int | None, depth: int) -> None:
        if element.is_indirect:
            if element.objgen in self._seen:
                raise StructureTreeError
            self._seen.add(element.objgen)
        if depth > DEEPEST or len(self.tree.elements) > MOST_ELEMENTS:
            raise StructureTreeError
        place = self.tree.add(self._kind(element), parent)
        self._read_entries(place, element)
        page = self._page(element.get("/Pg"))
        for kid in _kids(element):
            self._kid(kid, place, page, depth)

    def _read_entries(self, place: int, element: Object) -> None:
        """Reads an element's entries besides its kind and its kids."""
        for key in TEXTS:
            if isinstance(value := element.get(key), String):
                self.tree.elements[place].entries[key[1:]] = _single(value) or b"()"
        if (attributes := element.get("/A")) is not None:
            self._attributes(place, attributes)
        name = element.get("/ID")
        if isinstance(name, String):
            self._named[bytes(name)] = place

    def _kid(self, kid: object, place: int, page: int | None, depth: int) -> None:
        element = self.tree.elements[place]
        if isinstance(kid, int):
            self._content(place, page, kid)
        elif not isinstance(kid, Dictionary):
            raise StructureTreeError
        elif kid.get("/Type") == Name.MCR:
            own = self._page(kid.get("/Pg")) if "/Pg" in kid else page
            mark = kid.get("/MCID")
            if "/Stm" in kid or not isinstance(mark, int):
                raise StructureTreeError
            self._content(place, own, mark)
        elif kid.get("/Type") == Name.OBJR:
            thing = kid.get("/Obj")
            linked = self._links.get(thing.objgen) if isinstance(thing, Dictionary) else None
            if linked is not None:
                element.kids.append(linked)
        else:
            self._element(kid, place, depth + 1)

    def _content(self, place: int, page: int | None, mark: int) -> None:
        if page is None or not 0 <= mark <= LARGEST_MARK or (page, mark) in self._marks:
            raise StructureTreeError
        self._marks.add((page, mark))
        self.tree.elements[place].kids.append(MarkedContent(page, mark))

    def _page(self, page: Object | None) -> int | None:
        return self._pages.get(page.objgen) if isinstance(page, Dictionary) else None

    def _attributes(self, place: int, attributes: Object) -> None:
        kept = []
        for entry in list(attributes) if isinstance(attributes, Array) else [attributes]:
            if not isinstance(entry, Dictionary):
                continue
            headers = entry.get(HEADERS)
            if isinstance(headers, Array):
                listed = [bytes(name) for name in headers if isinstance(name, String)]
                self._headers.append((place, listed))
            value = written(entry, without=HEADERS)
            if value is not None and "/O" in entry:
                kept.append(value)
        if kept:
            self.tree.elements[place].entries["A"] = b"[ %b ]" % b" ".join(kept)

    def _keep_identifiers(self) -> None:
        """Keeps the identifiers that are referred to: those of notes and of header cells."""
        for place in self._named.values():
            self.tree.elements[place].named = True
        for place, listed in self._headers:
            known = [self._named[name] for name in listed if name in self._named]
            if known:
                names = b" ".join(b"@H%d@" % place_of_header for place_of_header in known)
                entries = self.tree.elements[place].entries
                attributes = entries.get("A", b"[ ]")
                entries["A"] = attributes[:-1] + b"<< /O /Table /Headers [ %b ] >> ]" % names


def _roles(root: Object) -> dict[str, Object]:
    role_map = root.get("/RoleMap")
    return (
        {key: role_map[key] for key in list(role_map.keys())}
        if isinstance(role_map, Dictionary)
        else {}
    )


def _kids(element: Object) -> list[Object]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def written(thing: object, *, without: str = "", depth: int = 0) -> bytes | None:
    """A value written out, or None if it contains references or is nested too deeply."""
    if depth > DEEPEST_VALUE or (isinstance(thing, Object) and thing.is_indirect):
        return None
    if isinstance(thing, Array):
        items = [written(item, depth=depth + 1) for item in thing]
        plain = [item for item in items if item is not None]
        return b"[ %b ]" % b" ".join(plain) if len(plain) == len(items) else None
    if isinstance(thing, Dictionary):
        rows = []
        for key, item in thing.items():
            value = written(item, depth=depth + 1)
            if value is not None and key != without and "@" not in key:
                rows.append(b"%b %b" % (Name(key).unparse(), value))
        return b"<< %b >>" % b" ".join(rows)
    return _single(thing)


def _single(value: object) -> bytes | None:
    if isinstance(value, String):
        return b"<%b>" % bytes(value).hex().encode()
    if isinstance(value, Name):
        # “@” marks the identifiers of other elements, see `structure_tree.HEADER`.
        return None if "@" in str(value) else bytes(value.unparse())
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return str(value).encode() if isinstance(value, int | Decimal) else None
