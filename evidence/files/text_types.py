"""Tells plain text from a web page and from the source of another file format.

Every check reads the text once, so the time is proportional to its length.
"""

import re
from typing import Final

# Control characters that no text has. Allowed: tab, line feed, form feed, return, escape, U+001A.
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1c-\x1f]")
_BLANKS: Final = "\ufeff \t\r\n\f\v"
_HEAD: Final = 65_536
# Elements that web pages begin with, and the parts of pages that mail programs save.
_PAGE: Final = re.compile(
    r"<(?:!doctype\s{1,20}html|html|head|body|title|meta|style|script|p|div|table|span|font|center|"
    r"h[1-6]|ul|ol|br|article|section|main)\b",
    re.IGNORECASE,
)
_XML_START: Final = "<?xml"
_OTHERS: Final = (
    ("%!PS", "PostScript"),
    ("<?xml", "XML"),
    ("<svg", "SVG"),
    ("<w:document", "XML"),
    ("<pkg:package", "XML"),
    ("<office:document", "XML"),
    ("\\documentclass", "LaTeX"),
    ("\\documentstyle", "LaTeX"),
    ("{\\rtf", "RTF"),
)
# Header lines of emails, which do not occur in letters (RFC 5322, RFC 2045).
_MAIL: Final = re.compile(
    r"^(?:return-path|received|message-id|mime-version|content-transfer-encoding|delivered-to|"
    r"dkim-signature|x-mailer):",
    re.IGNORECASE | re.MULTILINE,
)
_MAIL_FIRST: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]?")
FEWEST_OBJECTS: Final = 2
EMAIL: Final = "email"


def decode_text(raw: bytes) -> str | None:
    """The words of a plain text file, or None if it is not text.

    Tries only Unicode and Windows-1252.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if CONTROL.search(text) else text
    return None


def is_web_page(text: str) -> bool:
    """Whether the text begins like a web page, after blanks, comments and a declaration of XML."""
    head = text[:_HEAD]
    at = 0
    while True:
        while at < len(head) and head[at] in _BLANKS:
            at += 1
        if head.startswith("<!--", at):
            end = head.find("-->", at + 4)
        elif head[at : at + 5].lower() == _XML_START:
            end = head.find(">", at)
        else:
            return _PAGE.match(head, at) is not None
        if end < 0:
            return False
        at = end + (3 if head.startswith("-->", end) else 1)


def another_format(text: str) -> str:
    """The file format of which this text is the source, such as "PDF"; empty for plain text."""
    head = text[:_HEAD].lstrip(_BLANKS)
    start = head[:40].lower()
    for beginning, name in _OTHERS:
        if start.startswith(beginning.lower()):
            return name
    if _MAIL_FIRST.match(head) and _MAIL.search(_before_empty_line(head)):
        return EMAIL
    if _has_line(text, "%PDF-") or _has_objects(text):
        return "PDF"
    return "RTF" if _has_line(text, "{\\rtf1") else ""


def _has_line(text: str, start: str) -> bool:
    return text.startswith(start) or any(f"{end}{start}" in text for end in "\n\r")


def _before_empty_line(head: str) -> str:
    return head.replace("\r\n", "\n").partition("\n\n")[0]


def _has_objects(text: str) -> bool:
    """Whether this is the source of a PDF (ISO 32000-2, 7.3.10) that has lost its first line."""
    return text.count("endobj") >= FEWEST_OBJECTS and ("startxref" in text or "endstream" in text)
