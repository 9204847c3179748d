"""The volumes of a bundle: source files, and finished PDFs."""

from dataclasses import dataclass
from pathlib import Path

from evidence.bundles.spec.snapshot import SnapshotItem
from evidence.pdf.assemble.bundle import Joined


@dataclass(frozen=True)
class Source:
    """One file to be bound, with the paths of its pages, its text and its fragment. A path is None
    if there is none, or if it cannot be used."""

    key: str
    item: SnapshotItem
    path: Path | None = None
    fragment: Path | None = None
    text: Path | None = None
    reason: str = ""
    text_reason: str = ""


Part = tuple[Source, ...]


@dataclass(frozen=True)
class Volume:
    """One finished PDF of a bundle: number, name, path, sources and page numbers."""

    number: int
    name: str
    path: Path
    sources: Part
    joined: Joined
