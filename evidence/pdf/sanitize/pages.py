"""The pages of a PDF, reduced to an allow-list of what a reader sees.

Rules of inheritance and boxes: ISO 32000-2, 7.7.3.4 and 14.11.2. The file is not trusted: every
number is checked, and the search through parents is limited.
"""

import math
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from evidence.pdf.sanitize.page_geometry import Box, View
from evidence.sandbox.child import UnfitFileError

A4: Final = (0.0, 0.0, 595.276, 841.89)
INHERITED: Final = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
RESOURCE_KINDS: Final = (
    "/ColorSpace",
    "/ExtGState",
    "/Font",
    "/Pattern",
    "/ProcSet",
    "/Properties",
    "/Shading",
    "/XObject",
)
KEPT: Final = frozenset({"/Type", "/Parent", "/Contents", "/UserUnit", "/Annots", *INHERITED})
DEEPEST_PARENT: Final = 60
# A box beyond this is a mistake or an attack; 14,400 units is the old limit of readers.
FARTHEST: Final = 1_000_000.0
SMALLEST_UNIT: Final = 0.001
SIDES: Final = 4
MOST_PAGES: Final = 50_000


def view_of(page: Object) -> View:
    """The view of a page whose attributes are explicit (after `make_explicit`)."""
    media = _box(page.get("/MediaBox")) or Box(*A4)
    crop = _box(page.get("/CropBox"))
    turn = _number(page.get("/Rotate"), 0.0)
    unit = _number(page.get("/UserUnit"), 1.0)
    return View(
        box=(crop and _overlap(media, crop)) or media,
        turn=int(turn) % 360 // 90 * 90,
        unit=unit if SMALLEST_UNIT <= unit <= FARTHEST else 1.0,
    )


def make_explicit(page: Object) -> None:
    """Copy onto the page what it inherits, then drop every key that is not on the list."""
    for key in INHERITED:
        if key not in page:
            value = _inherited(page, key)
            if value is not None:
                page[key] = value
    for key in list(page.keys()):
        if key not in KEPT:
            del page[key]
    page["/Type"] = Name.Page
    _settle_boxes(page)
    page["/Resources"] = _resources(page.get("/Resources"))


def pages_of(pdf: Pdf) -> list[Object]:
    """All page dictionaries in reading order.

    Raises `UnfitFileError` if there are far too many, ValueError if there are none.
    """
    if len(pdf.pages) > MOST_PAGES:
        raise UnfitFileError(f"It has more than {MOST_PAGES:,} pages.")
    if not len(pdf.pages):
        message = "it has no pages"
        raise ValueError(message)
    return [page.obj for page in pdf.pages]


def start_catalog(pdf: Pdf, pages: list[Object]) -> Object:
    """Give the file a new, empty catalog over these pages.

    Objects that only the old catalog refers to are not written, nor is the old file identifier.
    Returns the catalog.
    """
    tree = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=len(pages), Kids=Array(pages)))
    for page in pages:
        page["/Parent"] = tree
    catalog = pdf.make_indirect(Dictionary(Type=Name.Catalog, Pages=tree))
    for key in list(pdf.trailer.keys()):
        if key != "/Root":
            del pdf.trailer[key]
    pdf.trailer["/Root"] = catalog
    # Where the original has no /Size, qpdf would write a file without /Root.
    pdf.trailer["/Size"] = len(pdf.objects) + 1
    return catalog


def _settle_boxes(page: Object) -> None:
    view = view_of(page)
    media = _box(page.get("/MediaBox")) or Box(*A4)
    page["/MediaBox"] = _written(media)
    for key, value in (("/Rotate", view.turn), ("/UserUnit", view.unit)):
        if key in page:
            del page[key]
        if value not in {0, 1.0}:
            page[key] = value
    if "/CropBox" in page:
        page["/CropBox"] = _written(view.box)


def _resources(resources: Object | None) -> Object:
    """The resources that a page needs for drawing, and no others."""
    if not isinstance(resources, Dictionary):
        return Dictionary()
    for key in list(resources.keys()):
        if key not in RESOURCE_KINDS or not isinstance(resources[key], Dictionary | Array):
            del resources[key]
    return resources


def _inherited(page: Object, key: str) -> Object | None:
    node = page.get("/Parent")
    for _ in range(DEEPEST_PARENT):
        if not isinstance(node, Dictionary):
            return None
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None


def _number(value: object, default: float) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, pikepdf.PdfError):
        return default
    return number if math.isfinite(number) else default


def _written(box: Box) -> Array:
    return Array([round(side, 4) for side in box])


def _box(value: Object | None) -> Box | None:
    if not isinstance(value, Array) or len(value) != SIDES:
        return None
    sides = [_number(side, math.nan) for side in value]
    if not all(math.isfinite(side) and abs(side) <= FARTHEST for side in sides):
        return None
    (left, right), (bottom, top) = sorted(sides[::2]), sorted(sides[1::2])
    return Box(left, bottom, right, top) if right - left > 0 and top - bottom > 0 else None


def _overlap(first: Box, second: Box) -> Box | None:
    left, bottom = max(first.left, second.left), max(first.bottom, second.bottom)
    right, top = min(first.right, second.right), min(first.top, second.top)
    return Box(left, bottom, right, top) if right > left and top > bottom else None
