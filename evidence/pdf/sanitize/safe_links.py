"""Links that may stay on a page: to the web, to a mail address, or inside the same document."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, PdfError, String

SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto"})
FITS: Final = {"/XYZ": 3, "/Fit": 0, "/FitH": 1, "/FitV": 1, "/FitR": 4, "/FitB": 0, "/FitBH": 1,
               "/FitBV": 1}  # fmt: skip
CORNERS: Final = 4
LONGEST_ADDRESS: Final = 2_000
MOST_NAMES: Final = 50_000


class Targets:
    """The allowed targets of a document's links: its pages and its named destinations."""

    def __init__(self, pdf: Pdf, pages: list[Object]) -> None:
        self._pages: Mapping[tuple[int, int], Object] = {page.objgen: page for page in pages}
        self._named = named_places(pdf)

    def explicit(self, destination: Object | None) -> Array | None:
        """The destination as [page, fit, numbers…], or None if it is not on one of these pages."""
        if isinstance(destination, String | Name):
            destination = self._named.get(
                bytes(destination) if isinstance(destination, String) else str(destination)
            )
        if isinstance(destination, Dictionary):
            destination = destination.get("/D")
        if not isinstance(destination, Array) or not len(destination):
            return None
        page = (
            self._pages.get(destination[0].objgen)
            if isinstance(destination[0], Dictionary)
            else None
        )
        if page is None:
            return None
        fit = (
            str(destination[1])
            if len(destination) > 1 and isinstance(destination[1], Name)
            else "/XYZ"
        )
        wanted = FITS.get(fit)
        numbers = [
            _number(destination[at]) if at < len(destination) else None for at in range(2, 6)
        ]
        if wanted is None:
            return Array([page, Name.Fit])
        return Array([page, Name(fit), *numbers[:wanted]])


def safe_link(annotation: Object, targets: Targets) -> Dictionary | None:
    """A new link with the same target, or None if it is not a link or its target is not allowed."""
    if not isinstance(annotation, Dictionary) or annotation.get("/Subtype") != Name.Link:
        return None
    rectangle = annotation.get("/Rect")
    if not isinstance(rectangle, Array) or len(rectangle) != CORNERS:
        return None
    sides = [_number(side) for side in rectangle]
    if None in sides:
        return None
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(sides), Border=[0, 0, 0], F=4)
    action = annotation.get("/A")
    if isinstance(action, Dictionary) and action.get("/S") == Name.URI:
        address = _safe_address(action.get("/URI"))
        if address is None:
            return None
        link["/A"] = Dictionary(S=Name.URI, URI=String(address))
        link["/Contents"] = String(address)
        return link
    return _internal(link, annotation, action, targets)


def _internal(
    link: Dictionary, annotation: Object, action: Object | None, targets: Targets
) -> Dictionary | None:
    place = annotation.get("/Dest")
    if isinstance(action, Dictionary) and action.get("/S") == Name.GoTo:
        place = action.get("/D")
    explicit = targets.explicit(place)
    if explicit is None:
        return None
    link["/Dest"] = explicit
    link["/Contents"] = String("Another place in this paper")
    return link


def _safe_address(value: Object | None) -> str | None:
    if not isinstance(value, String):
        return None
    address = str(value).strip()
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        return None
    try:
        scheme = urlsplit(address).scheme.casefold()
    except ValueError:
        return None
    return address if scheme in SAFE_SCHEMES else None


def _number(value: object) -> float | None:
    try:
        return round(float(value), 4)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, PdfError):
        return None


def named_places(pdf: Pdf) -> dict[bytes | str, Object]:
    places: dict[bytes | str, Object] = {}
    old = pdf.Root.get("/Dests")
    if isinstance(old, Dictionary):
        places.update({str(name): old[name] for name in list(old.keys())[:MOST_NAMES]})
    names = pdf.Root.get("/Names")
    tree = names.get("/Dests") if isinstance(names, Dictionary) else None
    if isinstance(tree, Dictionary):
        try:
            for count, (name, place) in enumerate(NameTree(tree).items()):
                if count >= MOST_NAMES:
                    break
                places[name.encode() if isinstance(name, str) else bytes(name)] = place
        except (PdfError, RuntimeError, ValueError):
            return places
    return places
