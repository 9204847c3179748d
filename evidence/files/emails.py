"""Takes an email apart: its body, the files attached to it, and its headers.

Only the structure is read (RFC 5322, RFC 2045 to 2047, RFC 2183), with the parser of the standard
library. Runs in the sandbox (`evidence.sandbox.child`), in time proportional to the length.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from evidence.files import ole2, outlook
from evidence.files.email_parts import (
    LONGEST_NAME,
    MOST_PARTS,
    Email,
    EmailAttachment,
    Text,
    UnreadableEmailError,
    assigned,
)
from evidence.sandbox import child

LONGEST_HEADER: Final = 2_000
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_ENCRYPTED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
# Headers that may tell who wrote, to whom, and from where.
NAMING: Final = (
    *("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Return-Path", "Delivered-To"),
    *("Organization", "Subject", "Message-ID", "In-Reply-To", "X-Originating-IP", "X-Mailer"),
)
_PART_HEADER: Final = re.compile(
    rb"^content-(type|disposition):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)


def take_apart(raw: bytes) -> Email:
    """The parts of an email as it was sent, or as Outlook keeps it.

    Raises `UnreadableEmailError`.
    """
    if raw.startswith(ole2.MAGIC):
        return outlook.take_apart(raw)
    _check_size(raw)
    message = message_from_bytes(raw, policy=compat32)
    email = Email(headers=list(_headers(message)))
    _add(email, message)
    if not email.texts and _is_encrypted(message):
        raise UnreadableEmailError(
            "The email is encrypted, so that only its recipient can read it."
        )
    return assigned(email)


def _check_size(raw: bytes) -> None:
    """The parser takes long over one header of many parameters, so such emails are not parsed."""
    types = 0
    for header in _PART_HEADER.finditer(raw):
        types += header[1].lower() == b"type"
        if len(header[0]) > LONGEST_HEADER:
            raise UnreadableEmailError("The email is damaged: one of its headers is too long.")
    if types > MOST_PARTS:
        raise UnreadableEmailError(f"The email has more than {MOST_PARTS} parts.")


def _is_encrypted(message: Message) -> bool:
    kind = message.get_content_type()
    return kind == "multipart/encrypted" or kind in _ENCRYPTED


def _add(email: Email, part: Message) -> None:
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        _add_best(email, part)
    elif kind == "message/rfc822":
        email.attachments.extend(_forwarded(part, len(email.attachments) + 1))
    elif part.is_multipart():
        for inner in _parts(part):
            _add(email, inner)
    elif kind not in _SIGNATURES:
        _add_leaf(email, part, kind)


def _add_best(email: Email, part: Message) -> None:
    """Of several forms of the same words, the page; else the first (RFC 2046, 5.1.4)."""
    forms = list(_parts(part))
    pages = [form for form in forms if _holds_page(form)]
    for form in (pages or forms)[:1]:
        _add(email, form)


def _holds_page(part: Message) -> bool:
    if part.get_content_type() == "text/html":
        return True
    return part.is_multipart() and any(_holds_page(inner) for inner in _parts(part))


def _parts(part: Message) -> Iterator[Message]:
    payload: Any = part.get_payload()
    return (inner for inner in payload if isinstance(inner, Message))


def _forwarded(part: Message, number: int) -> Iterator[EmailAttachment]:
    """A whole email inside this one. Its own name would be its subject."""
    for inner in _parts(part):
        yield EmailAttachment(f"Forwarded email {number}.eml", inner.as_bytes(policy=compat32))


def _add_leaf(email: Email, part: Message, kind: str) -> None:
    decoded: Any = part.get_payload(decode=True)
    content = decoded if isinstance(decoded, bytes) else b""
    name = _name(part)
    attached = part.get_content_disposition() == "attachment"
    if kind in {"text/plain", "text/html"} and not attached and not name:
        charset = str(part.get_content_charset() or "")
        flowed = str(part.get_param("format", "")).lower() == "flowed"
        if content.strip():
            email.texts.append(Text(content, charset, kind == "text/html", flowed))
        return
    if not content:
        return
    file = EmailAttachment(name or _default_name(kind, len(email.attachments) + 1), content)
    key = str(part.get("Content-ID", "")).strip().strip("<>")
    if key and kind.startswith("image/"):
        email.pictures[key] = file
    else:
        email.attachments.append(file)


def _default_name(kind: str, number: int) -> str:
    ending = {"text/plain": "txt", "text/html": "html", "message/delivery-status": "txt"}
    return f"Attachment {number}.{ending.get(kind, kind.rpartition('/')[2])[:10]}"


def _name(part: Message) -> str:
    """The name of the file, without folders."""
    value: Any = part.get_param("filename", header="content-disposition") or part.get_param("name")
    if isinstance(value, tuple):  # RFC 2231
        charset, _language, words = value
        try:
            value = words.encode("raw-unicode-escape").decode(charset or "ascii", "replace")
        except LookupError:
            value = words
    name = decoded_words(str(value or ""))[:LONGEST_NAME]
    return PurePosixPath(PureWindowsPath(name).name).name.strip()


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    for name in NAMING:
        for value in (message.get_all(name) or [])[:50]:
            if words := decoded_words(str(value)).strip():
                yield name, words


def decoded_words(value: str) -> str:
    """A header with its encoded words (RFC 2047) decoded. Unknown encodings stay as they are."""
    value = " ".join(value[:LONGEST_HEADER].split())
    if "=?" not in value:
        return value.encode("utf-8", "replace").decode()
    try:
        words = decode_header(value)
        return "".join(
            word if isinstance(word, str) else word.decode(charset or "ascii", "replace")
            for word, charset in words
        )
    except (HeaderParseError, LookupError, ValueError):
        return value


def answer(source: str, folder: str) -> list[str]:
    """Writes the attachments of an email to the folder, numbered from 0. Returns their names."""
    with open(source, "rb") as stream:  # noqa: PTH123 - a path as the order has it
        attachments = take_apart(stream.read()).attachments
    for number, attachment in enumerate(attachments):
        with open(f"{folder}/{number}", "wb") as target:  # noqa: PTH123
            target.write(attachment.content)
    return [attachment.name for attachment in attachments]


if __name__ == "__main__":
    child.serve(answer)
