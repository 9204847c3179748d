"""What a reader of one format finds in a file before pandoc reads it."""

from dataclasses import dataclass, field

from evidence.documents.errors import DocumentFinding
from evidence.documents.metadata import Detail
from evidence.documents.readers.completeness import Passage


@dataclass(slots=True)
class Original:
    """Passages the document must hold, findings, and pictures by the names pandoc gives them.

    `descriptions` are alternative texts of pictures that pandoc passes over. `language` is a two-
    or three-letter code, or empty where the file does not say. `details` are what the file says
    about itself beside its text.
    """

    passages: list[Passage] = field(default_factory=list)
    findings: list[DocumentFinding] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    language: str = ""
    details: list[Detail] = field(default_factory=list)
