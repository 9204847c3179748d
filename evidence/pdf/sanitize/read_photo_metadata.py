"""Reads the metadata of an image: place, people, words."""

import io
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from PIL import ExifTags, Image

from evidence.findings import Location
from evidence.pdf.sanitize.heic import make_readable

LONGEST: Final = 500
LARGEST_XMP: Final = 2 * 1024 * 1024
# Text fields of EXIF and TIFF (CIPA DC-008; TIFF 6.0).
_FIELDS: Final = (
    ExifTags.Base.Artist,
    ExifTags.Base.Copyright,
    ExifTags.Base.ImageDescription,
    ExifTags.Base.DocumentName,
    ExifTags.Base.HostComputer,
    ExifTags.Base.CameraOwnerName,
    ExifTags.Base.BodySerialNumber,
    ExifTags.Base.LensSerialNumber,
    ExifTags.Base.CameraSerialNumber,
    ExifTags.Base.ImageUniqueID,
    ExifTags.Base.ImageHistory,
    ExifTags.Base.XPAuthor,
    ExifTags.Base.XPTitle,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPSubject,
    ExifTags.Base.XPKeywords,
)
_TEXTS: Final = ("Author", "Title", "Description", "Copyright", "Comment", "Disclaimer", "Source",
                 "comment", "author", "title", "description", "copyright")  # fmt: skip
# XMP properties (ISO 16684-1) with programs, dates and versions.
_TECHNICAL: Final = frozenset(
    {
        "CreatorTool", "Producer", "CreateDate", "ModifyDate", "MetadataDate", "DocumentID",
        "InstanceID", "OriginalDocumentID", "RenditionClass", "format", "conformance", "part",
        "softwareAgent", "action", "when", "changed", "instanceID", "documentID", "language",
        "Trapped", "version", "GTS_PDFXVersion", "GTS_PDFXConformance", "ColorMode", "ICCProfile",
        "parameters", "about", "lang", "parseType", "xmptk", "PDFVersion", "rev", "amd", "corr",
        "renditionClass", "originalDocumentID", "fromPart", "toPart", "partMapping", "resource",
    }
)  # fmt: skip
# Attributes of RDF and of the packet itself.
_SYNTAX: Final = frozenset({"about", "parseType", "xmptk", "resource", "lang"})
_NO_NAME: Final = re.compile(r"(uuid|xmp\.[a-z]{2,4}|urn|adobe):|https?://|D:\d|\d{4}-\d\d-\d\d")


def words_about(picture: bytes) -> list[tuple[str, Location]]:
    """Words in the picture's metadata, with their properties. Never raises."""
    try:
        make_readable(picture)
        with Image.open(io.BytesIO(picture)) as image:
            return list(_words(image))
    except Exception:  # noqa: BLE001 - a picture that cannot be read is not shown either
        return []


def words_of_xmp(raw: bytes) -> Iterator[str]:
    """Words in XMP that people wrote. Empty if it cannot be read."""
    for name, words in properties_of_xmp(raw):
        if name not in _TECHNICAL and not _NO_NAME.match(words):
            yield words


def properties_of_xmp(raw: bytes) -> Iterator[tuple[str, str]]:
    """The bare name and the words of every property. Empty if it cannot be read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(raw[:LARGEST_XMP].strip(b"\0 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for element in root.iter() if root is not None else ():
        if not isinstance(element.tag, str):
            continue
        named = _nearest_name(element)
        properties = [(named, element.text or "")]
        properties += [(_bare(str(key)), value) for key, value in element.attrib.items()]
        for name, value in properties:
            words = " ".join(str(value).split())[:LONGEST]
            if words and name not in _SYNTAX:
                yield name, words


def _nearest_name(element: etree._Element) -> str:
    """The property that an element belongs to: in XMP, list elements come between a property and
    its words."""
    name = _bare(str(element.tag))
    parent = element.getparent()
    while name in {"li", "Seq", "Bag", "Alt", "value", "Description"} and parent is not None:
        name, parent = _bare(str(parent.tag)), parent.getparent()
    return name


def _bare(name: str) -> str:
    """A name without its namespace, or without a prefix for which none is declared."""
    return name.rpartition("}")[2].rpartition(":")[2]


def _words(image: Image.Image) -> Iterator[tuple[str, Location]]:
    exif = image.getexif()
    fields = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    for tag in _FIELDS:
        if words := _plain(fields.get(tag), wide=tag.name.startswith("XP")):
            yield words, Location("picture-property", name=tag.name)
    for key in _TEXTS:
        if words := _plain(image.info.get(key), wide=False):
            yield words, Location("picture-property", name=key)
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    for words in words_of_xmp(xmp.encode() if isinstance(xmp, str) else bytes(xmp)):
        yield words, Location("picture-property", name="XMP")


def _plain(value: object, *, wide: bool) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-16-le" if wide else "utf-8", "replace")
    return " ".join(value.replace("\0", " ").split())[:LONGEST] if isinstance(value, str) else ""
