"""Flattens annotations: forms, comments and drawings become part of the page; safe links stay."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pikepdf import Array, Dictionary, Name, Object, Pdf

from evidence.pdf.fragment.structure_tree import LinkReference
from evidence.pdf.sanitize.safe_links import Targets, safe_link

# What annotations draw on the page is evidence: typed words, a signature, or a box over words.
# Without the box the words would become readable.
DRAWN: Final = frozenset(
    [
        "/Caret",
        "/Circle",
        "/FreeText",
        "/Highlight",
        "/Ink",
        "/Line",
        "/PolyLine",
        "/Polygon",
        "/Redact",
        "/Square",
        "/Squiggly",
        "/Stamp",
        "/StrikeOut",
        "/Underline",
        "/Widget",
    ]
)
NAMES: Final = {
    "/Widget": "form fields (what they showed is kept as part of the page)",
    "/Link": "links that lead outside the web",
    "/Text": "comments",
    "/Popup": "comments",
    "/FileAttachment": "attached files",
    "/Screen": "films",
    "/Movie": "films",
    "/RichMedia": "films",
    "/Sound": "sounds",
}
DRAWN_NAME: Final = "drawings and marks (what they showed is kept as part of the page)"


def annotations_of(page: Object) -> Iterator[Object]:
    """Every annotation of a page that is a dictionary."""
    annotations = page.get("/Annots")
    if isinstance(annotations, Array):
        yield from (item for item in annotations if isinstance(item, Dictionary))


def flatten(
    pdf: Pdf, pages: Iterable[Object], *, stayed: dict[tuple[int, int], LinkReference] | None = None
) -> tuple[str, ...]:
    """Remove all annotations except safe links, and draw their appearance into the page.

    Returns the kinds removed, in words, with counts. `stayed` receives the new position of each
    link, by its former object.
    """
    pages = list(pages)
    targets = Targets(pdf, pages)
    links: list[list[Dictionary]] = []
    taken: Counter[str] = Counter()
    drawn = False
    for place, page in enumerate(pages):
        safe: list[Dictionary] = []
        flat: list[Object] = []
        for annotation in annotations_of(page):
            kind = str(annotation.get("/Subtype", ""))
            if link := safe_link(annotation, targets):
                if stayed is not None:
                    stayed[annotation.objgen] = LinkReference(place, len(safe))
                safe.append(link)
                continue
            taken[_name(kind)] += kind != "/Popup"
            if kind in DRAWN:
                flat.append(annotation)
        drawn = drawn or bool(flat)
        links.append(safe)
        page["/Annots"] = Array(flat)
    if drawn:
        _draw(pdf)
    for page, safe in zip(pages, links, strict=True):
        _set(pdf, page, safe)
    return tuple(f"{count} × {name}" for name, count in sorted(taken.items()) if count)


def _name(kind: str) -> str:
    return NAMES.get(kind, DRAWN_NAME if kind in DRAWN else "other things laid over the page")


def _draw(pdf: Pdf) -> None:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        pdf.generate_appearance_streams()
        form["/NeedAppearances"] = False
    pdf.flatten_annotations("screen")


def _set(pdf: Pdf, page: Object, links: list[Dictionary]) -> None:
    if links:
        page["/Annots"] = pdf.make_indirect(Array([pdf.make_indirect(link) for link in links]))
    elif Name.Annots in page:
        del page["/Annots"]
