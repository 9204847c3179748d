"""Old Word files (.doc): what their container says about passwords and macros."""

import struct
from pathlib import Path

import pytest

from evidence.files.accepted_types import Kind
from evidence.files.file_types import NotAcceptedError, kind_of

SECTOR, SMALL_SECTOR, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def entry(name: str, kind: int, start: int, size: int) -> bytes:
    """An entry of the directory (MS-CFB 2.6.1)."""
    made = bytearray(name.encode("utf-16-le").ljust(128, b"\0"))
    struct.pack_into("<HBB", made, 64, 2 * len(name) + 2, kind, 1)
    struct.pack_into("<III", made, 68, FREE, FREE, 1 if kind == 5 else FREE)
    struct.pack_into("<IQ", made, 116, start, size)
    return bytes(made)


def header(fat_sector: int, small_fat_sector: int) -> bytes:
    made = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHHH", made, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", made, 44, 1, 1)  # one sector of FAT; the directory begins in sector 1
    struct.pack_into("<IIIII", made, 56, CUTOFF, small_fat_sector, 1, END, 0)
    struct.pack_into("<109I", made, 76, fat_sector, *[FREE] * 108)
    return bytes(made)


def small_word_file(path: Path, *, flags: int, name: str = "WordDocument", at: int = 9) -> Path:
    """A container whose WordDocument stream is short, so that it lies in the small stream.

    Sector 0 is the FAT, 1 the directory, 2 the small FAT; the small stream lies in the sectors 5
    and 3, in this order. The document begins in its small sector `at`; every other small sector
    looks encrypted or open, whichever the document is not.
    """
    misleading = bytearray(SMALL_SECTOR)
    struct.pack_into("<HHI", misleading, 8, 0, flags ^ 0x0100, 0)
    document = bytearray(SMALL_SECTOR)
    struct.pack_into("<HH", document, 8, 0, flags)
    small = [bytes(misleading)] * 16
    small[at] = bytes(document)
    first, second = b"".join(small[:8]), b"".join(small[8:])
    fat = struct.pack("<128I", FAT, END, END, END, FREE, 3, *[FREE] * 122)
    small_fat = struct.pack("<128I", *[END] * 16, *[FREE] * 112)
    directory = entry("Root Entry", 5, 5, 1024) + entry(name, 2, at, SMALL_SECTOR)
    sectors = [fat, directory.ljust(SECTOR, b"\0"), small_fat, second, bytes(misleading) * 8, first]
    path.write_bytes(header(0, 2) + b"".join(sectors))
    return path


@pytest.mark.parametrize("name", ["WordDocument", "WORDDOCUMENT"])
@pytest.mark.parametrize("at", [0, 9])
def test_short_old_word_file_without_a_password_is_accepted(
    tmp_path: Path, name: str, at: int
) -> None:
    path = small_word_file(tmp_path / "a.doc", flags=0, name=name, at=at)

    assert kind_of(path, name="a.doc") is Kind.DOC


@pytest.mark.parametrize("at", [0, 9])
def test_short_old_word_file_with_a_password_is_refused(tmp_path: Path, at: int) -> None:
    path = small_word_file(tmp_path / "a.doc", flags=0x0100, at=at)

    with pytest.raises(NotAcceptedError, match="protected by a password"):
        kind_of(path, name="a.doc")


@pytest.mark.parametrize("cut", [1536, 2048, 3060])
def test_container_that_is_cut_short_is_still_recognised(tmp_path: Path, cut: int) -> None:
    """The file checks decide later whether it can be read."""
    path = small_word_file(tmp_path / "a.doc", flags=0)
    path.write_bytes(path.read_bytes()[:cut])

    assert kind_of(path, name="a.doc") is Kind.DOC


def test_chain_of_sectors_that_is_a_circle_ends(tmp_path: Path) -> None:
    path = small_word_file(tmp_path / "a.doc", flags=0x0100)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 512 + 5 * 4, 5)  # sector 5 comes after itself
    struct.pack_into("<I", content, 1024 + 128 + 116, 0xFFFFFFF0 // SMALL_SECTOR)
    path.write_bytes(bytes(content))

    assert kind_of(path, name="a.doc") is Kind.DOC


def test_macros_in_upper_case_are_noticed(tmp_path: Path) -> None:
    path = small_word_file(tmp_path / "a.doc", flags=0)
    content = bytearray(path.read_bytes())
    content[1024 + 256 : 1024 + 384] = entry("_vba_project", 2, 0, 64)
    path.write_bytes(bytes(content))

    with pytest.raises(NotAcceptedError, match="macros"):
        kind_of(path, name="a.doc")
