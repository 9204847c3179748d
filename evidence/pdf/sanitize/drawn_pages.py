"""Pages drawn as pictures by PDFium, with their words under the picture.

For pages that other programs show and that cannot be copied. Runs in the sandbox
(`evidence.sandbox.child`).
"""

import ctypes
import io
import math
import sys
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf
from PIL import Image

from evidence.pdf.sanitize.invisible_words import InvisibleFont, Word, turned
from evidence.pdf.sanitize.pages import A4

DPI: Final = 200
MOST_PIXELS: Final = 12_000_000
QUALITY: Final = 85
MOST_LETTERS: Final = 200_000
# Positions are asked for in this many units a point, because PDFium answers in whole numbers.
FINENESS: Final = 100
KEPT: Final = frozenset({"/Type", "/Parent"})
SAME_LINE: Final = 0.5
# PDFium gives these for a hyphen at the end of a line.
END_OF_LINE: Final = frozenset({0x02, 0xFFFE})
SURROGATES: Final = range(0xD800, 0xE000)


def draw_pages(
    pdf: Pdf, pages: Sequence[Object], places: Sequence[int], content: bytes, *, words: bool = True
) -> int:
    """Replaces the content of these pages of `pdf` (places from 0) by pictures of the same pages
    of `content`; with their `words` under it. A page that nobody can show becomes an empty one,
    so that all others keep their numbers.

    Returns how many could be drawn.
    """
    font = InvisibleFont(pdf)
    document = pypdfium2.PdfDocument(content)
    drawn = 0
    try:
        for place in places:
            try:
                page = document[place]
            except pypdfium2.PdfiumError:
                _empty(pages[place])
                continue
            _draw(pdf, pages[place], page, font if words else None)
            drawn += 1
    finally:
        document.close()
    font.finish()
    return drawn


def _empty(target: Object) -> None:
    for key in list(target.keys()):
        if key not in KEPT:
            del target[key]
    target["/MediaBox"] = Array(list(A4))


def _draw(pdf: Pdf, target: Object, page: pypdfium2.PdfPage, font: InvisibleFont | None) -> None:
    width, height = (max(side, 1.0) for side in page.get_size())
    scale = min(DPI / 72, (MOST_PIXELS / (width * height)) ** 0.5)
    picture = picture_stream(pdf, page.render(scale=scale).to_pil())
    invisible = font.content(words_of(page)) if font else b""
    _empty(target)
    target["/MediaBox"] = Array([0, 0, round(width, 2), round(height, 2)])
    target["/Resources"] = Dictionary(
        XObject=Dictionary(P=picture), Font=font.resources() if font else Dictionary()
    )
    target["/Contents"] = pdf.make_stream(
        invisible + b"q %.2f 0 0 %.2f 0 0 cm /P Do Q" % (width, height)
    )
    page.close()


def picture_stream(pdf: Pdf, picture: Image.Image) -> Object:
    """The picture as an image of the PDF: packed without loss where that is shorter."""
    plain = picture.convert("RGB")
    red, green, blue = plain.split()
    is_grey = red.tobytes() == green.tobytes() == blue.tobytes()
    shown = red if is_grey else plain
    lossy = io.BytesIO()
    shown.save(lossy, "JPEG", quality=QUALITY, optimize=True)
    lossless = zlib.compress(shown.tobytes(), 6)
    is_lossless = len(lossless) <= lossy.tell()
    stream = pdf.make_stream(b"")
    stream.write(
        lossless if is_lossless else lossy.getvalue(),
        filter=Name.FlateDecode if is_lossless else Name.DCTDecode,
    )
    stream.stream_dict.update(
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=shown.width,
            Height=shown.height,
            ColorSpace=Name.DeviceGray if is_grey else Name.DeviceRGB,
            BitsPerComponent=8,
        )
    )
    return stream


def words_of(page: pypdfium2.PdfPage) -> list[Word]:
    """The words of a page, in reading order, where a reader sees them."""
    text_page = page.get_textpage()
    try:
        return list(_words(page, text_page))
    finally:
        text_page.close()


def _words(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> Iterator[Word]:
    current: Word | None = None
    for index in range(min(text_page.count_chars(), MOST_LETTERS)):
        letter = _letter(pdfium.FPDFText_GetUnicode(text_page, index))
        if letter:
            angle = math.degrees(pdfium.FPDFText_GetCharAngle(text_page, index))
            turn = (round(angle / 90) * 90 - page.get_rotation()) % 360
            box = turned(_seen(page, text_page.get_charbox(index, loose=True)), turn)
            if current and current.turn == turn and _is_same_line(current, box):
                current = _joined(current, letter, box)
                continue
        if current:
            yield current
        current = Word(letter, *box, turn) if letter else None
    if current:
        yield current


def _letter(code: int) -> str:
    """The letter for a code of PDFium; "" for what separates words and for halves of letters."""
    if code in END_OF_LINE:
        return "-"
    is_letter = ord(" ") < code < SURROGATES.start or SURROGATES.stop <= code <= sys.maxunicode
    return chr(code).strip() if is_letter else ""


def _joined(word: Word, letter: str, box: tuple[float, float, float, float]) -> Word:
    left, bottom, right, top = box
    return Word(
        word.text + letter,
        min(word.left, left),
        min(word.bottom, bottom),
        max(word.right, right),
        max(word.top, top),
        word.turn,
    )


def _is_same_line(word: Word, box: tuple[float, float, float, float]) -> bool:
    overlap = min(word.top, box[3]) - max(word.bottom, box[1])
    return overlap >= SAME_LINE * min(word.top - word.bottom, box[3] - box[1])


def _seen(
    page: pypdfium2.PdfPage, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """A box of the page's own units, turned and cropped as the page is shown."""
    width, height = page.get_size()
    across, down = (max(round(side * FINENESS), 1) for side in (width, height))
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for at in ((box[0], box[1]), (box[2], box[3])):
        pdfium.FPDF_PageToDevice(page, 0, 0, across, down, 0, *at, x, y)
        corners.append((x.value / FINENESS, height - y.value / FINENESS))
    (left, right), (bottom, top) = (sorted(side) for side in zip(*corners, strict=True))
    return left, bottom, right, top
