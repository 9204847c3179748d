"""Reads the metadata of a PDF: properties, XMP, authors of comments."""

from collections.abc import Iterator
from typing import Final

from pikepdf import Dictionary, Name, Object, Pdf, PdfError, Stream, String

from evidence.findings import Location
from evidence.pdf.sanitize.read_photo_metadata import words_about, words_of_xmp

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


def details_of(pdf: Pdf) -> list[tuple[str, Location]]:
    """The words, each once, with the property that holds them; at most 2,000."""
    details: dict[tuple[str, Location], None] = {}
    for words, where in _all(pdf):
        if short := " ".join(words.split())[:LONGEST]:
            details.setdefault((short, where))
        if len(details) >= MOST:
            break
    return list(details)


def _all(pdf: Pdf) -> Iterator[tuple[str, Location]]:
    yield from _of_info(pdf.trailer.get("/Info"), "properties")
    for count, thing in enumerate(pdf.objects):
        if count >= MOST_OBJECTS:
            return
        if isinstance(thing, Dictionary | Stream):
            yield from _of_object(thing)


def _of_object(thing: Object) -> Iterator[tuple[str, Location]]:
    for key in _OF_A_FIGURE:
        value = thing.get(key)
        if isinstance(value, String):
            yield str(value), Location("figure-file-name")
        elif isinstance(value, Dictionary):
            yield from _of_info(value, "figure-property")
    metadata = thing.get("/Metadata")
    if isinstance(metadata, Stream):
        yield from ((words, Location("properties", name="XMP")) for words in _xmp(metadata))
    person = thing.get("/T")
    if isinstance(person, String) and "/Rect" in thing and thing.get("/Subtype") not in _NO_PERSON:
        yield str(person), Location("commenter")
    if isinstance(thing, Stream) and thing.get("/Filter") == Name.DCTDecode:
        raw = thing.read_raw_bytes()
        if len(raw) <= LARGEST_PICTURE:
            yield from words_about(raw)


def _of_info(info: Object | None, code: str) -> Iterator[tuple[str, Location]]:
    if not isinstance(info, Dictionary):
        return
    for key, value in info.items():
        if key not in _TECHNICAL and isinstance(value, String):
            words = str(value)
            if not words.startswith("D:"):
                yield words, Location(code, name=key.removeprefix("/"))


def _xmp(metadata: Object) -> Iterator[str]:
    try:
        raw = metadata.read_bytes()
    except (PdfError, RuntimeError):
        return
    yield from words_of_xmp(raw)
