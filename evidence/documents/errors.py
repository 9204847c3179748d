"""What a reader gives besides a document: an error, or findings for a clerk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warn", "hold"]


CODES: Mapping[str, str] = {
    "comment-left-out": "A comment in the file was left out.",
    "deletion-dropped": "Text deleted as a tracked change was left out.",
    "drawing-left-out": "A chart or diagram was left out.",
    "embedded-left-out": "A file inside the file was left out.",
    "encoding": "The letters of a plain text were guessed.",
    "faint-text": "Text too faint or small to be seen in the original can be read now.",
    "field-left-out": "A field of an unusual kind was not carried out.",
    "footer-left-out": "The footer of the pages was left out.",
    "formula": "A formula is shown in TeX notation.",
    "header-left-out": "The header of the pages was left out.",
    "hidden-text": "Hidden text was removed. Check it before you continue.",
    "insertion-accepted": "Text inserted as a tracked change was kept.",
    "letter-replaced": "Letters that no font has were replaced in the PDF.",
    "link-left-out": "A link to something other than a web or mail address became plain text.",
    "list-numbered": "Paragraphs that were items of a numbered list have our paragraph numbers.",
    "metadata-carried": (
        "Something the file says about itself, which no reader of its text sees, stands in what "
        "would be published."
    ),
    "metadata-in-text": "The file's properties name people; the same words are in its text.",
    "metadata-left-out": "Names in the file's properties were removed.",
    "metadata-unchecked": (
        "It could not be checked whether what the file says about itself stands in what would be "
        "published."
    ),
    "pdf-not-ua": "The PDF does not meet the accessibility standard PDF/UA.",
    "picture-left-out": "A picture was left out.",
    "raw-left-out": "Program code in the file was left out.",
    "text-box-carried": "The words of a text box stand as paragraphs after the one they hung on.",
    "title-left-out": "The title of the web page was left out.",
    "words-added": "Words stand in the document that were not found in the original.",
    "words-missing": "Words of the original are missing in the document.",
}
"""What each kind of finding means, in a sentence for a clerk."""


class UnreadableFileError(Exception):
    """The file cannot be read into the document. `str(error)` says why and what to do."""


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """Something a clerk should know about how a document was read or set.

    `code` names the kind (see `CODES`). `words` are the witness's own words it is about, if any.
    `where` is their place in the original. "hold" stops the submission until a clerk has looked.
    """

    code: str
    severity: Severity
    words: str
    where: str
