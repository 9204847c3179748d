"""Prepare a piece for any bundle: its pages by allow-list, as a fragment to be linked.

All that is slow is done here, once: opening and repairing, settling layers, forms and links,
making each page stand by itself, balancing its graphics states, reading its tags.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from evidence.pdf import images, layers, marks, spans, tagged
from evidence.pdf.fragment import (
    FIRST_OWN,
    FONTS,
    Blob,
    External,
    Heading,
    Placing,
    written,
)
from evidence.pdf.links import Targets, named_places
from evidence.pdf.pages import make_explicit, pages_of, start_catalog, view_of
from evidence.pdf.plain import Body, Objects, first, plain, pointers, points
from evidence.pdf.problems import PieceUnusable
from evidence.pdf.stamps import Placement, frame, place, placing
from evidence.pdf.states import FAULTS, balance
from evidence.pdf.tags import Content, Keys, Linked, Numbers, Tree, names, objects

SHOWS_TEXT: Final = re.compile(rb"(?<![A-Za-z])T[jJ](?![A-Za-z])")
NAMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
# Fonts and pictures of this many bytes are worth telling apart; content of pages seldom repeats.
LARGE: Final = 512
LARGE_CONTENT: Final = 65_536


def prepare_file(path: Path, *, ours: int) -> bytes:
    """The fragment of the PDF at this path; otherwise as `prepare`."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise PieceUnusable("Its file is missing.") from None
    return prepare(raw, ours=ours)


def prepare(raw: bytes, *, ours: int) -> bytes:
    """The fragment of a PDF. So many of its first pages are `ours`: we set them, and their tags
    and named places are kept. The others are a witness's own.

    The same file gives the same bytes. Raises `PieceUnusable` with the reason for a clerk.
    """
    try:
        with Pdf.open(io.BytesIO(raw)) as pdf:
            return _prepare(pdf, ours=ours, source=hashlib.sha256(raw).hexdigest())
    except pikepdf.PasswordError:
        raise PieceUnusable("It needs a password to open.") from None
    except FAULTS as fault:
        raise PieceUnusable(
            f"Its file is damaged and cannot be opened ({_brief(fault)})."
        ) from fault


@dataclass(frozen=True)
class _Settled:
    """A piece whose pages are ready, before its objects are taken apart."""

    pdf: Pdf
    tree: Tree
    fonts: str
    placings: tuple[Placing, ...]
    placing_of: tuple[int, ...]
    places: tuple[tuple[str, int, str], ...]
    language: str


def _prepare(pdf: Pdf, *, ours: int, source: str) -> bytes:
    pages = pages_of(pdf)
    if not pages:
        raise PieceUnusable("It has no pages.")
    for page in pages:
        make_explicit(page)
    layers.settle(pdf, pages)
    places = _places(pdf, pages) if ours else ()
    stayed: dict[tuple[int, int], Linked] = {}
    marks.settle(pdf, pages, stayed=stayed)
    tree = tagged.read(pdf, pages[:ours], stayed) if ours else None
    language = pdf.Root.get("/Lang") if ours >= len(pages) else None
    theirs = pages[ours if tree else 0 :]
    if theirs:
        spans.unmark(pdf, theirs)
        images.scrub(pdf)
    catalog = start_catalog(pdf, pages)
    shared: dict[External, Object] = {one: pdf.make_indirect(Dictionary()) for one in External}
    lines = [pdf.make_indirect(Dictionary()) for _ in pages]
    catalog["/Shared"] = Array([shared[one] for one in sorted(External)])
    fonts = _free_name(pages)
    ready = _Pages(pdf, shared, tree or Tree(), tagged=len(pages) - len(theirs))
    for page, line in zip(pages, lines, strict=True):
        ready.settle(page, line)
        _give_fonts(page, fonts, [shared[one] for one in FONTS])
    settled = _Settled(
        pdf=pdf,
        tree=ready.tree,
        fonts=fonts,
        placings=tuple(ready.placings),
        placing_of=tuple(ready.placing_of),
        places=places,
        language=str(language) if isinstance(language, String) else "",
    )
    return _Parts(settled).fragment(source)


