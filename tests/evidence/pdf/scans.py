"""Scans made by the test: pages that are pictures of words."""

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Dictionary, Name, Pdf
from PIL import Image, ImageDraw, ImageFont

from tests.evidence.pdf.damaged_pdfs import saved

ENGLISH = (
    "Evidence about the school in the valley",
    "Our pupils walk four miles each morning.",
    "The village has no library and no garden.",
    "We ask the committee to visit us in spring.",
)
WELSH = (
    "Tystiolaeth am yr ysgol yn y cwm",
    "Mae ein disgyblion yn cerdded bob bore.",
    "Nid oes llyfrgell yn y pentref.",
    "Gofynnwn i'r pwyllgor ymweld yn y gwanwyn.",
)
SIZE = (420.0, 300.0)
_DOTS = 2.5
"""Dots of a picture for each point: 180 an inch, as office scanners do."""


def picture(lines: Sequence[str], turn: int = 0) -> Image.Image:
    """The lines in black on white; the paper lay on the scanner turned to the left by `turn`."""
    sheet = Image.new("L", tuple(round(side * _DOTS) for side in SIZE), 255)
    drawing = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=15 * _DOTS)
    for number, line in enumerate(lines):
        drawing.text((20 * _DOTS, (30 + 40 * number) * _DOTS), line, fill=0, font=font)
    return sheet.rotate(turn, expand=True)


def scan(
    *pages: Sequence[str], turn: int = 0, rotate: int = 0, layer: str = "", shown: str = ""
) -> bytes:
    """A PDF with a picture for each page, saved by a scanner that turns pages by `rotate`.

    `layer` are words under each picture, `shown` words over it.
    """
    pdf = pikepdf.new()
    for lines in pages:
        _add(pdf, picture(lines, turn=turn), layer, shown)
        if rotate:
            pdf.pages[-1].obj.Rotate = rotate
    return saved(pdf)


def _add(pdf: Pdf, sheet: Image.Image, layer: str, shown: str) -> None:
    width, height = (side / _DOTS for side in sheet.size)
    packed = io.BytesIO()
    sheet.save(packed, "JPEG", quality=90)
    drawn = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=sheet.width,
                            Height=sheet.height, ColorSpace=Name.DeviceGray,
                            BitsPerComponent=8)  # fmt: skip
    drawn.write(packed.getvalue(), filter=Name.DCTDecode)
    page = pdf.add_blank_page(page_size=(width, height)).obj
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(XObject=Dictionary(P=drawn), Font=Dictionary(F1=font))
    words = f"BT /F1 10 Tf 3 Tr 20 200 Td ({layer}) Tj ET " if layer else ""
    over = f" BT /F1 10 Tf 0 Tr 20 20 Td ({shown}) Tj ET" if shown else ""
    page.Contents = pdf.make_stream(f"{words}q {width} 0 0 {height} 0 0 cm /P Do Q{over}".encode())
