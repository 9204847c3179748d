"""The volumes of a bundle: the files that are bound, and each finished PDF."""

from dataclasses import dataclass
from pathlib import Path

from evidence.bundles.spec.snapshot import SnapshotItem
from evidence.pdf.assemble.bundle import Joined


@dataclass(frozen=True)
class Source:
    """One submission with the paths its pages and its text can be read at, each None if it cannot
    be used or there is none, and that of its fragment, if it was prepared."""

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
    """One finished PDF of a bundle: its number, what it is called, where it lies, what stands in
    it and where."""

    number: int
    name: str
    path: Path
    sources: Part
    joined: Joined
