"""Opens the ZIP of a DOCX or ODT safely, before any other program reads it."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from evidence.documents.errors import UnreadableFileError
from evidence.documents.readers.strict_open_xml import transitional
from evidence.files.xml_doctype import is_harmless
from evidence.files.zip_files import LARGEST_METAFILE, packs_tightly

ENTRIES = 2_000
UNPACKED = 200 * 1024 * 1024
RATIO = 100
RATIO_FROM = 1024 * 1024
"""Small parts may compress well: the ratio counts from this many bytes unpacked."""
XML_PART = 48 * 1024 * 1024
"""An XML part larger than this would need gigabytes as a tree; real ones have a few MB."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1024 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # a compression method that Python does not support
    RecursionError,
    UnicodeError,
    struct.error,
)

DAMAGED = (
    "The file is damaged and cannot be opened. Please ask for it again, saved as a new Word "
    "document."
)
LOCKED = (
    "The file is protected with a password, so nobody here can read it. Please ask for a copy "
    "without a password."
)
BOMB = (
    "The file unpacks to far more than a document holds, so it was not opened. It may be made to "
    "overload the system."
)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The ZIP, after its entries were counted and inflated once within the limits.

    Sizes are counted by inflating, because the headers can lie. Raises `UnreadableFileError`.
    """
    with path.open("rb") as file:
        if file.read(8) == _OLE:
            raise UnreadableFileError(LOCKED)
    try:
        with zipfile.ZipFile(path) as archive:
            check(archive, packed=path.stat().st_size)
            yield archive
    except _BROKEN as error:
        raise UnreadableFileError(DAMAGED) from error


def check(archive: zipfile.ZipFile, *, packed: int) -> None:
    """Refuse zip bombs and password protection. Reads everything once and keeps nothing."""
    entries = archive.infolist()
    if len(entries) > ENTRIES or len({entry.filename for entry in entries}) < len(entries):
        raise UnreadableFileError(BOMB)
    total = measured = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise UnreadableFileError(LOCKED)
        if not 0 <= entry.header_offset < packed:
            raise UnreadableFileError(DAMAGED)
        room = max(RATIO * packed, RATIO_FROM) - measured
        drawn = packs_tightly(entry.filename)
        room = max(room, LARGEST_METAFILE) if drawn else room
        size = _inflated(archive, entry, min(room, UNPACKED - total))
        total += size
        measured += 0 if drawn else size
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
        raise UnreadableFileError(LOCKED)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> int:
    """The true size of an entry. Raises `UnreadableFileError` beyond this many bytes."""
    size = 0
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise UnreadableFileError(BOMB)
    return size


def part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """An XML part as a tree, or None if the archive has no part of this name.

    Parts of a strict Open XML document get the usual namespaces. Entities are not resolved,
    nothing is fetched. Raises `UnreadableFileError`.
    """
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.file_size > XML_PART:
        raise UnreadableFileError(BOMB)
    return parse(transitional(archive.read(entry)))


def parse(content: bytes) -> etree._Element:
    """Untrusted XML as a tree. Raises `UnreadableFileError` where it is not XML or is
    overlong."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_pis=True
    )
    try:
        tree: Any = etree.parse(io.BytesIO(content), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(DAMAGED) from error
    root: etree._Element = tree.getroot()
    if tree.docinfo.doctype and not is_harmless(content):
        # Word and LibreOffice write a DOCTYPE for formulas alone; attacks by entities need one.
        raise UnreadableFileError(DAMAGED)
    return root
