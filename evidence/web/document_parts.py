"""Shows the parts of a submission on a page: from the document, or as text with the PDF beside
it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe

from evidence.documents.document import Document
from evidence.documents.renderers.pdf import to_html
from evidence.files.storage import archive


@dataclass(frozen=True)
class Part:
    """One file of a submission as a page shows it: the document itself, or an annex."""

    position: int
    pages: int
    pdf: str
    html: SafeString | None
    text: str


def read_part(
    position: int,
    *,
    pages: int,
    document: str,
    text: str,
    pdf: str,
    picture: Callable[[str], str],
) -> Part:
    """One file of a submission for a page. `document` and `text` are digests in the archive
    store, or empty."""
    html = None
    if document:
        words_as_data = Document.from_json(_bytes(document))
        # to_html escapes every word of the witness; it makes the tags itself.
        html = mark_safe(to_html(words_as_data, image_url=picture))  # noqa: S308
    words = "" if html is not None or not text else _bytes(text).decode().replace("\f", "\n\n")
    return Part(position, pages, pdf, html, words)


def picture_response(sha256: str, name: str) -> HttpResponse:
    return picture_of_bytes(_bytes(sha256), name)


def picture_of_bytes(content: bytes, name: str) -> HttpResponse:
    """The response for a picture made here, PNG or JPEG by its name."""
    media_type = "image/png" if name.endswith(".png") else "image/jpeg"
    headers = {"X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _bytes(sha256: str) -> bytes:
    with archive().read(sha256) as stream:
        return stream.read()
