"""Searches all renditions of a file for the file's metadata.

Words that a reader of the original does not see must not appear in the document, the PDF, its
properties or a picture. If they do, a finding holds the submission and says where.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from html import unescape
from pathlib import Path

from evidence.documents.document import Document
from evidence.documents.metadata import (
    MOST,
    UNCHECKED,
    Detail,
    Place,
    carried,
    carried_finding,
    unseen,
)
from evidence.documents.renderers.html import to_html
from evidence.documents.renderers.pdf import PageHeading
from evidence.findings import Finding, Location, Parameter
from evidence.pdf.exceptions import TextExtractionError
from evidence.pdf.sandbox.metadata_search import Hit, Search, search
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.sandbox.child import ChildFailedError
from evidence.word_search import Text

_ENCODINGS = ("utf-8", "utf-16-be", "utf-16-le", "latin-1")


def check_document(
    details: Sequence[Detail],
    document: Document,
    images: Mapping[str, bytes],
    *,
    pdf: bytes,
    heading: PageHeading,
) -> list[Finding]:
    """Findings about a document, its pictures and its PDF.

    The document itself was searched when it was read. Our heading, which may name the witness, is
    only in the PDF and does not count as metadata.
    """
    html = unescape(to_html(document, image_url=str))
    findings = list(carried(details[:MOST], [Place(html, Location("web-page"))]))
    for content in images.values():
        findings += (
            carried_finding(detail, Location("picture")) for detail in _in_picture(details, content)
        )
    with ExitStack() as stack:
        searches = [_search_of(stack, pdf, details, heading)]
        findings += _findings_of(details, _hits(searches))
    return [*findings, *_too_many(details)]


def check_pdf(
    details: Iterable[tuple[str, Location]],
    source: Path,
    body: Path,
    *,
    pdf: bytes,
    heading: PageHeading,
    read: str = "",
) -> list[Finding]:
    """Findings about a PDF. `body` are its sanitised pages, `pdf` those with our heading page, and
    `read` is what a reader of the pages sees, as far as a machine could read it."""
    known = unseen((Detail(words, location) for words, location in details), "")
    with ExitStack() as stack:
        words = [detail.words for detail in known[:MOST]]
        searches = [Search(body, words), _search_of(stack, pdf, known, heading)]
        hits = _hits(searches)
    if not any(isinstance(detail, Hit) for detail in hits):
        return [*_findings_of(known, hits), *_too_many(known)]
    try:
        visible = Text("\n".join((*extract_text(source).pages, read)))
    except TextExtractionError:
        visible = Text(read)
    hidden = [detail for detail in known if not visible.has(detail.words)]
    return [*_findings_of(hidden, hits), *_too_many(known)]


def _search_of(
    stack: ExitStack, pdf: bytes, details: Sequence[Detail], heading: PageHeading
) -> Search:
    """The PDF to search, with the details that our heading does not contain."""
    path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="search-"))) / "made.pdf"
    path.write_bytes(pdf)
    ours = Text("\n".join(asdict(heading).values()))
    words = [detail.words for detail in details[:MOST] if not ours.has(detail.words)]
    return Search(path, words)


def _hits(searches: Sequence[Search]) -> list[Hit | Finding]:
    try:
        return list(search(searches))
    except ChildFailedError as fault:
        return [Finding(UNCHECKED, "hold", {"detail": str(fault)}, Location("pdf"))]


def _findings_of(details: Iterable[Detail], hits: Iterable[Hit | Finding]) -> Iterator[Finding]:
    by_words = {detail.words: detail for detail in details}
    reported = set()
    for hit in hits:
        if isinstance(hit, Finding):
            yield hit
        elif (detail := by_words.get(hit.words)) and (hit.words, hit.location) not in reported:
            reported.add((hit.words, hit.location))
            yield carried_finding(detail, hit.location)


def _in_picture(details: Sequence[Detail], content: bytes) -> Iterator[Detail]:
    """The details found in the bytes of a picture."""
    for detail in details[:MOST]:
        written = {detail.words.encode(encoding, "ignore") for encoding in _ENCODINGS}
        if any(words in content for words in written if words):
            yield detail


def _too_many(details: Sequence[Detail]) -> Iterator[Finding]:
    if len(details) > MOST:
        parameters: dict[str, Parameter] = {
            "kind": "too-many",
            "count": len(details),
            "limit": MOST,
        }
        yield Finding(UNCHECKED, "hold", parameters, Location("properties"))
