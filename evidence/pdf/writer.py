"""Write the objects of a PDF to a file, one after the other, never holding more than one.

Objects may be numbered long before they are written, so that pages can point at a stamp whose
page number nobody knows yet. Format: ISO 32000-2, 7.3.10 and 7.5.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from typing import BinaryIO, Final

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# The old table of objects holds ten digits of position.
LARGEST_FILE: Final = 9_999_999_999


class Writer:
    """Objects go in by number, in any order; `finish` writes the table that finds them."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0
        self._offsets: list[int] = [0]
        self._digest = hashlib.sha256()
        self._write(HEADER)

    def allocate(self) -> int:
        """The number of an object that will be written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def put(self, number: int, *parts: bytes | memoryview) -> None:
        """Write an allocated object, given as it stands between `obj` and `endobj`."""
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n" % number)
        for part in parts:
            self._write(part)
        self._write(b"\nendobj\n")

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
            content = zlib.compress(content, 9)
            extra += b" /Filter /FlateDecode"
        head = b"<< /Length %d%s >>\nstream\n" % (len(content), extra and b" " + extra)
        self.put(number, head, content, b"\nendstream")

    def finish(self, *, catalog: int, info: int) -> None:
        """Write the table of objects and the trailer. The file's identifier is made from its
        content, so the same content gives the same file. Raises ValueError over 10 GB."""
        start = self._at
        if start > LARGEST_FILE:
            message = "the file is larger than 10 GB"
            raise ValueError(message)
        identifier = self._digest.hexdigest()[:32].encode()
        table = [b"0000000000 65535 f \n"]
        table += (
            b"%010d 00000 n \n" % offset if offset else b"0000000000 65535 f \n"
            for offset in self._offsets[1:]
        )
        self._write(b"xref\n0 %d\n" % len(self._offsets))
        self._write(b"".join(table))
        names = (len(self._offsets), catalog, info, identifier, identifier)
        self._write(b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>] >>\n" % names)
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write(self, part: bytes | memoryview) -> None:
        self._out.write(part)
        self._digest.update(part)
        self._at += len(part)


def text(words: str) -> bytes:
    """A text string of any language (7.9.2.2). The escape sign is left out: readers take it, and
    what comes after it, for the name of a language."""
    plain = words.replace("\x1b", "")
    return b"<feff%b>" % plain.encode("utf-16-be", "replace").hex().encode()


def reference(number: int) -> bytes:
    """A pointer at an object."""
    return b"%d 0 R" % number


def array(items: Iterable[bytes]) -> bytes:
    """An array of what is already written out."""
    return b"[ %b ]" % b" ".join(items)


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """A dictionary of what is already written out, by plain names."""
    return b"<< %b >>" % b" ".join(b"/%b %b" % (k.encode(), v) for k, v in entries.items())
