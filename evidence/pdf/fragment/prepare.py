"""Prepares a PDF for any bundle: sanitised pages as a fragment that can be linked.

All slow work is done here, once: opening and repairing, flattening layers, forms and links, making
each page independent, balancing its graphics states, reading its tags.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from evidence.pdf.assemble.page_stamps import frame, shrink_of
from evidence.pdf.exceptions import UnusableItemError
from evidence.pdf.fragment import reference_destinations, structure_tree_reader
from evidence.pdf.fragment.file_format import External, Placing
from evidence.pdf.fragment.references import Mention, Rectangle
from evidence.pdf.fragment.split_objects import ObjectSplitter, PreparedPages
from evidence.pdf.fragment.structure_tree import LinkReference, MarkedContent, Tree
from evidence.pdf.sanitize import annotations, image_metadata, marked_content, optional_content
from evidence.pdf.sanitize.graphics_state import FAULTS, balance
from evidence.pdf.sanitize.page_geometry import Box, View
from evidence.pdf.sanitize.pages import make_explicit, pages_of, start_catalog, view_of
from evidence.pdf.sanitize.safe_links import Targets, named_places

SHOWS_TEXT: Final = re.compile(rb"(?<![A-Za-z])T[jJ](?![A-Za-z])")
NAMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
# Fonts and pictures from this size are stored once if equal; page content seldom repeats.


def prepare_file(path: Path, *, ours: int) -> bytes:
    """The fragment of the PDF at this path; otherwise as `prepare`."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UnusableItemError("Its file is missing.") from None
    return prepare(raw, ours=ours)


def prepare(raw: bytes, *, ours: int) -> bytes:
    """The fragment of a PDF.

    The first `ours` pages were typeset here; their tags and named destinations are kept. The others
    are a witness's own.

    The same file gives the same bytes. Raises `UnusableItemError` with the reason for a clerk.
    """
    try:
        with Pdf.open(io.BytesIO(raw)) as pdf:
            return _prepare(pdf, ours=ours, source=hashlib.sha256(raw).hexdigest())
    except pikepdf.PasswordError:
        raise UnusableItemError("It needs a password to open.") from None
    except FAULTS as fault:
        raise UnusableItemError(
            f"Its file is damaged and cannot be opened ({_brief(fault)})."
        ) from fault


def _prepare(pdf: Pdf, *, ours: int, source: str) -> bytes:
    pages = pages_of(pdf)
    if not pages:
        raise UnusableItemError("It has no pages.")
    for page in pages:
        make_explicit(page)
    optional_content.flatten(pdf, pages)
    places = _places(pdf, pages) if ours else ()
    mentions = reference_destinations.read(pdf, pages)
    stayed: dict[tuple[int, int], LinkReference] = {}
    annotations.flatten(pdf, pages, stayed=stayed)
    tree = structure_tree_reader.read(pdf, pages[:ours], stayed) if ours else None
    language = pdf.Root.get("/Lang") if ours >= len(pages) else None
    theirs = pages[ours if tree else 0 :]
    if theirs:
        marked_content.remove_marked_content(pdf, theirs)
        image_metadata.scrub(pdf)
    catalog = start_catalog(pdf, pages)
    shared: dict[External, Object] = {
        external: pdf.make_indirect(Dictionary()) for external in External
    }
    lines = [pdf.make_indirect(Dictionary()) for _ in pages]
    free = _free(pages, mentions)
    catalog["/Shared"] = Array([shared[external] for external in sorted(External)])
    font = _free_name(pages)
    ready = _Pages(pdf, shared, tree or Tree(), tagged=len(pages) - len(theirs))
    for page, line in zip(pages, lines, strict=True):
        ready.settle(page, line)
        _give_font(page, font, shared[External.FONT])
    catalog["/Boxes"] = Array(ready.boxes)
    mentioned = ready.leave_lists(free)
    catalog["/Lists"] = Array([pages[page]["/Annots"] for page in mentioned])
    settled = PreparedPages(
        pdf=pdf,
        tree=ready.tree,
        font=font,
        placings=tuple(ready.placings),
        placing_of=tuple(ready.placing_of),
        places=places,
        mentions=mentioned,
        language=str(language) if isinstance(language, String) else "",
    )
    return ObjectSplitter(settled).fragment(source)


