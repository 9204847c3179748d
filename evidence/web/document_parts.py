"""Shows the parts of a submission on a page: from the document, or as text with the PDF beside
it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe

from evidence.documents.document import Document
from evidence.documents.renderers.pdf import to_html
from evidence.files.storage import archive
from evidence.text_language import language_of

PNG = b"\x89PNG"


@dataclass(frozen=True)
class Part:
    """One file of a submission as a page shows it: the document itself, or an annex."""

    position: int
    pages: int
    pdf: str
    html: SafeString | None
    text: str
    language: str


def read_part(
    position: int,
    *,
    pages: int,
    document: str,
    text: str,
    pdf: str,
    picture: Callable[[str], str],
    marked: Collection[str] = (),
) -> Part:
    """One file of a submission for a page. `document` and `text` are digests in the archive
    store, or empty. `marked` are words to mark in the document."""
    html, language = None, ""
    if document:
        words_as_data = Document.from_json(_bytes(document))
        language = words_as_data.language
        # to_html escapes every word of the witness; it makes the tags itself.
        html = mark_safe(to_html(words_as_data, image_url=picture, marked=marked))  # noqa: S308
    words = "" if html is not None or not text else _bytes(text).decode().replace("\f", "\n\n")
    return Part(position, pages, pdf, html, words, language or language_of(words))


def picture_response(sha256: str) -> HttpResponse:
    return picture_of_bytes(_bytes(sha256))


def picture_of_bytes(content: bytes) -> HttpResponse:
    """The response for a picture made here, PNG or JPEG."""
    media_type = "image/png" if content.startswith(PNG) else "image/jpeg"
    headers = {"X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _bytes(sha256: str) -> bytes:
    with archive().read(sha256) as stream:
        return stream.read()
