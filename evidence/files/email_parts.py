"""The parts of an email, whichever program wrote it."""

import base64
import re
from dataclasses import dataclass, field
from typing import Final

MOST_PARTS: Final = 200
"""Parts of one email, parts inside parts included."""
LONGEST_NAME: Final = 200
_CONTENT_ID: Final = re.compile(r"cid:([^\"'>\s]{1,250})", re.IGNORECASE)


class UnreadableEmailError(ValueError):
    """The email cannot be taken apart. `str(error)` says why, in words for a clerk."""


@dataclass(frozen=True, slots=True)
class Text:
    """One part of the body: bytes in the encoding that it names, or in none."""

    content: bytes
    charset: str
    is_page: bool
    is_flowed: bool = False


@dataclass(frozen=True, slots=True)
class EmailAttachment:
    """A file in an email."""

    name: str
    content: bytes


@dataclass(slots=True)
class Email:
    """The parts of one email.

    `pictures` are shown inside the body, by their Content-ID. `not_taken` names what is attached
    and is no file.
    """

    texts: list[Text] = field(default_factory=list)
    pictures: dict[str, EmailAttachment] = field(default_factory=dict)
    attachments: list[EmailAttachment] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    not_taken: list[str] = field(default_factory=list)


def assigned(email: Email) -> Email:
    """The email, with pictures that its body does not show among the attachments."""
    pages = (text.content.decode("latin-1") for text in email.texts if text.is_page)
    named = {key for page in pages for key in _CONTENT_ID.findall(page)}
    for key in [key for key in email.pictures if key not in named]:
        email.attachments.append(email.pictures.pop(key))
    return email


def with_pictures(page: str, pictures: dict[str, EmailAttachment]) -> str:
    """The page with its own pictures inside it (RFC 2392), as data addresses (RFC 2397)."""
    addresses = {
        key: f"data:image/x;base64,{base64.b64encode(picture.content).decode()}"
        for key, picture in pictures.items()
    }
    return _CONTENT_ID.sub(lambda match: addresses.get(match[1], match[0]), page)