class _Pages:
    """Makes each page independent of the others. Pages that we did not tag become one marked
    content each: a paragraph, or a figure where the page is only a picture."""

    def __init__(
        self, pdf: Pdf, shared: dict[External, Object], tree: Tree, *, tagged: int
    ) -> None:
        self.tree = tree
        self.placings: dict[Placing, int] = {}
        self.placing_of: list[int] = []
        self.boxes: list[Object] = []
        self._pages: list[Object] = []
        self._pdf, self._shared, self._tagged = pdf, shared, tagged

    def settle(self, page: Object, line: Object) -> None:
        self._pages.append(page)
        view = _rounded(view_of(page))
        contents = page.get("/Contents")
        streams = [contents] if isinstance(contents, Stream) else _streams(contents)
        content = _content(streams)
        missing, open_states = balance(page, content)
        whole = len(self.placing_of) >= self._tagged
        kind = self._tag(page, content) if whole else ""
        if open_states:
            streams.append(self._pdf.make_stream(b"\n" + b"Q " * open_states))
        end = self._shared[External.END_TAGGED if whole else External.END]
        page["/Contents"] = Array([line, *streams, end])
        placing = Placing(frame(view, saves=missing, mark=kind).decode(), view)
        at = self.placings.setdefault(placing, len(self.placings))
        if at == len(self.boxes):
            self.boxes.append(self._pdf.make_indirect(Dictionary()))
        self.placing_of.append(at)
        # The bundle decides where the line goes, and so how the page grows.
        page["/MediaBox"] = self.boxes[at]
        if "/CropBox" in page:
            del page["/CropBox"]
        _shrink_links(page, view)

    def leave_lists(self, mentions: Mapping[int, list[Mention]]) -> dict[int, list[Mention]]:
        """Let the bundle write the link lists of pages that mention evidence, because it knows the
        targets. The page's own links are kept for it. Returns the new positions of the mentions."""
        views = [placing.view for placing in self.placings]
        left = {}
        for number, listed in mentions.items():
            page, view = self._pages[number], views[self.placing_of[number]]
            own = Array(list(annotations.annotations_of(page)))
            page["/Annots"] = self._pdf.make_indirect(Dictionary(Own=own))
            left[number] = [replace(mention, box=_shrunk(mention.box, view)) for mention in listed]
        return left

    def _tag(self, page: Object, content: bytes) -> str:
        number = len(self.placing_of)
        kind = "P" if SHOWS_TEXT.search(content) or _drawings_have_fonts(page) else "Figure"
        alt = f"Page {number + 1} of this paper, a picture" if kind == "Figure" else ""
        element = self.tree.add(kind, alt=alt)
        self.tree.elements[element].kids.append(MarkedContent(number, 0))
        return kind


def _places(pdf: Pdf, pages: Sequence[Object]) -> tuple[tuple[str, int, str], ...]:
    """The named destinations of the file: name, page, and position on it."""
    targets = Targets(pdf, list(pages))
    at = {page.objgen: number for number, page in enumerate(pages)}
    places = []
    for raw, target in named_places(pdf).items():
        name = raw.decode("latin-1") if isinstance(raw, bytes) else raw.removeprefix("/")
        explicit = targets.explicit(target)
        if explicit is None or not NAMED.fullmatch(name) or explicit[1] != Name.XYZ:
            continue
        spot = " ".join(
            "null" if explicit[i] is None else f"{float(explicit[i]):g}" for i in (2, 3)
        )
        places.append((name, at[explicit[0].objgen], spot))
    return tuple(sorted(set(places)))


def _free_name(pages: Sequence[Object]) -> str:
    """A name that no font of these pages has.

    The pages can already have such a font, because a bundle can be an item.
    """
    taken = set()
    for page in pages:
        fonts = page["/Resources"].get("/Font")
        taken |= set(fonts.keys()) if isinstance(fonts, Dictionary) else set()
    number = 0
    while f"/Line{number}" in taken:
        number += 1
    return f"Line{number}"


def _give_font(page: Object, name: str, font: Object) -> None:
    resources = page["/Resources"]
    if not isinstance(resources.get("/Font"), Dictionary):
        resources["/Font"] = Dictionary()
    resources["/Font"][f"/{name}"] = font


def _streams(contents: Object | None) -> list[Object]:
    if not isinstance(contents, Array):
        return []
    return [item for item in contents if isinstance(item, Stream)]


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


def _rounded(view: View) -> View:
    """The view, rounded as a fragment stores it."""
    box = Box(*(round(side, 4) for side in view.box))
    return View(box, view.turn, view.unit)


def _shrink_links(page: Object, view: View) -> None:
    for link in annotations.annotations_of(page):
        link["/Rect"] = Array(list(_shrunk(_box_of(link), view)))


def _shrunk(box: Rectangle, view: View) -> Rectangle:
    """The position at which a box of the original is drawn."""
    if (matrix := shrink_of(view)) is None:
        return box
    scale, _, _, _, across, up = matrix
    left, bottom, right, top = box
    return left * scale + across, bottom * scale + up, right * scale + across, top * scale + up


def _free(pages: Sequence[Object], mentions: Iterable[Mention]) -> dict[int, list[Mention]]:
    """The mentions on each page that do not overlap its own links."""
    free: dict[int, list[Mention]] = {}
    taken = [[_box_of(link) for link in annotations.annotations_of(page)] for page in pages]
    for mention in mentions:
        if not any(_meet(mention.box, box) for box in taken[mention.page]):
            free.setdefault(mention.page, []).append(mention)
    return free


def _box_of(link: Object) -> Rectangle:
    left, bottom, right, top = (float(side) for side in link["/Rect"])
    return left, bottom, right, top


def _meet(first: Rectangle, second: Rectangle) -> bool:
    across = max(first[0], second[0]) < min(first[2], second[2])
    return across and max(first[1], second[1]) < min(first[3], second[3])


def _brief(fault: BaseException) -> str:
    words = " ".join(str(fault).split())
    # The reader's messages begin with the path of the file, which means nothing to a clerk.
    return words.rsplit(": ", 1)[-1][:120] or type(fault).__name__
