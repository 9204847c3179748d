"""Renders a document as HTML, plain text and tagged PDF."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from evidence.documents.document import Document
from evidence.documents.renderers.heading_levels import levelled
from evidence.documents.renderers.html import to_html
from evidence.documents.renderers.missing_glyphs import substituted, unsettable
from evidence.documents.renderers.text import to_text
from evidence.documents.renderers.typst_data import setting
from evidence.findings import Finding, Location
from evidence.pdf.fragment.named_destinations import with_named_destinations
from evidence.pdf.sandbox.typst import TypstError, typeset_and_ask

__all__ = ["PageHeading", "Rendered", "to_html", "to_pdf", "to_text"]

_TEMPLATE = Path(__file__).with_name("evidence.typ")
_PLACES = "places"
"""The template's own list of where its paragraphs stand."""
_ATTEMPTS = 40
"""How many different letters without a font are replaced before the claim is given up."""


@dataclass(frozen=True)
class PageHeading:
    """What is printed around the text: committee, inquiry, heading, reference and date.

    `date` is shown as it is ("March 2026"). Any part except `heading` may be empty.
    """

    committee: str
    inquiry: str
    heading: str
    reference: str
    date: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, its number of pages, and findings for a clerk."""

    pdf: bytes
    pages: int
    findings: tuple[Finding, ...] = ()


def to_pdf(
    document: Document, images: Mapping[str, bytes], heading: PageHeading, *, seconds: float = 60
) -> Rendered:
    """The document as PDF/UA-1, or else as tagged PDF with a finding "pdf-not-ua".

    A character that no font has is replaced by a similar one, or by "□", with a finding
    "letter-replaced". The same input gives the same bytes. Raises `TypstError` when neither kind of
    PDF can be made. Each numbered paragraph is a named destination, `p7`.
    """
    data = setting(levelled(document), asdict(heading), images)
    files = {name: images[name] for name in data["pictures"]}
    replaced: dict[str, str] = {}
    for _ in range(_ATTEMPTS):
        try:
            pdf, places = typeset_and_ask(
                _TEMPLATE, data, label=_PLACES, files=files, seconds=seconds
            )
        except TypstError as error:
            letters = unsettable(error.reason) - replaced.keys()
            if not letters:
                return _without_claim(data, files, error, replaced=replaced, seconds=seconds)
            replaced |= {letter: substituted(letter) for letter in letters}
            data = _replace(data, replaced)
        else:
            return Rendered(*with_named_destinations(pdf, places), _replacement_findings(replaced))
    reason = TypstError("the text has too many letters that no font has")
    return _without_claim(data, files, reason, replaced=replaced, seconds=seconds)


def _without_claim(
    data: dict[str, object],
    files: Mapping[str, bytes],
    error: TypstError,
    *,
    replaced: Mapping[str, str],
    seconds: float,
) -> Rendered:
    pdf, places = typeset_and_ask(
        _TEMPLATE, data, label=_PLACES, files=files, standards=(), seconds=seconds
    )
    not_ua = Finding("pdf-not-ua", "warn", {"detail": error.reason}, Location("pdf"))
    findings = (*_replacement_findings(replaced), not_ua)
    return Rendered(*with_named_destinations(pdf, places), findings)


def _replacement_findings(replaced: Mapping[str, str]) -> tuple[Finding, ...]:
    if not replaced:
        return ()
    words = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(replaced))
    return (Finding.quoting("letter-replaced", "warn", words, Location("unprintable")),)


def _replace(data: dict[str, object], replaced: Mapping[str, str]) -> dict[str, object]:
    table = str.maketrans(dict(replaced))
    return {key: _translated(value, table) for key, value in data.items()}


def _translated(value: object, table: dict[int, str]) -> object:
    match value:
        case str():
            return value.translate(table)
        case list():
            return [_translated(inner, table) for inner in value]
        case dict():
            return {key: _translated(inner, table) for key, inner in value.items()}
        case _:
            return value
