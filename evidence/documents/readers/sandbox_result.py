"""How a reading is passed from the sandbox to the process that asked for it.

The document and its pictures are files in a folder, the rest is JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

from evidence.documents.document import Document
from evidence.documents.errors import DocumentFinding
from evidence.documents.metadata import Detail
from evidence.documents.read import Reading

DOCUMENT: Final = "document.json"


@dataclass(frozen=True)
class Handed:
    """A reading without its files, or the sentence that says why there is none."""

    refused: str = ""
    images: tuple[str, ...] = ()
    findings: tuple[DocumentFinding, ...] = ()
    details: tuple[Detail, ...] = ()
    words: int = 0

    @classmethod
    def from_answer(cls, answer: object) -> "Handed":
        fields = cast("Mapping[str, Any]", answer)
        return cls(
            refused=fields["refused"],
            images=tuple(fields["images"]),
            findings=tuple(DocumentFinding(**row) for row in fields["findings"]),
            details=tuple(Detail(**row) for row in fields["details"]),
            words=fields["words"],
        )


def handed(reading: Reading, folder: Path) -> dict[str, Any]:
    """Writes the files into the folder. Returns the answer that goes with them."""
    (folder / DOCUMENT).write_bytes(reading.document.to_json())
    for name, content in reading.images.items():
        (folder / name).write_bytes(content)
    return asdict(
        Handed("", tuple(reading.images), reading.findings, reading.details, reading.words)
    )


def taken(answer: Handed, folder: Path) -> Reading:
    document = Document.from_json((folder / DOCUMENT).read_bytes())
    images = {name: (folder / Path(name).name).read_bytes() for name in answer.images}
    return Reading(document, images, answer.findings, answer.words, answer.details)
