"""Takes an Outlook email (.msg, MS-OXMSG) apart. Runs in the sandbox.

Emails inside it are not taken out: Outlook keeps them in a form that is no file.
"""

import io
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from oxmsg import Message

from evidence.files.email_parts import (
    LONGEST_NAME,
    MOST_PARTS,
    Email,
    EmailAttachment,
    Text,
    UnreadableEmailError,
    assigned,
)

_DAMAGED: Final = "The email is damaged and cannot be opened."
# Properties of an email and of its attachments (MS-OXPROPS).
_PAGE: Final = 0x1013
# The sender's name and addresses, and those of the person for whom it was sent.
_SENDER: Final = (0x0C1A, 0x0C1F, 0x5D01, 0x0042, 0x0065, 0x5D02)
_CONTENT_ID: Final = 0x3712
_SHORT_NAME: Final = 0x3704
_METHOD: Final = 0x3705
_IS_EMAIL: Final = 5


def take_apart(raw: bytes) -> Email:
    """Raises `UnreadableEmailError`."""
    try:
        return _email(Message.load(io.BytesIO(raw)))
    except UnreadableEmailError:
        raise
    except Exception as fault:  # the library raises whatever a hostile file provokes
        raise UnreadableEmailError(_DAMAGED) from fault


def _email(message: Any) -> Email:
    if message.message_class.upper().startswith("IPM.NOTE.SMIME"):
        raise UnreadableEmailError(
            "The email is encrypted, so that only its recipient can read it."
        )
    email = Email(headers=list(_headers(message)))
    properties, words = message.properties, message.body
    if page := properties.binary_prop_value(_PAGE):
        email.texts.append(Text(page, properties.body_encoding, is_page=True))
    elif page := properties.str_prop_value(_PAGE):
        email.texts.append(Text(page.encode("utf-8", "replace"), "utf-8", is_page=True))
    elif words and words.strip():
        email.texts.append(Text(words.encode("utf-8", "replace"), "utf-8", is_page=False))
    attachments = message.attachments
    if len(attachments) > MOST_PARTS:
        raise UnreadableEmailError(f"The email has more than {MOST_PARTS} parts.")
    for number, attachment in enumerate(attachments, 1):
        _add(email, attachment, number)
    return assigned(email)


def _add(email: Email, attachment: Any, number: int) -> None:
    properties = attachment.properties
    if properties.int_prop_value(_METHOD) == _IS_EMAIL:
        email.not_taken.append(f"Email {number} inside this email")
        return
    content = attachment.file_bytes
    if not content:
        return
    name = attachment.file_name or properties.str_prop_value(_SHORT_NAME) or f"Attachment {number}"
    name = PurePosixPath(PureWindowsPath(name[:LONGEST_NAME]).name).name
    file = EmailAttachment(name, content)
    if key := (properties.str_prop_value(_CONTENT_ID) or "").strip("<>"):
        email.pictures[key] = file
    else:
        email.attachments.append(file)


def _headers(message: Any) -> Iterator[tuple[str, str]]:
    for number in _SENDER:
        if words := message.properties.str_prop_value(number):
            yield "From", words
    for recipient in message.recipients:
        yield "To", f"{recipient.name} <{recipient.email_address}>"
    if subject := message.subject:
        yield "Subject", subject
