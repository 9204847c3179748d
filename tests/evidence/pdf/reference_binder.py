"""A slow and simple binder of PDFs, to compare the linker with.

Every page becomes a picture-like drawing (a form XObject) on a new, upright page with a band of
24 points above or below it, by pikepdf alone: no numbers are changed, nothing is linked, no tags
are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, Rectangle

from evidence.pdf.assemble.bundle import Item
from evidence.pdf.sanitize.sanitize import reduce

BAND = 24
NARROWEST = 170


@dataclass(frozen=True)
class Links:
    """What the links of a page lead to: addresses, and pages of the same item from 0."""

    web: tuple[str, ...]
    inside: tuple[int, ...]


def bind(items: Sequence[Item], before: int, target: Path, *, below: bool = False) -> list[Links]:
    """Write the pages of the items after `before` blank ones, with bookmarks, the bands above or
    `below` them; say what their links lead to."""
    out, links = pikepdf.new(), []
    for _ in range(before):
        out.add_blank_page(page_size=(595.276, 841.89))
    with out.open_outline() as outline:
        sections: list[tuple[str, list[OutlineItem]]] = []
        for item in items:
            first = len(out.pages)
            with pikepdf.open(item.path) as pdf:
                pages = [page.obj for page in pdf.pages]
                reduce(pdf, pages)
                at = {page.objgen: number for number, page in enumerate(pages)}
                links += [_links(page, at) for page in pages]
                for page in pdf.pages:
                    _put(out, page, up=BAND if below else 0)
            level, depth = outline.root, 0
            while (
                depth < min(len(sections), len(item.groups))
                and sections[depth][0] == item.groups[depth]
            ):
                level = sections[depth][1]
                depth += 1
            del sections[depth:]
            for name in item.groups[depth:]:
                section = OutlineItem(name, first)
                level.append(section)
                level = section.children
                sections.append((name, level))
            level.append(OutlineItem(item.title, first))
    out.save(target)
    return links


def _put(out: Pdf, page: pikepdf.Page, *, up: int) -> None:
    box = [float(side) for side in (page.cropbox if "/CropBox" in page else page.mediabox)]
    wide, high = abs(box[2] - box[0]), abs(box[3] - box[1])
    if int(page.obj.get("/Rotate", 0)) % 180:
        wide, high = high, wide
    drawing = out.copy_foreign(page.as_form_xobject())
    new = out.add_blank_page(page_size=(max(wide, NARROWEST), high + BAND))
    new.obj.Resources = Dictionary(XObject=Dictionary(Page=drawing))
    placed = new.calc_form_xobject_placement(
        drawing,
        Name.Page,
        Rectangle(0, up, wide, up + high),
        allow_shrink=False,
        allow_expand=False,
    )
    clip = b"q 0 %d %f %f re W n " % (up, wide, high)
    new.obj.Contents = out.make_stream(clip + placed + b" Q")


def _links(page: pikepdf.Object, at: dict[tuple[int, int], int]) -> Links:
    web, inside = [], []
    for link in page.get("/Annots", Array()):
        if "/A" in link:
            web.append(str(link.A.URI))
        else:
            inside.append(at[link.Dest[0].objgen])
    return Links(tuple(web), tuple(inside))
