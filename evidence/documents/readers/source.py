"""The result of a reader of one format, before pandoc reads the file."""

from dataclasses import dataclass, field

from evidence.documents.metadata import Detail
from evidence.documents.readers.completeness import Passage
from evidence.documents.readers.list_labels import Labels
from evidence.findings import Finding


@dataclass(slots=True)
class Original:
    """Passages the document must hold, findings, and pictures by the names pandoc gives them.

    `descriptions` are alternative texts of pictures that pandoc passes over. `language` is a two-
    or three-letter code, or empty where the file does not say. `details` are the file's metadata.
    `labels` are the labels of list items whose marks stand before their words.
    """

    passages: list[Passage] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    language: str = ""
    details: list[Detail] = field(default_factory=list)
    labels: Labels = field(default_factory=Labels)
