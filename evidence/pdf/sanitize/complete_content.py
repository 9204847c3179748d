"""The bytes of a witness's PDF as readers take it, although the file breaks rules that readers do
not need.

What follows the last complete revision is left out, and so is a password that protects nothing but
the attachments.
"""

import re
from pathlib import Path
from typing import Final

END_OF_FILE: Final = b"%%EOF"
BLANK: Final = b"\0\r\n\t\x0c "
# How far before %%EOF readers look for the position of the cross-reference (ISO 32000-1, annex H,
# note 18).
STARTXREF_WITHIN: Final = 1_024
XREF_WITHIN: Final = 40
_STARTXREF: Final = re.compile(rb"startxref\s+(\d{1,12})\s+$")
_XREF: Final = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
_ENCRYPT: Final = re.compile(rb"/Encrypt(?=\s*(?:\d{1,10}\s+\d{1,5}\s+R|<<))")
_REFERENCE: Final = re.compile(rb"/Encrypt\s*(\d{1,10})\s+(\d{1,5})\s+R")
# A dictionary of crypt filters is short.
_DICTIONARY_WITHIN: Final = 4_096
_IDENTITY: Final = re.compile(rb"/(StmF|StrF)\s*/(?!Identity\b)")


def complete_content(source: str) -> bytes:
    """The bytes of the file up to the end of its last complete revision, without a password that
    protects only attachments. For both readers, so that they read the same."""
    content = Path(source).read_bytes()
    return _without_password_of_attachments(content[: end_of_last_revision(content)])


def end_of_last_revision(content: bytes) -> int:
    """Where the last revision ends, if its cross-reference is where it says; else the length.

    A file that was changed is the earlier file with a revision appended (ISO 32000-2, 7.5.6).
    """
    at = content.rfind(END_OF_FILE)
    end = at + len(END_OF_FILE)
    if at < 0 or not content[end:].strip(BLANK):
        return len(content)
    match = _STARTXREF.search(content[max(at - STARTXREF_WITHIN, 0) : at])
    if match is None or not _XREF.match(content, int(match[1]), int(match[1]) + XREF_WITHIN):
        return len(content)
    return end


def _without_password_of_attachments(content: bytes) -> bytes:
    """The file without its encryption, if that is of attachments alone (ISO 32000-2, 7.6.6).

    The key of the trailer is replaced by another of the same length, so that no offset changes.
    """
    reference = _REFERENCE.search(content)
    if reference is None:
        return content
    head = re.compile(rb"(?<!\d)%s\s+%s\s+obj\b" % (reference[1], reference[2]))
    begin = head.search(content)
    if begin is None:
        return content
    rules = content[begin.end() : begin.end() + _DICTIONARY_WITHIN].partition(b"endobj")[0]
    if b"/EFF" not in rules or b"/CF" not in rules or _IDENTITY.search(rules):
        return content
    return _ENCRYPT.sub(b"/XXcrypt", content)
