"""Reads plain text: detects its encoding and finds its paragraphs."""

import codecs
import re

from evidence.documents.document import Document, Paragraph, Run, numbered
from evidence.documents.errors import UnreadableFileError
from evidence.documents.text_cleaning import clean
from evidence.files.text_types import another_format
from evidence.findings import Finding
from evidence.text_language import language_of

LONGEST = 20 * 1024 * 1024
# Mail programs break lines between these numbers of letters.
SHORTEST_WRAP, LONGEST_WRAP = 55, 110
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GAP = re.compile(r"\n[ \t]*\n\s*")


def read(content: bytes) -> tuple[Document, list[Finding]]:
    """Empty lines separate paragraphs; without empty lines every line is a paragraph.

    Raises `UnreadableFileError` if the bytes are not text.
    """
    if len(content) > LONGEST:
        raise UnreadableFileError("The text is far longer than a submission, so it was not read.")
    text, findings = decoded(content)
    if what := another_format(text):
        raise UnreadableFileError(
            f"The file is no plain text: it seems to be the inside of another kind ({what}). "
            "Please ask for it again, saved as a PDF or a Word document."
        )
    text = clean(text).strip()
    parts = _GAP.split(text) if _GAP.search(text) else text.split("\n")
    kept = [unwrapped(part.strip("\n").rstrip()) for part in parts if part.strip()]
    blocks = numbered(Paragraph((Run(part),)) for part in kept)
    return Document(blocks, language=language_of(text)), findings


def unwrapped(part: str) -> str:
    """Joins the lines of a paragraph that a mail program wrapped.

    Lines that are short on purpose (addresses, verses, lists) stay as they are.
    """
    lines = part.split("\n")
    if len(lines) > 1 and all(SHORTEST_WRAP <= len(line) <= LONGEST_WRAP for line in lines[:-1]):
        return " ".join(line.strip() for line in lines)
    return part


def decoded(content: bytes) -> tuple[str, list[Finding]]:
    """Decodes by byte order mark, else as UTF-8, else as Windows-1252 with a finding."""
    if b"\0" in content and not content.startswith(tuple(mark for mark, _ in _MARKS[1:])):
        raise UnreadableFileError(
            "The file is not a text. Please ask for it again as a Word document."
        )
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), []
            except UnicodeDecodeError as error:
                raise UnreadableFileError(
                    "The text is damaged. Please ask for it again."
                ) from error
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), [Finding("encoding", "info")]
