"""Prepare one piece for a bundle: its pages by allow-list, each ready for its running line.

The piece is rewritten by qpdf into plain objects whose form is known (one object after another,
no object streams, strings escaped), so that linking is only renumbering.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import (
    Array,
    Dictionary,
    Name,
    Object,
    ObjectStreamMode,
    Pdf,
    PdfError,
    Stream,
    StreamDecodeLevel,
    String,
)

from evidence.pdf import layers, marks
from evidence.pdf.pages import make_explicit, pages_of, start_catalog, view_of
from evidence.pdf.problems import PieceUnusable
from evidence.pdf.stamps import Placement, place

# The letter first, then what stands around it: ten times as fast as the other way round.
SAVES: Final = re.compile(rb"[qQ](?<![^\s\]>)][qQ])(?![^\s\[<(/])")
INTERNAL: Final = "bdl:"
# The link of a row of the contents is made as wide as the row, whose left edge is the template's.
ROW: Final = "bdl:row:"
LEFT_EDGE: Final = 70.9
# What hostile or broken files provoke in the readers of PDF.
FAULTS: Final = (PdfError, OSError, RuntimeError, ValueError, TypeError, KeyError, IndexError,
                 AttributeError, OverflowError, RecursionError)  # fmt: skip


@dataclass(frozen=True)
class Fragment:
    """A piece as plain objects. `raw` has a catalog of our own making: its pages, and under
    /Fonts and /End the objects that the bundle shares (see `evidence.pdf.linker`)."""

    raw: bytes
    placements: tuple[Placement, ...]
    saves: tuple[int, ...]


def prepare(path: Path, *, fonts: Sequence[str]) -> Fragment:
    """A piece with room for its running line, set in shared fonts of these names.

    Raises `PieceUnusable` with the reason for a clerk.
    """
    try:
        with Pdf.open(path) as pdf:
            return _prepare(pdf, fonts)
    except pikepdf.PasswordError:
        raise PieceUnusable("It needs a password to open.") from None
    except FileNotFoundError:
        raise PieceUnusable("Its file is missing.") from None
    except FAULTS as fault:
        raise PieceUnusable(
            f"Its file is damaged and cannot be opened ({_brief(fault)})."
        ) from fault


def prepare_front(raw: bytes) -> Fragment:
    """Pages of our own (cover, contents, indexes): no running line, and links by `bdl:` addresses
    kept as names for the linker to resolve."""
    with Pdf.open(io.BytesIO(raw)) as pdf:
        pages = pages_of(pdf)
        for page in pages:
            make_explicit(page)
            _name_links(pdf, page)
        start_catalog(pdf, pages)
        placements = tuple(place(view_of(page)) for page in pages)
        return Fragment(_plain(pdf), placements, saves=(0,) * len(pages))


def _prepare(pdf: Pdf, fonts: Sequence[str]) -> Fragment:
    pages = pages_of(pdf)
    if not pages:
        raise PieceUnusable("It has no pages.")
    for page in pages:
        make_explicit(page)
    layers.settle(pdf, pages)
    marks.settle(pdf, pages)
    catalog = start_catalog(pdf, pages)
    shared = [pdf.make_indirect(Dictionary()) for _ in fonts]
    end = pdf.make_indirect(Dictionary())
    catalog["/Fonts"], catalog["/End"] = Array(shared), end
    placements, saves = [], []
    for page in pages:
        placement = place(view_of(page))
        saves.append(_wrap(pdf, page, end))
        _give_fonts(page, dict(zip(fonts, shared, strict=True)))
        _set_boxes(page, placement)
        placements.append(placement)
    return Fragment(_plain(pdf), tuple(placements), tuple(saves))


def _plain(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(
        out,
        static_id=True,
        encryption=False,
        compress_streams=False,
        stream_decode_level=StreamDecodeLevel.none,
        object_stream_mode=ObjectStreamMode.disable,
        fix_metadata_version=False,
    )
    return out.getvalue()


def _wrap(pdf: Pdf, page: Object, end: Object) -> int:
    """Put a place for the line before the content, and an end after it.

    Returns how many more states the content takes back than it keeps: the line provides them.
    """
    found = page.get("/Contents")
    streams = [found] if isinstance(found, Stream) else _streams(found)
    missing, open_states = _balance(page, streams)
    if open_states:
        streams.append(pdf.make_stream(b"\n" + b"Q " * open_states))
    page["/Contents"] = Array([pdf.make_indirect(Dictionary()), *streams, end])
    return missing


def _streams(found: Object | None) -> list[Object]:
    if not isinstance(found, Array):
        return []
    return [item for item in found if isinstance(item, Stream)]


def _balance(page: Object, streams: Sequence[Object]) -> tuple[int, int]:
    """How many `q` are missing before this content, and how many `Q` after it.

    A quick count is right for nearly all pages; only where it finds something odd (which may be
    a letter in a picture) the content is really read.
    """
    try:
        found = SAVES.findall(b"\n".join(stream.read_bytes() for stream in streams))
        if found == [b"q", b"Q"] * (len(found) // 2) or _count(found) == (0, 0):
            return 0, 0
        content = pikepdf.parse_content_stream(pikepdf.Page(page), "q Q")
    except FAULTS:
        return 0, 0
    return _count([str(instruction.operator).encode() for instruction in content])


def _count(operators: Sequence[bytes]) -> tuple[int, int]:
    depth = lowest = 0
    for operator in operators:
        depth += 1 if operator == b"q" else -1
        lowest = min(lowest, depth)
    return -lowest, depth - lowest


def _give_fonts(page: Object, shared: Mapping[str, Object]) -> None:
    resources = page["/Resources"]
    if not isinstance(resources.get("/Font"), Dictionary):
        resources["/Font"] = Dictionary()
    for name, font in shared.items():
        resources["/Font"][f"/{name}"] = font


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


def _name_links(pdf: Pdf, page: Object) -> None:
    links = []
    for annotation in marks.annotations_of(page):
        action = annotation.get("/A")
        address = action.get("/URI") if isinstance(action, Dictionary) else None
        if not isinstance(address, String) or not str(address).startswith(INTERNAL):
            continue
        box = annotation["/Rect"]
        if str(address).startswith(ROW):
            box[0] = LEFT_EDGE
        links.append(
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    Rect=box,
                    Border=[0, 0, 0],
                    F=4,
                    Dest=String(str(address)),
                )
            )
        )
    if links:
        page["/Annots"] = pdf.make_indirect(Array(links))
    elif "/Annots" in page:
        del page["/Annots"]


def _brief(fault: BaseException) -> str:
    words = " ".join(str(fault).split())
    # Messages of the reader begin with the path of the file, which says nothing to a clerk.
    return words.rsplit(": ", 1)[-1][:120] or type(fault).__name__
