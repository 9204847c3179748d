"""Removes metadata from images without changing what they show."""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, Stream

from evidence.pdf.sanitize.allowed_keys import reduce_keys

# Not needed to draw: keys of ISO 32000-2 that carry metadata, files or programs.
TELLTALE: Final = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/AF",
    "/AA",
    "/OPI",
    "/Alternates",
    "/Measure",
    "/PtData",
    "/ID",
    "/Ref",
    "/StructParent",
    "/StructParents",
)
JPEG_START: Final = b"\xff\xd8"
MARK: Final = 0xFF
RESTARTS: Final = range(0xD0, 0xD8)
JFIF, ICC, ADOBE = 0xE0, 0xE2, 0xEE
COMMENT, START_OF_SCAN, END = 0xFE, 0xDA, 0xD9
APPLICATION: Final = range(0xE0, 0xF0)
NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
JP2_SIGNATURE: Final = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
JP2_TELLTALE: Final = frozenset([b"xml ", b"uuid", b"uinf", b"jp2i"])


def scrub(pdf: Pdf) -> bool:
    """Removes metadata from every object of the file. Returns whether any was in an image."""
    has_pictures = False
    reduce_keys(pdf)
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary | Stream):
            continue
        for key in TELLTALE:
            if key in thing:
                has_pictures = has_pictures or thing.get("/Subtype") == Name.Image
                del thing[key]
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            has_pictures = _scrub_picture(pdf, thing) or has_pictures
    return has_pictures


def _scrub_picture(pdf: Pdf, picture: Object) -> bool:
    filters = picture.get("/Filter")
    names = [filters] if isinstance(filters, Name) else list(_listed(filters))
    if not names or names[-1] not in PLAIN_OF:
        return False
    settings = picture.get("/DecodeParms")
    rows = list(settings) if isinstance(settings, Array) else [settings]
    try:
        raw = _unpacked(pdf, picture.read_raw_bytes(), names[:-1], rows[:-1])
    except (PdfError, RuntimeError):
        return False
    plain = PLAIN_OF[names[-1]](raw)
    if plain == raw:
        return False
    last = rows[-1] if len(rows) == len(names) else None
    picture.write(
        plain,
        filter=Name(str(names[-1])),
        decode_parms=last if isinstance(last, Dictionary) else None,
    )
    return True


def _unpacked(
    pdf: Pdf, raw: bytes, names: Sequence[Object], rows: Sequence[Object | None]
) -> bytes:
    """The image file, if it has a further encoding such as ASCII85 or Flate."""
    if not names:
        return raw
    packed = pdf.make_stream(raw)
    packed["/Filter"] = Array(list(names))
    if len(rows) == len(names) and all(isinstance(row, Dictionary) for row in rows):
        packed["/DecodeParms"] = Array([row for row in rows if row is not None])
    return packed.read_bytes()


def _listed(filters: Object | None) -> Iterator[Object]:
    if isinstance(filters, Array):
        yield from filters


def without_jpeg_metadata(raw: bytes) -> bytes:
    """The same JPEG without EXIF, XMP, IPTC, comments, thumbnails and whatever follows its end.

    Kept: JFIF, the colour profile, and Adobe's marker, which says how the colours are stored.
    From the first byte that breaks the standard (ITU T.81, B.1), everything is kept unchanged.
    """
    if not raw.startswith(JPEG_START):
        return raw
    kept, at = [JPEG_START], 2
    while at + 4 <= len(raw) and raw[at] == MARK:
        marker = raw[at + 1]
        if marker == END:
            kept.append(raw[at : at + 2])
            return b"".join(kept)
        if marker == MARK or marker in RESTARTS:
            at += 1 if marker == MARK else 2
            continue
        end = at + 2 + struct.unpack_from(">H", raw, at + 2)[0]
        if marker == START_OF_SCAN:
            following = NEXT_MARKER.search(raw, end)
            end = following.end() - 2 if following else len(raw)
        if not _holds_metadata(marker, raw[at + 4 : at + 18]):
            kept.append(raw[at:end])
        at = end
    if raw[at : at + 2] == b"\xff\xd9":
        return b"".join(kept) + b"\xff\xd9"
    return b"".join(kept) + raw[at:]


def _holds_metadata(marker: int, start: bytes) -> bool:
    if marker == COMMENT:
        return True
    if marker not in APPLICATION:
        return False
    return not (
        (marker == JFIF and start.startswith(b"JFIF\0"))
        or (marker == ICC and start.startswith(b"ICC_PROFILE\0"))
        or (marker == ADOBE and start.startswith(b"Adobe"))
    )


def without_jp2_metadata(raw: bytes) -> bytes:
    """The same JPEG 2000 file without XML, UUID and rights boxes (ISO 15444-1, annex I)."""
    if not raw.startswith(JP2_SIGNATURE):
        return raw
    kept: list[bytes] = []
    at = 0
    while at + 8 <= len(raw):
        length, kind = struct.unpack_from(">I4s", raw, at)
        if length == 1 and at + 16 <= len(raw):
            length = struct.unpack_from(">Q", raw, at + 8)[0]
        end = len(raw) if length == 0 else at + length
        if end <= at or end > len(raw):
            return b"".join(kept) + raw[at:]
        if kind not in JP2_TELLTALE:
            kept.append(raw[at:end])
        at = end
    return b"".join(kept)


PLAIN_OF: Final[dict[Object, Callable[[bytes], bytes]]] = {
    Name.DCTDecode: without_jpeg_metadata,
    Name.JPXDecode: without_jp2_metadata,
}
"""What takes the metadata out of a picture, by the way it is packed."""
