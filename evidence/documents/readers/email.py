"""Reads the body of an email. Its headers are never shown; its attachments are files of their own.

Parts of the body follow each other as the email has them. Where an email has the same words as a
page and as plain text, the page is read.
"""

import re
from html import escape
from pathlib import Path
from typing import Final

from evidence.documents.errors import UnreadableFileError
from evidence.documents.metadata import Detail
from evidence.documents.readers import html
from evidence.documents.readers.encodings import decoded_as
from evidence.documents.readers.source import Original
from evidence.documents.readers.text import decoded, unwrapped
from evidence.files.email_parts import Email, Text, UnreadableEmailError, with_pictures
from evidence.files.emails import take_apart
from evidence.findings import Finding, Location

# What stands before an earlier email that the writer left below.
_EARLIER: Final = re.compile(
    r"^[ \t]{0,8}(?:>|-{3,12} ?(?:original message|forwarded message|neges wreiddiol)\b"
    r"|on [^\n]{5,200} wrote:[ \t]*$)|^[ \t]{0,8}from:[^\n]{1,200}\n[ \t]{0,8}(?:sent|date):",
    re.IGNORECASE | re.MULTILINE,
)
_EARLIER_PAGE: Final = re.compile(
    rb"gmail_quote|divRplyFwdMsg|moz-cite-prefix|type=[\"']?cite", re.IGNORECASE
)
_PEOPLE: Final = frozenset({"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Organization"})
_ADDRESS: Final = re.compile(r"<([^<>]{3,250})>")
_BREAK: Final = re.compile(r"\n[ \t]*\n\s*")
MOST_PEOPLE: Final = 50


def prepare_for_pandoc(path: Path, target: Path) -> Original:
    """Writes the body as a page for pandoc to `target`. Returns what the original holds.

    Raises `UnreadableFileError`.
    """
    try:
        email = take_apart(path.read_bytes())
    except UnreadableEmailError as error:
        raise UnreadableFileError(f"{error} Please ask for it as a Word document or PDF.") from None
    if not email.texts:
        raise UnreadableFileError("The email has no text of its own.")
    original = html.prepare_page(_body(email), target)
    _note_headers(email, original)
    if any(_quotes_another(text) for text in email.texts):
        original.findings.append(Finding("earlier-email", "warn", location=Location("text")))
    original.findings += (
        Finding.quoting("email-attachment-refused", "warn", name) for name in email.not_taken
    )
    if email.attachments:
        names = ", ".join(attachment.name for attachment in email.attachments)
        original.findings.append(Finding.quoting("email-attachments", "info", names))
    return original


def _body(email: Email) -> str:
    """One page of all parts. A page alone stays as it is, with its own style sheets."""
    pages = [
        with_pictures(_words(text), email.pictures) if text.is_page else _paragraphs(text)
        for text in email.texts
    ]
    # Parsers of HTML go on with the same body when another page begins.
    return "\n".join(pages)


def _words(text: Text) -> str:
    try:
        if text.charset:
            return decoded_as(text.charset, text.content)
    except (LookupError, UnicodeDecodeError):
        pass  # many programs name the wrong encoding; then the bytes decide
    return html.text_of(text.content) if text.is_page else decoded(text.content)[0]


def _paragraphs(text: Text) -> str:
    words = _words(text).replace("\r\n", "\n")
    if text.is_flowed:
        words = re.sub(r"(?<!^--) \n(?!\n)", " ", words, flags=re.MULTILINE)
    parts = (part.strip("\n") for part in _BREAK.split(words) if part.strip())
    lines = (escape(unwrapped(part)).replace("\n", "<br>") for part in parts)
    return "\n".join(f"<p>{line}</p>" for line in lines)


def _quotes_another(text: Text) -> bool:
    if text.is_page and _EARLIER_PAGE.search(text.content):
        return True
    return _EARLIER.search(_words(text).replace("\r\n", "\n")) is not None


def _note_headers(email: Email, original: Original) -> None:
    """What the headers tell is left out, and must be in nothing that we make."""
    people: dict[str, None] = {}
    for header, value in email.headers:
        for words in _in_header(value):
            original.details.append(Detail(words, Location("email-header", name=header)))
            if header in _PEOPLE:
                people.setdefault(words)
    for words in list(people)[:MOST_PEOPLE]:
        original.findings.append(
            Finding.quoting("metadata-left-out", "info", words, Location("email-header"))
        )


def _in_header(value: str) -> list[str]:
    """The names and the addresses in a header, each by itself."""
    addresses = _ADDRESS.findall(value)
    names = [name.strip(" \t\"'") for name in _ADDRESS.sub(",", value).split(",")]
    return [words for words in (*names, *addresses) if words]
