"""Reads the little we need of an OLE2 container (MS-CFB): old Word files and files with a password.

Nothing is unpacked. Numbers of a hostile file may say anything, so every chain has an end.
"""

import mmap
import re
import struct
from typing import Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_HEADER: Final = 109
"""Sectors of the allocation table that the header lists (MS-CFB 2.2)."""
_SMALL_SECTOR: Final = 64
_ENCRYPTED: Final = 0x0100


def entry_of(raw: mmap.mmap, name: str) -> int:
    """Where the directory entry of this name begins, in upper or lower case; -1 for none.

    An entry begins with its name in UTF-16, ended by a zero (MS-CFB 2.6.1, 2.6.4).
    """
    match = re.search(re.escape(f"{name}\0".encode("utf-16-le")), raw, re.IGNORECASE)
    return match.start() if match else -1


def is_encrypted_word(raw: mmap.mmap, entry: int) -> bool:
    """Whether the document at this directory entry says that it is encrypted (MS-DOC 2.5.2: bit
    0x0100 of the flags at offset 10)."""
    try:
        flags = _number(raw, _start_of_stream(raw, entry) + 10, "<H")
    except struct.error:
        return False
    return bool(flags & _ENCRYPTED)


def _start_of_stream(raw: mmap.mmap, entry: int) -> int:
    """Where in the file the stream of a directory entry begins.

    A short stream begins in a small sector of the small stream, which the first entry of the
    directory holds (MS-CFB 2.6.2, 2.6.3). Raises `struct.error` where the file ends before.
    """
    size = _sector_size(raw)
    start, length = _number(raw, entry + 116), _number(raw, entry + 120)
    if not 0 < length < _number(raw, 56):
        return (start + 1) * size
    root = (_number(raw, 48) + 1) * size
    sector = _number(raw, root + 116)
    steps, offset = divmod(start * _SMALL_SECTOR, size)
    for _ in range(min(steps, len(raw) // size + 1)):
        sector = _next_sector(raw, sector)
    return (sector + 1) * size + offset


def _next_sector(raw: mmap.mmap, sector: int) -> int:
    """The sector that follows in a chain, from the allocation table (MS-CFB 2.3)."""
    size = _sector_size(raw)
    part, place = divmod(sector, size // 4)
    if part >= _IN_HEADER:
        raise struct.error("no such part of the table in the header")
    table = _number(raw, 76 + 4 * part)
    return _number(raw, (table + 1) * size + 4 * place)


def _sector_size(raw: mmap.mmap) -> int:
    """At least eight bytes, whatever the file says."""
    return 1 << min(max(_number(raw, 30, "<H"), 3), 20)


def _number(raw: mmap.mmap, at: int, form: str = "<I") -> int:
    number: int = struct.unpack_from(form, raw, at)[0]
    return number
