"""The snapshot of a bundle: its contents when it was asked for, and all that the build reads.

The same snapshot gives the same bytes. Later decisions do not change a bundle.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from evidence.errors import EvidenceError
from evidence.pdf.assemble.spec import Stamp

# Increase this when a field is added, removed or gets another meaning.
VERSION: Final = 1


class SnapshotVersionError(EvidenceError):
    """The snapshot was written by another version of the program."""


@dataclass(frozen=True)
class SnapshotFront:
    """The text of the cover and the pages, and the page numbering.

    `first` is the number of the first page, `width` the least number of digits. `tables` stand
    before the submissions; their rows lead to items by position.
    """

    committee: str
    inquiry: str
    hc_number: str
    title: str
    marking: str
    left_out: list[str]
    lines: list[str] = field(default_factory=list)
    prefix: str = ""
    first: int = 1
    width: int = 0
    of_pages: bool = False
    stamp: str = Stamp.TOP_RIGHT
    dividers: bool = False
    tables: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class SnapshotItem:
    """One file: `pdf`, `text` and `fragment` are digests, empty if there is none.

    `kept` holds the page numbers it had in an earlier bundle, `ours` how many of its first pages
    were set by us, `sheet` the names and values of its cover sheet.
    """

    reference: str
    label: str
    date: str
    kind: str
    pdf: str
    pages: int
    tab: str = ""
    groups: list[str] = field(default_factory=list)
    marking: str = ""
    sheet: list[list[str]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    ours: int = 0
    text: str = ""
    fragment: str = ""
    institutions: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    status: str = ""


@dataclass(frozen=True)
class Snapshot:
    """`volume_pages` and `volume_megabytes` limit each volume; 0 is no limit. `earlier` holds the
    numbers of the bundle whose numbers are kept, `elsewhere` the files of those it goes on from.
    Each of `indexes` leads from names to the positions of items."""

    front: SnapshotFront
    items: list[SnapshotItem]
    indexes: dict[str, list[list[Any]]]
    volume_pages: int = 0
    volume_megabytes: int = 0
    quoted: list[list[str]] = field(default_factory=list)
    earlier: dict[str, Any] | None = None
    elsewhere: list[dict[str, Any]] = field(default_factory=list)
    version: int = VERSION

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises `SnapshotVersionError` for one that another version of the program wrote."""
        if stored.get("version") != VERSION:
            raise SnapshotVersionError(
                "The contents of this bundle were written down by another version of the program. "
                "Create the bundle again."
            )
        front = SnapshotFront(**stored["front"])
        items = [SnapshotItem(**item) for item in stored["items"]]
        return cls(**{**stored, "front": front, "items": items})

    def fingerprint(self) -> str:
        """The SHA-256 of the contents. Fragments are another form of the same pages: they do not
        count."""
        contents = self.to_json()
        for item in contents["items"]:
            del item["fragment"]
        written = json.dumps(contents, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()
