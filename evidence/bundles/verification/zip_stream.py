"""Reads a ZIP of ours while it streams in, keeping only the manifest and its signature.

A ZIP lists its files twice: before each file, and in the directory at its end, which programs read.
It is taken for one of ours only if both agree, with nothing before, between or after. Any other is
unknown.
"""

import hashlib
import struct
from collections.abc import Generator, Iterator

from evidence.bundles.export.deterministic_zip import Member
from evidence.bundles.export.manifest import NAME, SIGNATURE
from evidence.custody.signing_keys import SIGNATURE_SIZE

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# ZIP64 (APPNOTE 4.3.14, 4.3.15, 4.5.3): the end of a directory, its locator, and the extra field
# for long numbers.
END_64, WHERE_64, LONG = b"PK\x06\x06", b"PK\x06\x07", 1
LOCAL_HEAD = struct.Struct("<HHHHHIIIHH")
CENTRAL_HEAD = struct.Struct("<HHHHHHIIIHHHHHII")
END_HEAD = struct.Struct("<HHHHIIH")
END_64_HEAD = struct.Struct("<QHHIIQQQQ")
WHERE_64_HEAD = struct.Struct("<IQI")
# The fields of a file that header and directory must agree on.
SAME, KEPT = struct.Struct("<HIQQ"), struct.Struct("<H32sQ")
SEE_64, SEE_64_COUNT = 0xFFFFFFFF, 0xFFFF
UTF8 = 0x800
MOST_MEMBERS, LONGEST_NAME = 80_000, 120
CHUNK = 256 * 1024

Reading = Generator[int, bytes, None]


class UnknownZipError(Exception):
    """This is not a ZIP as we write them."""


class PassingZip:
    """Feed it the bytes in order, then ask `whole()`."""

    def __init__(self, *, room: int) -> None:
        """At most `room` bytes are kept of the manifest."""
        self.manifest = self.signature = b""
        self._room = room
        self._count = 0
        # Of the headers, only a digest to compare with the directory is kept, and of each file what
        # a manifest says about it, because a ZIP can have very many files.
        self._headers, self._listed = hashlib.sha256(), hashlib.sha256()
        self._kept = bytearray()
        self._waiting = bytearray()
        self._at = 0
        self._ours = True
        self._ended = False
        self._reading = self._whole_file()
        self._wanted = next(self._reading)

    def take(self, chunk: bytes) -> None:
        if not self._ours:
            return
        self._waiting += chunk
        try:
            while self._wanted <= len(self._waiting):
                part = bytes(self._waiting[: self._wanted])
                del self._waiting[: self._wanted]
                self._at += len(part)
                self._wanted = self._reading.send(part)
        except (UnknownZipError, UnicodeDecodeError):
            self._ours = False
            self._waiting.clear()
            self.manifest = self.signature = b""

    @property
    def members(self) -> Iterator[Member]:
        """The files, but for manifest and signature, in their order."""
        at = 0
        while at < len(self._kept):
            length, digest, size = KEPT.unpack_from(self._kept, at)
            at += KEPT.size + length
            yield Member(self._kept[at - length : at].decode(), digest.hex(), size)

    def whole(self) -> bool:
        """Whether all bytes so far are one complete ZIP of ours."""
        return self._ours and self._ended and not self._waiting

    def _whole_file(self) -> Reading:
        mark = yield len(LOCAL)
        while mark == LOCAL:
            yield from self._member()
            mark = yield len(LOCAL)
        directory = self._at - len(mark)
        for _ in range(self._count):
            _ours(mark == CENTRAL)
            yield from self._entry()
            mark = yield len(CENTRAL)
        _ours(self._headers.digest() == self._listed.digest())
        size, count = self._at - len(mark) - directory, self._count
        if mark == END_64:
            yield from self._long_end(count, size, directory)
            mark = yield len(END)
        else:
            _ours(count < SEE_64_COUNT)
        _ours(mark == END)
        fields = END_HEAD.unpack((yield END_HEAD.size))
        short = min(count, SEE_64_COUNT)
        _ours(fields == (0, 0, short, short, min(size, SEE_64), min(directory, SEE_64), 0))
        self._ended = True
        yield 1
        raise UnknownZipError

    def _long_end(self, count: int, size: int, directory: int) -> Reading:
        """The ZIP64 end of a directory, and its position."""
        at = self._at - len(END_64)
        fields = END_64_HEAD.unpack((yield END_64_HEAD.size))
        _ours(fields[0] == END_64_HEAD.size - 8 and fields[3:5] == (0, 0))
        _ours(fields[5:] == (count, count, size, directory))
        _ours((yield len(WHERE_64)) == WHERE_64)
        _ours(WHERE_64_HEAD.unpack((yield WHERE_64_HEAD.size)) == (0, at, 1))

    def _member(self) -> Reading:
        start = self._at - len(LOCAL)
        head = LOCAL_HEAD.unpack((yield LOCAL_HEAD.size))
        _version, flags, method, _time, _date, check, packed, size, length, more = head
        _ours(flags in {0, UTF8} and method == 0 and packed == size)
        _ours(0 < length <= LONGEST_NAME and self._count < MOST_MEMBERS)
        written = yield length
        if more:
            long = LongNumbers((yield more))
            size, packed = long.next(size), long.next(packed)
            _ours(packed == size and long.at_end)
        self._count += 1
        self._headers.update(SAME.pack(length, check, size, start) + written)
        name = written.decode()
        most = {NAME: self._room, SIGNATURE: SIGNATURE_SIZE}.get(name)
        kept = None if most is None else bytearray()
        _ours(most is None or size <= most)
        digest, left = hashlib.sha256(), size
        while left:
            chunk = yield min(left, CHUNK)
            left -= len(chunk)
            digest.update(chunk)
            if kept is not None:
                kept += chunk
        if name == NAME and not self.manifest:
            self.manifest = bytes(kept or b"")
        elif name == SIGNATURE and not self.signature:
            self.signature = bytes(kept or b"")
        else:
            self._kept += KEPT.pack(length, digest.digest(), size) + written

    def _entry(self) -> Reading:
        """Reads a directory entry. Together they must repeat the headers of the files."""
        fields = CENTRAL_HEAD.unpack((yield CENTRAL_HEAD.size))
        _by, _version, flags, method, _time, _date, *rest = fields
        packed, unpacked, length, more, comment, disk, _kind, _mode, offset = rest[1:]
        _ours(flags in {0, UTF8} and method == 0)
        _ours((comment, disk) == (0, 0) and 0 < length <= LONGEST_NAME)
        name = yield length
        if more:
            long = LongNumbers((yield more))
            unpacked, packed, offset = long.next(unpacked), long.next(packed), long.next(offset)
            _ours(long.at_end)
        _ours(packed == unpacked)
        self._listed.update(SAME.pack(length, rest[0], unpacked, offset) + name)


class LongNumbers:
    """The ZIP64 numbers of a header, in order."""

    def __init__(self, field: bytes) -> None:
        _ours(len(field) in {12, 20, 28})
        _ours(struct.unpack_from("<HH", field) == (LONG, len(field) - 4))
        self._numbers: list[int] = list(struct.unpack(f"<{(len(field) - 4) // 8}Q", field[4:]))

    @property
    def at_end(self) -> bool:
        return not self._numbers

    def next(self, short: int) -> int:
        """The number that `short` stands for in the header."""
        if short != SEE_64:
            return short
        _ours(bool(self._numbers))
        return self._numbers.pop(0)


def _ours(so: bool) -> None:  # noqa: FBT001
    if not so:
        raise UnknownZipError
