"""The ZIP of a bundle: papers, texts, indexes, digests, under names that tell nothing.

Bytes go from file to file in pieces. The same files under the same names give the same bytes.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evidence.bundles import tables
from evidence.bundles.listing import Paper
from evidence.bundles.models import Bundle
from evidence.bundles.sources import Source
from evidence.files.shelves import chunks_of
from evidence.pdf.problems import BundleWrong

# The first moment a ZIP can name; a build has no date, so that equal contents are equal bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
DIGESTS = "manifest-sha256.txt"
# A larger bundle is not packed into its own ZIP: it would be handed out and kept twice.
LARGEST_PDF_INSIDE = 100 * 1024 * 1024


@dataclass(frozen=True)
class Member:
    """A file in a ZIP, as it was written there."""

    name: str
    sha256: str
    size: int


class Pack:
    """A ZIP in the making. What it holds is stored as it is: PDFs are packed already."""

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

    def add_digests(self) -> Member:
        """What is in so far, as `sha256sum -c` reads it."""
        lines = (f"{member.sha256}  {member.name}\n" for member in self.members)
        return self.add_bytes(DIGESTS, "".join(lines).encode())

    def _write(self, name: str, size: int, chunks: Iterable[bytes]) -> Member:
        entry = zipfile.ZipInfo(name, ZIP_EPOCH)
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


def pack(bundle: Bundle, sources: Sequence[Source], papers: Sequence[Paper], pdf: Path) -> Path:
    """Write the ZIP beside the bundle's PDF: the papers, their texts, the indexes, all digests.

    Raises `BundleWrong` if a file is not what it was when it was found.
    """
    target = pdf.with_name("bundle.zip")
    with Pack(target) as out:
        _add_indexes(out, bundle, papers, pdf.parent)
        for source, paper in zip(sources, papers, strict=True):
            if source.path:
                _unaltered(out.add(paper.pdf, source.path), source.frozen["pdf"])
            if source.text:
                _unaltered(out.add(paper.text, source.text), source.frozen["text"])
        if pdf.stat().st_size <= LARGEST_PDF_INSIDE:
            out.add("bundle.pdf", pdf)
        out.add_digests()
    return target


def _add_indexes(out: Pack, bundle: Bundle, papers: Sequence[Paper], folder: Path) -> None:
    tables.write_csv(papers, folder / "index.csv")
    tables.write_xlsx(papers, folder / "index.xlsx")
    tables.write_json(bundle.frozen["front"], bundle.fingerprint, papers, folder / "index.json")
    for name in ("index.csv", "index.xlsx", "index.json"):
        out.add(name, folder / name)


def _unaltered(member: Member, sha256: str) -> None:
    if member.sha256 != sha256:
        raise BundleWrong(f"The file {member.name} was altered while it was packed.")