class _Pages:
    """Makes each page stand by itself. After those that are `tagged` by us, each page becomes one
    marked content: a paragraph, or a figure where it is only a picture."""

    def __init__(
        self, pdf: Pdf, shared: dict[External, Object], tree: Tree, *, tagged: int
    ) -> None:
        self.tree = tree
        self.placings: dict[Placing, int] = {}
        self.placing_of: list[int] = []
        self._pdf, self._shared, self._tagged = pdf, shared, tagged

    def settle(self, page: Object, line: Object) -> None:
        placement = place(view_of(page))
        found = page.get("/Contents")
        streams = [found] if isinstance(found, Stream) else _streams(found)
        content = _content(streams)
        missing, open_states = balance(page, content)
        whole = len(self.placing_of) >= self._tagged
        kind = self._tag(page, content) if whole else ""
        if open_states:
            streams.append(self._pdf.make_stream(b"\n" + b"Q " * open_states))
        end = self._shared[External.END_TAGGED if whole else External.END]
        page["/Contents"] = Array([line, *streams, end])
        _set_boxes(page, placement)
        one = placing(placement, frame(placement, saves=missing, mark=kind))
        self.placing_of.append(self.placings.setdefault(one, len(self.placings)))

    def _tag(self, page: Object, content: bytes) -> str:
        number = len(self.placing_of)
        kind = "P" if SHOWS_TEXT.search(content) or _drawings_have_fonts(page) else "Figure"
        alt = f"Page {number + 1} of this paper, a picture" if kind == "Figure" else ""
        element = self.tree.add(kind, alt=alt)
        self.tree.elements[element].kids.append(Content(number, 0))
        return kind


