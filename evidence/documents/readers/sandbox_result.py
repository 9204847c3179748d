"""Passes a reading from the sandbox to the process that asked for it.

The document and its pictures are files in a folder, the rest is JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from evidence.documents.document import Document
from evidence.documents.metadata import Detail
from evidence.documents.read import Reading
from evidence.findings import Finding, Location

DOCUMENT: Final = "document.json"


@dataclass(frozen=True)
class Handed:
    """A reading without its files, or the message that says why the file cannot be read."""

    refused: str = ""
    images: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    details: tuple[Detail, ...] = ()
    words: int = 0

    @classmethod
    def from_answer(cls, answer: object) -> "Handed":
        fields = cast("Mapping[str, Any]", answer)
        return cls(
            refused=fields["refused"],
            images=tuple(fields["images"]),
            findings=tuple(Finding.from_json(row) for row in fields["findings"]),
            details=tuple(
                Detail(row["words"], Location.from_json(row["location"]))
                for row in fields["details"]
            ),
            words=fields["words"],
        )


def handed(reading: Reading, folder: Path) -> dict[str, Any]:
    """Writes the files into the folder. Returns the answer that goes with them."""
    (folder / DOCUMENT).write_bytes(reading.document.to_json())
    for name, content in reading.images.items():
        (folder / name).write_bytes(content)
    return {
        "refused": "",
        "images": list(reading.images),
        "findings": [finding.to_json() for finding in reading.findings],
        "details": [
            {"words": detail.words, "location": detail.location.to_json()}
            for detail in reading.details
        ],
        "words": reading.words,
    }


def taken(answer: Handed, folder: Path) -> Reading:
    document = Document.from_json((folder / DOCUMENT).read_bytes())
    images = {name: (folder / Path(name).name).read_bytes() for name in answer.images}
    return Reading(document, images, answer.findings, answer.words, answer.details)
