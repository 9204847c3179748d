"""Opens ZIP files whose list of contents is small enough to be read."""

import struct
import zipfile
from pathlib import Path
from typing import Final

END_OF_DIRECTORY: Final = b"PK\x05\x06"
# 2,000 entries with long names and extra fields stay far below this many bytes.
LARGEST_DIRECTORY: Final = 1024 * 1024
LARGEST_ENTRY: Final = 1024 * 1024
# Others take far more memory than they say (lzma) or are in no document.
PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
LARGEST_METAFILE: Final = 32 * 1024 * 1024
"""Drawings and bitmaps pack tightly, so up to this size their ratio says nothing."""
_METAFILES: Final = (".emf", ".wmf", ".bmp", ".dib", ".tif", ".tiff", ".svm")
_DRAWN_AGAIN: Final = "ObjectReplacements/"


def packs_tightly(name: str) -> bool:
    """Whether a part is a drawing or bitmap, which may be much smaller in the archive."""
    return name.casefold().endswith(_METAFILES) or name.startswith(_DRAWN_AGAIN)


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a ZIP whose list of contents is at most 1 MB.

    Raises `zipfile.BadZipFile` for anything else, so that a hostile list cannot fill the memory.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_557))
        tail = stream.read()
    at = tail.rfind(END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        message = "no list of contents"
        raise zipfile.BadZipFile(message)
    if struct.unpack_from("<I", tail, at + 12)[0] > LARGEST_DIRECTORY:
        message = "the list of contents is too long"
        raise zipfile.BadZipFile(message)
    return zipfile.ZipFile(path)


def read_small(archive: zipfile.ZipFile, entry: str) -> bytes:
    """An entry of at most 1 MB. Raises `zipfile.BadZipFile` for one that is larger."""
    if archive.getinfo(entry).compress_type not in PACKED:
        message = "packed in a way that documents are not"
        raise zipfile.BadZipFile(message)
    with archive.open(entry) as stream:
        raw = stream.read(LARGEST_ENTRY + 1)
    if len(raw) > LARGEST_ENTRY:
        message = "a part is far too long"
        raise zipfile.BadZipFile(message)
    return raw
