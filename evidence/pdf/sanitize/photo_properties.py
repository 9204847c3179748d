"""Lists everything a picture's file records beside its pixels: EXIF, IPTC, XMP, PNG text."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from evidence.findings import Finding, Location
from evidence.pdf.sanitize.heic import make_readable
from evidence.pdf.sanitize.read_photo_metadata import properties_of_xmp

PIXELS: Final = 40_000_000
"""A PNG may record more after its pixels. Those of larger pictures are not read that far."""
LONGEST: Final = 60
MOST_SHOWN: Final = 25
STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"RIFF")
"""The first bytes of the formats that carry such properties: JPEG, PNG, TIFF and WebP."""

# Fields of the layout of the pixels, which say nothing of a person or a device
# (TIFF 6.0; CIPA DC-008 4.6.8).
_LAYOUT: Final = frozenset(
    {
        "ImageWidth", "ImageLength", "BitsPerSample", "Compression", "PhotometricInterpretation",
        "Orientation", "SamplesPerPixel", "PlanarConfiguration", "XResolution", "YResolution",
        "ResolutionUnit", "StripOffsets", "RowsPerStrip", "StripByteCounts", "TileWidth",
        "TileLength", "TileOffsets", "TileByteCounts", "JpegIFOffset", "JpegIFByteCount",
        "TransferFunction", "WhitePoint", "PrimaryChromaticities", "YCbCrCoefficients",
        "YCbCrSubSampling", "YCbCrPositioning", "ReferenceBlackWhite", "ColorMap", "ExifOffset",
        "GPSInfo", "ExifVersion", "ComponentsConfiguration", "FlashPixVersion", "ColorSpace",
        "ExifImageWidth", "ExifImageHeight", "ExifInteroperabilityOffset", "InteropIndex",
        "InteropVersion", "NewSubfileType", "SubfileType", "FillOrder", "Predictor",
        "ExtraSamples", "SampleFormat", "InterColorProfile", "XMLPacket", "IPTCNAA",
        "ImageResources", "GPSVersionID", "PageNumber", "JPEGTables",
    }
)  # fmt: skip
# Data sets of IPTC-IIM 4.2, record 2, that people or programs fill.
APPLICATION_RECORD: Final = 2
_IPTC: Final = {
    5: "Title", 25: "Keyword", 40: "Special instructions", 55: "Date created",
    60: "Time created", 65: "Program", 80: "By-line", 85: "By-line title", 90: "City",
    92: "Sublocation", 95: "Province", 100: "Country code", 101: "Country",
    103: "Transmission reference", 105: "Headline", 110: "Credit", 115: "Source",
    116: "Copyright", 118: "Contact", 120: "Caption", 122: "Caption writer",
}  # fmt: skip
_PLACES: Final = frozenset(
    {
        "City", "Sublocation", "Province", "Country", "Country code", "Location", "State",
        "CountryCode", "CountryName", "LocationCreated", "LocationShown", "ProvinceState",
        "WorldRegion", "LocationName",
    }
)  # fmt: skip
# Properties shown first: who, which device, when.
_FIRST: Final = (
    "Artist", "By-line", "CameraOwnerName", "Copyright", "creator", "XPAuthor", "HostComputer",
    "BodySerialNumber", "CameraSerialNumber", "LensSerialNumber", "SerialNumber", "ImageUniqueID",
    "Make", "Model", "Software", "DateTimeOriginal", "DateTime", "OffsetTimeOriginal",
)  # fmt: skip
_KEYS_OF_PILLOW: Final = frozenset(
    {
        "exif", "xmp", "XML:com.adobe.xmp", "icc_profile", "photoshop", "Raw profile type exif",
        "compression",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a picture's file. `value` is short and printable."""

    name: str
    value: str
    is_place: bool = False


def findings_in(picture: bytes, location: Location | None = None) -> Iterator[Finding]:
    """What a clerk and the witness should know of a picture's metadata. Never raises."""
    properties = properties_of(picture)
    if any(entry.is_place for entry in properties):
        yield Finding("gps", "warn", location=location)
    if listed := [entry for entry in properties if not entry.is_place]:
        yield Finding.quoting("picture-metadata", "info", _listed(listed), location)


def properties_of(picture: bytes) -> list[Property]:
    """All of them, each once, the most telling first. Never raises."""
    properties: dict[Property, None] = {}
    try:
        make_readable(picture)
        with Image.open(io.BytesIO(picture)) as image:
            for source in (_exif, _iptc, _xmp, _texts):
                properties |= dict.fromkeys(source(image))
    except Exception:  # noqa: BLE001, S110 - what was read until then is reported
        pass
    order = {name: at for at, name in enumerate(_FIRST)}
    return sorted(properties, key=lambda entry: order.get(entry.name, len(order)))


def _listed(properties: list[Property]) -> str:
    words = "; ".join(f"{entry.name}: {entry.value}" for entry in properties[:MOST_SHOWN])
    more = len(properties) - MOST_SHOWN
    return f"{words}; +{more}" if more > 0 else words


def _exif(image: ImageFile.ImageFile) -> Iterator[Property]:
    if image.format == "PNG" and image.width * image.height <= PIXELS:
        image.load()
    exif = image.getexif()
    tables = [dict(exif), *(exif.get_ifd(ifd) for ifd in (ExifTags.IFD.Exif, ExifTags.IFD.Interop))]
    for tag, value in (entry for table in tables for entry in table.items()):
        name = ExifTags.TAGS.get(tag, f"Tag {tag}")
        if name not in _LAYOUT and (words := _plain(value, wide=name.startswith("XP"))):
            yield Property(name, words)
    for tag, value in exif.get_ifd(ExifTags.IFD.GPSInfo).items():
        name = ExifTags.GPSTAGS.get(tag, f"GPS tag {tag}")
        if name not in _LAYOUT:
            yield Property(name, _plain(value), is_place=True)
    if exif.get_ifd(ExifTags.IFD.IFD1):
        yield Property("Thumbnail", "small copy of the picture, perhaps from before it was cropped")


def _iptc(image: ImageFile.ImageFile) -> Iterator[Property]:
    for (record, dataset), value in (IptcImagePlugin.getiptcinfo(image) or {}).items():
        name = _IPTC.get(dataset) if record == APPLICATION_RECORD else None
        for entry in value if isinstance(value, list) else [value]:
            if name and (words := _plain(entry)):
                yield Property(name, words, is_place=name in _PLACES)


def _xmp(image: ImageFile.ImageFile) -> Iterator[Property]:
    raw = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    for name, words in properties_of_xmp(raw.encode() if isinstance(raw, str) else bytes(raw)):
        is_place = name.startswith("GPS") or name in _PLACES
        yield Property(name, _plain(words), is_place=is_place)


def _texts(image: ImageFile.ImageFile) -> Iterator[Property]:
    """What PNG (`tEXt`, `iTXt`) and the comment of a JPEG say."""
    for key, value in image.info.items():
        readable = isinstance(value, str) or key == "comment"
        if readable and key not in _KEYS_OF_PILLOW and (words := _plain(value)):
            yield Property(str(key)[:LONGEST], words)


def _plain(value: object, *, wide: bool = False) -> str:
    if isinstance(value, bytes):
        if not wide and len(value) > 4 * LONGEST:
            return f"{len(value):,} bytes"
        value = value.decode("utf-16-le" if wide else "utf-8", "replace")
    words = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