class _Parts:
    """Takes a settled piece apart into the objects of a fragment."""

    def __init__(self, settled: _Settled) -> None:
        self._settled = settled
        self._objects = Objects(plain(settled.pdf))
        catalog, _ = self._objects.parts(self._objects.root)
        self._old_node = first(rb"/Pages (\d+) 0 R", catalog)
        node, _ = self._objects.parts(self._old_node)
        self._old_pages = pointers(rb"/Kids \[([^\]]*)\]", node)
        contents = [
            pointers(rb"/Contents \[([^\]]*)\]", self._objects.parts(page)[0])
            for page in self._old_pages
        ]
        self._old_lines = [streams[0] for streams in contents]
        self._content = {stream for streams in contents for stream in streams[1:]}
        self._shared = pointers(rb"/Shared \[([^\]]*)\]", catalog)
        self._links = [self._links_of(page) for page in self._old_pages]
        self._blobs = list(self._large())
        self._rest = self._others()
        self._numbers = self._numbering()

    def fragment(self, source: str) -> bytes:
        settled, tree, count = self._settled, self._settled.tree, len(self._old_pages)
        keys = Keys(tree)
        body, before = Body(), FIRST_OWN + len(self._blobs)
        for page, old in enumerate(self._old_pages):
            self._copy(body, old, b"/Tabs /S /StructParents", keys.of_page.get(page))
        self._write_node(body, before + count)
        links = {
            old: keys.of_link[page, place]
            for page, listed in enumerate(self._links)
            for place, old in enumerate(listed)
            if (page, place) in keys.of_link
        }
        for old in self._rest:
            self._copy(body, old, b"/StructParent", links.get(old))
        first_element = before + count + 1 + len(self._rest)
        numbers = Numbers(
            first=first_element,
            above=External.PART,
            page=lambda page: before + page,
            link=lambda page, place: self._numbers[self._links[page][place]],
            key=lambda key: b"@K%d@" % key,
            name=lambda number: b"@I%d@" % number,
        )
        extra = list(objects(tree, numbers))
        parents, ids = 0, tuple[int, ...]()
        if keys:
            parents = first_element + len(extra)
            extra.append(keys.leaf(numbers))
        if (leaf := names(tree, numbers)) is not None:
            named = [first_element + at for at, one in enumerate(tree.elements) if one.named]
            ids = (first_element + len(extra), named[0], named[-1])
            extra.append(leaf)
        for number, words in enumerate(extra, first_element):
            body.begin(number)
            body.ours(words)
            body.end()
        blobs, contents = self._blob_table()
        heading = Heading(
            source=source,
            pages=count,
            objects=count + 1 + len(self._rest) + len(extra),
            keys=len(keys),
            parents=parents,
            ids=ids,
            fonts=settled.fonts,
            language=settled.language,
            placings=settled.placings,
            placing_of=settled.placing_of,
            places=settled.places,
            blobs=blobs,
        )
        tables: dict[str, Sequence[int]] = {
            "refs_at": body.refs_at,
            "refs_to": body.refs_to,
            "keys_at": body.keys_at,
            "keys_to": body.keys_to,
            "starts": body.starts,
            "tops": [first_element + place for place in tree.tops()],
        }
        return written(heading, tables, body.content(), contents)

    def _links_of(self, page: int) -> list[int]:
        words, _ = self._objects.parts(page)
        found = re.search(rb"/Annots (\d+) 0 R", words)
        return pointers(rb"\[([^\]]*)\]", self._objects.parts(int(found[1]))[0]) if found else []

    def _large(self) -> Iterator[int]:
        for number in self._objects.numbers:
            words, stream = self._objects.parts(number)
            least = LARGE_CONTENT if number in self._content else LARGE
            if len(stream) >= least and not points(words):
                yield number

    def _others(self) -> list[int]:
        taken = {self._objects.root, self._old_node, *self._old_pages, *self._old_lines}
        taken |= {*self._shared, *self._blobs}
        return [number for number in self._objects.numbers if number not in taken]

    def _numbering(self) -> list[int]:
        """The local number of each object, by qpdf's."""
        numbers = [0] * (len(self._objects.numbers) + 1)
        order = [*self._blobs, *self._old_pages, self._old_node, *self._rest]
        for local, old in enumerate(order, FIRST_OWN):
            numbers[old] = local
        for external, old in zip(sorted(External), self._shared, strict=True):
            numbers[old] = external
        keys = Keys(self._settled.tree)
        extra = len(self._settled.tree.elements) + bool(keys)
        extra += any(one.named for one in self._settled.tree.elements)
        for local, old in enumerate(self._old_lines, FIRST_OWN + len(order) + extra):
            numbers[old] = local
        return numbers

    def _copy(self, body: Body, old: int, name: bytes, key: int | None) -> None:
        words, stream = self._objects.parts(old)
        body.begin(self._numbers[old])
        if key is None:
            body.words(words, self._numbers)
        else:
            body.words(words.rstrip().removesuffix(b">>"), self._numbers)
            body.ours(b"%b @K%d@ >>" % (name, key))
        body.end(stream)

    def _write_node(self, body: Body, number: int) -> None:
        body.begin(number)
        kids = b" ".join(b"%d 0 R" % self._numbers[page] for page in self._old_pages)
        words = (External.NODE, len(self._old_pages), kids)
        body.ours(b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids [ %b ] >>" % words)
        body.end()

    def _blob_table(self) -> tuple[tuple[Blob, ...], list[bytes]]:
        table, contents, at = [], [], 0
        for old in self._blobs:
            content = b"".join(self._objects.parts(old))
            table.append(Blob(hashlib.sha256(content).hexdigest(), at, len(content)))
            contents.append(content)
            at += len(content)
        return tuple(table), contents


def _places(pdf: Pdf, pages: Sequence[Object]) -> tuple[tuple[str, int, str], ...]:
    """The named places of the file: name, page, and where on it."""
    targets = Targets(pdf, list(pages))
    at = {page.objgen: number for number, page in enumerate(pages)}
    found = []
    for raw, target in named_places(pdf).items():
        name = raw.decode("latin-1") if isinstance(raw, bytes) else raw.removeprefix("/")
        explicit = targets.explicit(target)
        if explicit is None or not NAMED.fullmatch(name) or explicit[1] != Name.XYZ:
            continue
        spot = " ".join(
            "null" if explicit[i] is None else f"{float(explicit[i]):g}" for i in (2, 3)
        )
        found.append((name, at[explicit[0].objgen], spot))
    return tuple(sorted(set(found)))


def _free_name(pages: Sequence[Object]) -> str:
    """The beginning of a name that none of the pages' fonts has: a bundle may be a piece."""
    taken = set()
    for page in pages:
        fonts = page["/Resources"].get("/Font")
        taken |= set(fonts.keys()) if isinstance(fonts, Dictionary) else set()
    number = 0
    while any(name.startswith(f"/Line{number}x") for name in taken):
        number += 1
    return f"Line{number}x"


def _give_fonts(page: Object, name: str, fonts: Sequence[Object]) -> None:
    resources = page["/Resources"]
    if not isinstance(resources.get("/Font"), Dictionary):
        resources["/Font"] = Dictionary()
    for number, font in enumerate(fonts):
        resources["/Font"][f"/{name}{number}"] = font


def _streams(found: Object | None) -> list[Object]:
    if not isinstance(found, Array):
        return []
    return [item for item in found if isinstance(item, Stream)]


def _content(streams: Sequence[Object]) -> bytes:
    try:
        return b"\n".join(stream.read_bytes() for stream in streams)
    except FAULTS:
        return b""


def _drawings_have_fonts(page: Object) -> bool:
    drawings = page["/Resources"].get("/XObject")
    if not isinstance(drawings, Dictionary):
        return False
    return any(
        isinstance(drawing, Stream)
        and isinstance(drawing.get("/Resources"), Dictionary)
        and "/Font" in drawing["/Resources"]
        for _, drawing in drawings.items()
    )


def _set_boxes(page: Object, placement: Placement) -> None:
    page["/MediaBox"] = placement.page.array()
    if "/CropBox" in page:
        del page["/CropBox"]
    if placement.shrink is None:
        return
    scale, _, _, _, across, up = placement.shrink
    for link in marks.annotations_of(page):
        left, bottom, right, top = (float(side) for side in link["/Rect"])
        link["/Rect"] = Array(
            [left * scale + across, bottom * scale + up, right * scale + across, top * scale + up]
        )


def _brief(fault: BaseException) -> str:
    words = " ".join(str(fault).split())
    # Messages of the reader begin with the path of the file, which says nothing to a clerk.
    return words.rsplit(": ", 1)[-1][:120] or type(fault).__name__
