"""Reads the objects of a PDF as qpdf writes them, and copies them with room for new numbers."""

import io
import re
from array import array
from collections.abc import Sequence
from typing import Final

from pikepdf import ObjectStreamMode, Pdf, StreamDecodeLevel

from evidence.pdf.fragment.file_format import FIELD

# A string, a hex string, or a reference. Strings come first, so that their content never matches as
# a reference. qpdf escapes every bracket inside a string.
TOKEN: Final = re.compile(
    rb"\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F]*>|(?<![\w#./+-])(\d+) 0 R(?!\w)", re.DOTALL
)
# Placeholders in our own objects: a key of the parent tree, an element's identifier.
OURS: Final = re.compile(
    rb"\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F]*>|\b(\d+) 0 R\b|@K(\d+)@|@I(\d+)@", re.DOTALL
)
POINTER: Final = re.compile(rb"(\d+) 0 R")
STREAM: Final = b"\nstream\n"


def plain(pdf: Pdf) -> bytes:
    """The file as plain objects, one after the other, streams unchanged."""
    out = io.BytesIO()
    pdf.save(
        out,
        static_id=True,
        encryption=False,
        compress_streams=False,
        stream_decode_level=StreamDecodeLevel.none,
        object_stream_mode=ObjectStreamMode.disable,
        fix_metadata_version=False,
    )
    return out.getvalue()


class Objects:
    """The objects of a file that `plain` wrote, by number."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        start = int(raw[raw.rindex(b"startxref") + 9 :].split()[0])
        head = raw.index(b"\n", start + 5) + 1
        count = int(raw[start + 5 : head].split()[1])
        rows = raw[head : head + 20 * count]
        self._offsets = [int(rows[at : at + 10]) for at in range(0, 20 * count, 20)]
        self._offsets.append(start)
        trailer = raw[head + 20 * count :]
        self.root = first(rb"/Root (\d+) 0 R", trailer)
        self.numbers = range(1, count)

    def parts(self, number: int) -> tuple[bytes, bytes]:
        """The text of an object, and its stream from the word `stream` on, or nothing."""
        raw = self.raw
        begin = raw.index(b" obj\n", self._offsets[number]) + 5
        end = raw.rindex(b"\nendobj", begin, self._offsets[number + 1])
        middle = raw.find(STREAM, begin, end)
        middle = end if middle < 0 else middle
        return raw[begin:middle], raw[middle:end]


def first(pattern: bytes, words: bytes) -> int:
    """The number a pattern finds. Raises ValueError where it finds none."""
    match = re.search(pattern, words)
    if match is None:
        message = "the prepared file is not as it was written"
        raise ValueError(message)
    return int(match[1])


def pointers(pattern: bytes, words: bytes) -> list[int]:
    """The object numbers in the array a pattern finds."""
    match = re.search(pattern, words)
    return [int(number) for number in POINTER.findall(match[1])] if match else []


def points(words: bytes) -> bool:
    """Whether this text contains a reference."""
    return any(match[1] for match in TOKEN.finditer(words))


class Body:
    """The objects of a fragment that is being made: bytes, and the positions of their fields."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.refs_at, self.refs_to = array("I"), array("I")
        self.keys_at, self.keys_to = array("I"), array("I")
        self.starts = array("I")

    def content(self) -> bytes:
        return b"".join(self._parts)

    def begin(self, number: int) -> None:
        """The head of the object with this local number."""
        self.starts.append(self._size)
        self._reference(number)
        self._add(b" 0 obj\n")

    def words(self, words: bytes, numbers: Sequence[int]) -> None:
        """Text that qpdf wrote; `numbers` maps qpdf's object numbers to local ones."""
        at = 0
        for match in TOKEN.finditer(words):
            if match[1] is not None:
                self._add(words[at : match.start(1)])
                self._reference(numbers[int(match[1])])
                at = match.end(1)
        self._add(words[at:])

    def ours(self, words: bytes) -> None:
        """Text of our own, with local numbers, keys as `@K…@`, identifiers as `@I…@`."""
        at = 0
        for match in OURS.finditer(words):
            number, key, name = match.groups()
            if number is not None:
                self._add(words[at : match.start(1)])
                self._reference(int(number))
                at = match.end(1)
            elif key is not None:
                self._add(words[at : match.start()])
                self._key(int(key))
                at = match.end()
            elif name is not None:
                self._add(words[at : match.start()] + b"(")
                self._reference(int(name))
                self._add(b")")
                at = match.end()
        self._add(words[at:])

    def end(self, stream: bytes = b"") -> None:
        if stream:
            self._add(stream)
        self._add(b"\nendobj\n")

    def _reference(self, number: int) -> None:
        self.refs_at.append(self._size)
        self.refs_to.append(number)
        self._add(b" " * FIELD)

    def _key(self, key: int) -> None:
        self.keys_at.append(self._size)
        self.keys_to.append(key)
        self._add(b" " * FIELD)

    def _add(self, part: bytes) -> None:
        self._parts.append(part)
        self._size += len(part)
