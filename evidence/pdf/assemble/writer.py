"""Writes the objects of a PDF to a file as they come, so at most one item is in memory.

Objects can be numbered long before they are written, so that a page can refer to its stamp before
the page number is known. Format: ISO 32000-2, 7.3.10, 7.5 and, for the table of objects as a
stream, 7.5.8.
"""

import hashlib
import zlib
from collections.abc import Sequence
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from evidence.pdf.assemble.syntax import dictionary, reference

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# A field of a fragment has eight characters.
MOST_OBJECTS: Final = 99_999_999
_OFFSET_BYTES: Final = 6
_UP: Final = 2
_ROWS_AT_ONCE: Final = 100_000


class Writer:
    """Writes objects by number, in any order. `finish` writes the cross-reference table."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0
        self._offsets: NDArray[np.uint64] = np.zeros(4096, dtype=np.uint64)
        self._count = 1
        self._digest = hashlib.sha256()
        self._write(HEADER)

    def allocate(self, count: int = 1) -> int:
        """The first of `count` numbers, one after the other, of objects written later.

        Raises ValueError if there are more objects than a bundle can number.
        """
        first = self._count
        self._count += count
        if self._count > MOST_OBJECTS:
            message = "it has more than 99,999,999 objects"
            raise ValueError(message)
        if self._count > len(self._offsets):
            larger = np.zeros(max(self._count, 2 * len(self._offsets)), dtype=np.uint64)
            larger[: len(self._offsets)] = self._offsets
            self._offsets = larger
        return first

    def put(self, number: int, *parts: bytes | memoryview) -> None:
        """Write an allocated object, given as it stands between `obj` and `endobj`."""
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n" % number)
        for part in parts:
            self._write(part)
        self._write(b"\nendobj\n")

    def put_all(self, first: int, objects: Sequence[bytes]) -> None:
        """Write many small objects with numbers one after the other, given as for `put`."""
        numbered = [
            b"%d 0 obj\n%b\nendobj\n" % (number, words)
            for number, words in enumerate(objects, first)
        ]
        sizes = np.fromiter(map(len, numbered), dtype=np.uint64, count=len(numbered))
        ends = np.cumsum(sizes) + np.uint64(self._at)
        self._offsets[first : first + len(numbered)] = ends - sizes
        self._write(b"".join(numbered))

    def put_ready(
        self, first: int, starts: NDArray[np.uint64], content: memoryview, *, digest: bytes
    ) -> None:
        """Write objects that are ready, one after the other, numbered from `first`.

        `starts` are their places in `content`; `digest` stands for it in the file's identifier.
        """
        self._offsets[first : first + len(starts)] = starts + np.uint64(self._at)
        self._out.write(content)
        self._digest.update(digest)
        self._at += len(content)

    def add_ready(self, content: memoryview, *, digest: bytes) -> int:
        """Write a new object, `digest` standing for it in the file's identifier."""
        number = self.allocate()
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n" % number)
        self._out.write(content)
        self._digest.update(digest)
        self._at += len(content)
        self._write(b"\nendobj\n")
        return number

    def add(self, *parts: bytes | memoryview) -> int:
        """Write a new object and return its number."""
        number = self.allocate()
        self.put(number, *parts)
        return number

    def stream(
        self, number: int, content: bytes, extra: bytes = b"", *, pack: bool = False
    ) -> None:
        """Write an allocated stream, compressed on request."""
        if pack:
            content = zlib.compress(content, 6)
            extra += b" /Filter /FlateDecode"
        head = b"<< /Length %d%s >>\nstream\n" % (len(content), extra and b" " + extra)
        self.put(number, head, content, b"\nendstream")

    def finish(self, *, catalog: int, info: int) -> None:
        """Writes the cross-reference table. The file identifier is made from the content, so equal
        content gives equal files."""
        number = self.allocate()
        start = self._at
        identifier = self._digest.hexdigest()[:32].encode()
        self._offsets[number] = start
        table = _table(self._offsets[: self._count])
        entries = {
            "Type": b"/XRef",
            "Size": b"%d" % self._count,
            "W": b"[ 1 %d 0 ]" % _OFFSET_BYTES,
            "Root": reference(catalog),
            "Info": reference(info),
            "ID": b"[ <%b> <%b> ]" % (identifier, identifier),
            "Filter": b"/FlateDecode",
            "DecodeParms": b"<< /Predictor 12 /Columns %d >>" % (_OFFSET_BYTES + 1),
            "Length": b"%d" % len(table),
        }
        self.put(number, dictionary(entries), b"\nstream\n", table, b"\nendstream")
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write(self, part: bytes | memoryview) -> None:
        self._out.write(part)
        self._digest.update(part)
        self._at += len(part)


def _table(offsets: NDArray[np.uint64]) -> bytes:
    """The rows of the cross-reference table, each as the difference from the row above,
    compressed."""
    packer = zlib.compressobj(1)
    parts = []
    above = np.zeros(_OFFSET_BYTES + 1, dtype=np.uint8)
    for at in range(0, len(offsets), _ROWS_AT_ONCE):
        some = offsets[at : at + _ROWS_AT_ONCE]
        rows = np.empty((len(some), _OFFSET_BYTES + 1), dtype=np.uint8)
        rows[:, 0] = some > 0
        rows[:, 1:] = some.astype(">u8").view(np.uint8).reshape(-1, 8)[:, -_OFFSET_BYTES:]
        marked = np.full((len(some), _OFFSET_BYTES + 2), _UP, dtype=np.uint8)
        marked[0, 1:] = rows[0] - above
        marked[1:, 1:] = rows[1:] - rows[:-1]
        above = rows[-1]
        parts.append(packer.compress(marked.tobytes()))
    return b"".join([*parts, packer.flush()])
