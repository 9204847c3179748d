"""What a PDF says about itself apart from its pages: properties, XMP, authors of comments."""

from collections.abc import Iterator
from typing import Final

from pikepdf import Dictionary, Name, Object, Pdf, PdfError, Stream, String

from evidence.pdf.sanitize.photo_metadata import words_about, words_of_xmp

MOST: Final = 2_000
MOST_OBJECTS: Final = 500_000
LONGEST: Final = 500
LARGEST_PICTURE: Final = 50 * 1024 * 1024
# Entries of the document information dictionary (ISO 32000-2, 14.3.3) about programs.
_TECHNICAL: Final = frozenset(
    {"/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped", "/PTEX.Fullbanner",
     "/SourceModified", "/GTS_PDFXVersion", "/GTS_PDFXConformance", "/AAPL:Keywords"}
)  # fmt: skip
_NO_PERSON: Final = frozenset({Name.Link, Name.Widget})
# A figure that pdfTeX embedded names its author and its path.
_OF_A_FIGURE: Final = ("/PTEX.FileName", "/PTEX.InfoDict", "/Info")


def details_of(pdf: Pdf) -> list[tuple[str, str]]:
    """The words, each once, with what they are there; at most 2,000."""
    details: dict[tuple[str, str], None] = {}
    for words, where in _all(pdf):
        if short := " ".join(words.split())[:LONGEST]:
            details.setdefault((short, where))
        if len(details) >= MOST:
            break
    return list(details)


def _all(pdf: Pdf) -> Iterator[tuple[str, str]]:
    yield from _of_info(pdf.trailer.get("/Info"), "the PDF's properties")
    for count, thing in enumerate(pdf.objects):
        if count >= MOST_OBJECTS:
            return
        if isinstance(thing, Dictionary | Stream):
            yield from _of_object(thing)


def _of_object(thing: Object) -> Iterator[tuple[str, str]]:
    for key in _OF_A_FIGURE:
        value = thing.get(key)
        if isinstance(value, String):
            yield str(value), "the file name of a figure"
        elif isinstance(value, Dictionary):
            yield from _of_info(value, "the properties of a figure")
    metadata = thing.get("/Metadata")
    if isinstance(metadata, Stream):
        yield from ((words, "the PDF's properties (XMP)") for words in _xmp(metadata))
    person = thing.get("/T")
    if isinstance(person, String) and "/Rect" in thing and thing.get("/Subtype") not in _NO_PERSON:
        yield str(person), "the name of whoever commented"
    if isinstance(thing, Stream) and thing.get("/Filter") == Name.DCTDecode:
        raw = thing.read_raw_bytes()
        if len(raw) <= LARGEST_PICTURE:
            yield from words_about(raw)


def _of_info(info: Object | None, where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(info, Dictionary):
        return
    for key, value in info.items():
        if key not in _TECHNICAL and isinstance(value, String):
            words = str(value)
            if not words.startswith("D:"):
                yield words, f"{where} ({key.removeprefix('/')})"


def _xmp(metadata: Object) -> Iterator[str]:
    try:
        raw = metadata.read_bytes()
    except (PdfError, RuntimeError):
        return
    yield from words_of_xmp(raw)
