"""Where a paper mentions evidence by its number, so that a bundle can lead there.

They are kept in the PDF itself, as named places `see-FIA0012-1` that bound the words (ISO 32000-2,
12.3.2.2, FitR): whoever prepares the file for bundles again finds the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pikepdf import Array, Dictionary, Name, NameTree, Object, ObjectStreamMode, Pdf

from evidence.pdf.links import Targets, named_places

NUMBER: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,6}[0-9]{4,6}(?![A-Za-z0-9])")
"""The letters of an inquiry and the number of a piece, such as FIA0012."""
MOST: Final = 5_000
_NAMED: Final = re.compile(r"see-([A-Z]{2,6}[0-9]{4,6})-[0-9]{1,4}")
_LINE_BELOW: Final = 3.0
_LINE_ABOVE: Final = 9.0

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mention:
    """A number on a page, counted from 0, in its box: left, bottom, right, top."""

    reference: str
    page: int
    box: Rectangle


def place(pdf: Pdf, mentions: Iterable[Mention]) -> None:
    """Keep mentions in the PDF, at most 5,000; those on pages it does not have are left out."""
    pages = [page.obj for page in pdf.pages]
    kept = [one for one in mentions if 0 <= one.page < len(pages)][:MOST]
    if not kept:
        return
    names = pdf.Root.get("/Names")
    if not isinstance(names, Dictionary):
        names = pdf.Root["/Names"] = Dictionary()
    tree = NameTree(names["/Dests"]) if "/Dests" in names else NameTree.new(pdf)
    for number, one in enumerate(kept, start=1):
        sides = [round(side, 2) for side in one.box]
        tree[f"see-{one.reference}-{number}"] = Array([pages[one.page], Name.FitR, *sides])
    names["/Dests"] = tree.obj


def place_in(path: Path, mentions: Sequence[Mention]) -> None:
    """Keep mentions in a PDF of ours. The same file and mentions give the same bytes."""
    if not mentions:
        return
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        place(pdf, mentions)
        pdf.save(
            path,
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.generate,
            fix_metadata_version=False,
        )


def read(pdf: Pdf, pages: Sequence[Object]) -> tuple[Mention, ...]:
    """The mentions that are kept in a PDF, in the order of their pages."""
    targets, at = Targets(pdf, list(pages)), {page.objgen: n for n, page in enumerate(pages)}
    found = []
    for raw, target in named_places(pdf).items():
        name = raw.decode("latin-1") if isinstance(raw, bytes) else raw.removeprefix("/")
        said, explicit = _NAMED.fullmatch(name), targets.explicit(target)
        if said is None or explicit is None or explicit[1] != Name.FitR or None in list(explicit):
            continue
        left, bottom, right, top = (float(side) for side in list(explicit)[2:6])
        box = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
        found.append(Mention(said[1], at[explicit[0].objgen], box))
    return tuple(sorted(found, key=lambda one: (one.page, -one.box[3], one.box[0], one.reference)))


def on_line(base: float, left: float, right: float) -> Rectangle:
    """The box of words that stand on a base line."""
    return (left, base - _LINE_BELOW, right, base + _LINE_ABOVE)
