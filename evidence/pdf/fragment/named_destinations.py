"""Adds named destinations to a PDF, such as one for each paragraph.

A named destination can be opened by address (`paper.pdf#p7`) and is kept in a bundle as
`FIA0012.p7`: ISO 32000-2, 12.3.2.4.
"""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Name, Object, Pdf

from evidence.pdf.fragment import reference_destinations
from evidence.pdf.fragment.references import Mention, on_line

# A little above the words, so that a reader sees the whole first line.
ABOVE = 12.0


def with_named_destinations(raw: bytes, places: object) -> tuple[bytes, int]:
    """The PDF with these named destinations, and the number of its pages.

    `places` are rows of name, page counted from 1, and points from the left and the upper edge, as
    the template reports them. Rows with the right end of the words are mentions of evidence.
    Invalid rows are left out. The same input gives the same bytes.
    """
    with Pdf.open(io.BytesIO(raw)) as pdf:
        named, mentioned = dict(_read(pdf, places)), list(_mentions(pdf, places))
        if not named and not mentioned:
            return raw, len(pdf.pages)
        tree = reference_destinations.destination_tree(pdf)
        for name, place in named.items():
            tree[name] = place
        reference_destinations.place(pdf, mentioned)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
        return out.getvalue(), len(pdf.pages)


def _read(pdf: Pdf, places: object) -> Iterator[tuple[str, Object]]:
    pages = [page.obj for page in pdf.pages]
    for row in places if isinstance(places, list) else []:
        match row:
            case [str(name), int(page), int() | float() as x, int() | float() as y] if name:
                if 1 <= page <= len(pages):
                    top = float(pages[page - 1].MediaBox[3])
                    at = [round(float(x), 2), round(top - float(y) + ABOVE, 2), 0]
                    yield name, Array([pages[page - 1], Name.XYZ, *at])


def _mentions(pdf: Pdf, places: object) -> Iterator[Mention]:
    pages = [page.obj for page in pdf.pages]
    for row in places if isinstance(places, list) else []:
        match row:
            case [
                str(number),
                int(page),
                int() | float() as x,
                int() | float() as y,
                int() | float() as far,
            ] if 1 <= page <= len(pages):
                base = float(pages[page - 1].MediaBox[3]) - y
                yield Mention(number, page - 1, on_line(base, x, far))
