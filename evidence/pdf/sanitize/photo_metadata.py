"""What an image says apart from what it shows: place, people, words."""

import io
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from PIL import ExifTags, Image

GPS: Final = 0x8825
LONGEST: Final = 500
LARGEST_XMP: Final = 2 * 1024 * 1024
# Fields of EXIF and TIFF that people or programs fill with words (CIPA DC-008; TIFF 6.0).
_FIELDS: Final = {
    ExifTags.Base.Artist: "the artist's name",
    ExifTags.Base.Copyright: "the copyright",
    ExifTags.Base.ImageDescription: "the description",
    ExifTags.Base.DocumentName: "the document's name",
    ExifTags.Base.HostComputer: "the computer's name",
    ExifTags.Base.CameraOwnerName: "the name of the camera's owner",
    ExifTags.Base.XPAuthor: "the author's name",
    ExifTags.Base.XPTitle: "the title",
    ExifTags.Base.XPComment: "the comment",
    ExifTags.Base.XPSubject: "the subject",
    ExifTags.Base.XPKeywords: "the keywords",
}
_TEXTS: Final = ("Author", "Title", "Description", "Copyright", "Comment", "Disclaimer", "Source",
                 "comment", "author", "title", "description", "copyright")  # fmt: skip
# What programs write into XMP (ISO 16684-1) of themselves, of dates and of versions.
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
_NO_NAME: Final = re.compile(r"(uuid|xmp\.[a-z]{2,4}|urn|adobe):|https?://|D:\d|\d{4}-\d\d-\d\d")


def has_place(picture: bytes) -> bool:
    """Whether a picture carries the place where it was taken (EXIF, GPS). Never raises."""
    try:
        with Image.open(io.BytesIO(picture)) as image:
            return bool(image.getexif().get_ifd(GPS))
    except Exception:  # noqa: BLE001 - a picture that cannot be read is somebody else's finding
        return False


def words_about(picture: bytes) -> list[tuple[str, str]]:
    """Words in the picture's metadata, and what they are there. Never raises."""
    try:
        with Image.open(io.BytesIO(picture)) as image:
            return list(_words(image))
    except Exception:  # noqa: BLE001 - a picture that cannot be read is not shown either
        return []


def words_of_xmp(raw: bytes) -> Iterator[str]:
    """What people have written into XMP. Nothing, where it cannot be read."""
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
            if words and name not in _TECHNICAL and not _NO_NAME.match(words):
                yield words


def _nearest_name(element: etree._Element) -> str:
    """The property that an element belongs to: lists stand between a property and its words."""
    name = _bare(str(element.tag))
    parent = element.getparent()
    while name in {"li", "Seq", "Bag", "Alt", "value", "Description"} and parent is not None:
        name, parent = _bare(str(parent.tag)), parent.getparent()
    return name


def _bare(name: str) -> str:
    """A name without its namespace, or without a prefix for which none is declared."""
    return name.rpartition("}")[2].rpartition(":")[2]


def _words(image: Image.Image) -> Iterator[tuple[str, str]]:
    exif = image.getexif()
    fields = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    for tag, what in _FIELDS.items():
        if words := _plain(fields.get(tag), wide=tag.name.startswith("XP")):
            yield words, f"{what} in a picture"
    for key in _TEXTS:
        if words := _plain(image.info.get(key), wide=False):
            yield words, "the words in a picture's properties"
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    for words in words_of_xmp(xmp.encode() if isinstance(xmp, str) else bytes(xmp)):
        yield words, "the properties of a picture (XMP)"


def _plain(value: object, *, wide: bool) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-16-le" if wide else "utf-8", "replace")
    return " ".join(value.replace("\0", " ").split())[:LONGEST] if isinstance(value, str) else ""
