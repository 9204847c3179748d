"""Writes a ZIP whose bytes depend only on its files and their names.

Files are stored without compression, since PDFs are compressed already, and copied in chunks.
"""

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evidence.files.storage import chunks_of

# The earliest date of the format. A build has no date, so that equal contents give equal bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Member:
    """A file as it was written to the ZIP."""

    name: str
    sha256: str
    size: int


class Zipped:
    """A ZIP that is being written."""

    def __init__(self, target: Path) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, name: str, path: Path) -> Member:
        with path.open("rb") as stream:
            return self._write(name, path.stat().st_size, chunks_of(stream))

    def add_bytes(self, name: str, content: bytes) -> Member:
        return self._write(name, len(content), [content])

    def _write(self, name: str, size: int, chunks: Iterable[bytes]) -> Member:
        entry = zipfile.ZipInfo(name, EPOCH)
        entry.external_attr = 0o644 << 16
        entry.file_size = size
        digest, written = hashlib.sha256(), 0
        with self._zip.open(entry, "w") as out:
            for chunk in chunks:
                digest.update(chunk)
                written += len(chunk)
                out.write(chunk)
        member = Member(name, digest.hexdigest(), written)
        self.members.append(member)
        return member
