"""Says who sent an email and when, and what its body says as plain text. Runs in the sandbox.

What is read is a suggestion for a clerk, who corrects it. Time grows with the length of the emails.
"""

import io
import re
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from typing import Any, Final

from lxml import html
from oxmsg import Message

from evidence.documents.readers.encodings import decoded_as
from evidence.files import ole2
from evidence.files.email_parts import Email, Text, UnreadableEmailError
from evidence.files.emails import LONGEST_HEADER, take_apart
from evidence.sandbox import child

LONGEST_BODY: Final = 20_000
LONGEST_HEADERS: Final = 100_000
# The parser of the standard library follows brackets in brackets until it breaks.
_ADDRESS: Final = re.compile(r"<?[^<>\s\"(),;:@]{1,64}@[^<>\s\"(),;:@]{1,250}>?")
_BLOCKS: Final = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})
_NOT_SHOWN: Final = ("script", "style", "head", "title")


def summary(raw: bytes) -> dict[str, str] | None:
    """The sender's `name` and `address`, the moment `sent` (ISO 8601), and the words of the `body`.

    Each is empty if the email does not say; None for an email that cannot be taken apart.
    """
    try:
        email = take_apart(raw)
    except UnreadableEmailError:
        return None
    name, address = _sender(email)
    sent = _sent(raw)
    body = "\n\n".join(words for text in email.texts if (words := _words(text)))
    return {
        "name": name,
        "address": address,
        "sent": sent.astimezone(UTC).isoformat() if sent else "",
        "body": body[:LONGEST_BODY],
    }


def _sender(email: Email) -> tuple[str, str]:
    """The name and the address in the headers that say who wrote it."""
    name, address = "", ""
    for value in (value for header, value in email.headers if header == "From"):
        address_part = _ADDRESS.search(value)
        mailbox = address_part[0].strip("<>") if address_part else ""
        words = value[: address_part.start()] if address_part else value
        words = "" if "@" in words else words.strip("\"' ")
        name, address = name or words, address or mailbox
    return name, address


def _sent(raw: bytes) -> datetime | None:
    if raw.startswith(ole2.MAGIC):
        return _sent_by_outlook(raw)
    headers = BytesHeaderParser(policy=compat32).parsebytes(raw[:LONGEST_HEADERS])
    try:
        moment = parsedate_to_datetime(str(headers.get("Date", ""))[:LONGEST_HEADER])
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sent_by_outlook(raw: bytes) -> datetime | None:
    try:
        moment: datetime | None = Message.load(io.BytesIO(raw)).sent_date
    except Exception:  # noqa: BLE001  the library raises whatever a hostile file provokes
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _words(text: Text) -> str:
    words = _decoded(text)
    if text.is_page:
        words = _words_of_page(words)
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n".join(lines).strip()


def _decoded(text: Text) -> str:
    # What is cut off here is cut off again when the words are counted.
    content = text.content[: 10 * LONGEST_BODY]
    for charset in (text.charset or "utf-8", "utf-8"):
        try:
            return decoded_as(charset, content)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace")


def _words_of_page(page: str) -> str:
    parser = html.HTMLParser(remove_comments=True, no_network=True)
    try:
        root = html.document_fromstring(page.encode(), parser=parser)
    except Exception:  # noqa: BLE001  as above
        return ""
    words: list[str] = []
    for event, element in _walk(root):
        if event == "start":
            if element.tag in _BLOCKS:
                words.append("\n")
            words.append("" if element.tag in _NOT_SHOWN else element.text or "")
        else:
            words.append(element.tail or "")
    return "".join(words)


def _walk(root: Any) -> Any:
    return html.etree.iterwalk(root, events=("start", "end"))


def answer(sources: list[str]) -> list[dict[str, str] | None]:
    """The summaries of emails at these paths."""
    summaries = []
    for source in sources:
        with open(source, "rb") as stream:  # noqa: PTH123 - a path as the order has it
            summaries.append(summary(stream.read()))
    return summaries


if __name__ == "__main__":
    child.serve(answer)
