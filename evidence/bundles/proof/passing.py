"""Reads a ZIP of ours as its bytes go by, keeping none of them but the manifest and its signature.

A ZIP says twice what it holds: before each file, and in its directory at the end, which is what
programs open. Only where both say the same of the same bytes, with nothing before, between or
after, is it taken for one of ours; of any other nothing is said at all.
"""

import hashlib
import struct
from collections.abc import Generator

from evidence.bundles.packing.manifest import NAME, SIGNATURE
from evidence.bundles.packing.zipped import Member
from evidence.bundles.proof.signing import SIGNATURE_SIZE

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
LOCAL_HEAD = struct.Struct("<HHHHHIIIHH")
CENTRAL_HEAD = struct.Struct("<HHHHHHIIIHHHHHII")
END_HEAD = struct.Struct("<HHHHIIH")
UTF8 = 0x800
MOST_MEMBERS, LONGEST_NAME = 20_000, 120
PIECE = 256 * 1024

Reading = Generator[int, bytes, None]


class NotOurs(Exception):
    """This is no ZIP as we write them."""


class PassingZip:
    """Feed it the bytes in order, then ask `whole()`."""

    def __init__(self, *, room: int) -> None:
        """At most `room` bytes are kept of the manifest."""
        self.members: list[Member] = []
        self.manifest = self.signature = b""
        self._room = room
        self._heads: list[tuple[bytes, int, int, int]] = []
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
                piece = bytes(self._waiting[: self._wanted])
                del self._waiting[: self._wanted]
                self._at += len(piece)
                self._wanted = self._reading.send(piece)
        except (NotOurs, UnicodeDecodeError):
            self._ours = False
            self._waiting.clear()
            self.manifest = self.signature = b""

    def whole(self) -> bool:
        """Whether all that was fed is one ZIP of ours, from its first byte to its last."""
        return self._ours and self._ended and not self._waiting

    def _whole_file(self) -> Reading:
        mark = yield len(LOCAL)
        while mark == LOCAL:
            yield from self._member()
            mark = yield len(LOCAL)
        directory = self._at - len(mark)
        for head in self._heads:
            _ours(mark == CENTRAL)
            yield from self._entry(head)
            mark = yield len(CENTRAL)
        size = self._at - len(mark) - directory
        _ours(mark == END)
        told = END_HEAD.unpack((yield END_HEAD.size))
        count = len(self._heads)
        _ours(told == (0, 0, count, count, size, directory, 0))
        self._ended = True
        yield 1
        raise NotOurs

    def _member(self) -> Reading:
        start = self._at - len(LOCAL)
        head = LOCAL_HEAD.unpack((yield LOCAL_HEAD.size))
        _version, flags, method, _time, _date, check, packed, size, length, more = head
        _ours(flags in {0, UTF8} and method == 0 and packed == size and more == 0)
        _ours(0 < length <= LONGEST_NAME and len(self._heads) < MOST_MEMBERS)
        written = yield length
        self._heads.append((written, check, size, start))
        name = written.decode()
        most = {NAME: self._room, SIGNATURE: SIGNATURE_SIZE}.get(name)
        kept = None if most is None else bytearray()
        _ours(most is None or size <= most)
        digest, left = hashlib.sha256(), size
        while left:
            piece = yield min(left, PIECE)
            left -= len(piece)
            digest.update(piece)
            if kept is not None:
                kept += piece
        if name == NAME and not self.manifest:
            self.manifest = bytes(kept or b"")
        elif name == SIGNATURE and not self.signature:
            self.signature = bytes(kept or b"")
        else:
            self.members.append(Member(name, digest.hexdigest(), size))

    def _entry(self, head: tuple[bytes, int, int, int]) -> Reading:
        """An entry of the directory, which must say what was said before the file."""
        name, check, size, start = head
        told = CENTRAL_HEAD.unpack((yield CENTRAL_HEAD.size))
        _by, _version, flags, method, _time, _date, *rest = told
        packed, unpacked, length, more, comment, disk, _kind, _mode, offset = rest[1:]
        _ours(flags in {0, UTF8} and method == 0 and rest[0] == check)
        _ours((packed, unpacked, offset) == (size, size, start))
        _ours((length, more, comment, disk) == (len(name), 0, 0, 0))
        _ours((yield length) == name)


def _ours(so: bool) -> None:  # noqa: FBT001
    if not so:
        raise NotOurs
