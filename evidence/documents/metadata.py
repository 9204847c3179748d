"""Compares the metadata of a file with the words of its document.

Metadata names authors, companies, people who saved or commented, and titles. Readers of the
original do not see it, so it must not appear in anything made from the file. A finding says that it
was left out only after everything made has been searched.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from evidence.documents.document import (
    Block,
    Document,
    Heading,
    Image,
    Paragraph,
    Preformatted,
    plain,
    walk,
)
from evidence.documents.document import Table as TableBlock
from evidence.findings import Finding, Location
from evidence.word_search import Text, is_worth_finding

MOST = 500
"""The most different details that are looked for; a file with more is held for a clerk."""
LEFT_OUT = "metadata-left-out"
IN_TEXT = "metadata-in-text"
CARRIED = "metadata-carried"
UNCHECKED = "metadata-unchecked"
# Default values that programs write where no name was given. They identify nobody.
_NOBODY = frozenset(
    {
        "admin", "administrator", "anonymous", "author", "blank", "computer", "default", "document",
        "document1", "evidence", "guest", "home", "laptop", "letter", "microsoft",
        "microsoft account", "microsoft corporation", "microsoft office user", "microsoft word",
        "none", "normal", "office", "office user", "owner", "python-docx", "report", "response",
        "submission", "template", "title", "unknown", "unknown author", "untitled", "user",
        "windows", "windows user", "word", "word document", "written evidence",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Detail:
    """One entry of a file's metadata and the property that holds it."""

    words: str
    location: Location


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a rendition and their place in it."""

    words: str
    location: Location


def unseen(details: Iterable[Detail], visible: str) -> tuple[Detail, ...]:
    """The details that are not in the text visible in the original, without repeats."""
    text = Text(visible)
    sought = dict.fromkeys(
        Detail(" ".join(detail.words.split()), detail.location)
        for detail in details
        if _identifies(detail.words)
    )
    return tuple(detail for detail in sought if not text.has(detail.words))


def carried(details: Iterable[Detail], places: Iterable[Place]) -> tuple[Finding, ...]:
    """A finding of severity “hold” for each detail that one of the places holds."""
    everything = list(places)
    whole = Text("\n".join(place.words for place in everything))
    sought = [detail for detail in details if whole.has(detail.words)]
    by_place: dict[tuple[str, Location], Finding] = {}
    for place in everything if sought else ():
        text = Text(place.words)
        for detail in sought:
            if text.has(detail.words):
                by_place.setdefault(
                    (detail.words, place.location), carried_finding(detail, place.location)
                )
    return tuple(by_place.values())


def carried_finding(detail: Detail, place: Location) -> Finding:
    return Finding.quoting(CARRIED, "hold", detail.words, replace(detail.location, within=place))


def places_of(document: Document) -> Iterator[Place]:
    """All words of a document that a reader may see, with their places."""
    yield from _places(document.blocks, Location("text"))
    for number, note in enumerate(document.notes, 1):
        yield from _places(note, Location("footnote", number))


def as_checked(findings: Iterable[Finding], details: Sequence[Detail]) -> Iterator[Finding]:
    """The findings, without those that claim to have left out words which the text contains."""
    hidden = {detail.words for detail in details}
    for finding in findings:
        words = " ".join(finding.words.split())
        if finding.code == LEFT_OUT and _identifies(words) and words not in hidden:
            yield replace(finding, code=IN_TEXT)
        else:
            yield finding


def without_false_claims(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, without those that claim to have left out details which a rendition
    contains."""
    kept = list(findings)
    carried_words = {finding.words for finding in kept if finding.code == CARRIED}
    if not carried_words and not any(finding.code == UNCHECKED for finding in kept):
        return kept
    unchecked = any(finding.code == UNCHECKED for finding in kept)
    return [
        finding
        for finding in kept
        if finding.code != LEFT_OUT
        or not (unchecked or " ".join(finding.words.split()) in carried_words)
    ]


def _identifies(words: str) -> bool:
    return is_worth_finding(words) and " ".join(words.split()).casefold() not in _NOBODY


def _places(blocks: Iterable[Block], location: Location) -> Iterator[Place]:
    place = location
    for block in walk(blocks):
        match block:
            case Paragraph(runs, number):
                place = Location("paragraph", number) if number else place
                yield Place(plain(runs), place)
                yield from _links(runs, place)
            case Heading(_, runs) | TableBlock(_, _, runs):
                code = "heading" if isinstance(block, Heading) else "table"
                yield Place(plain(runs), Location(code))
                yield from _links(runs, place)
            case Preformatted(text):
                yield Place(text, place)
            case Image(_, alt, _):
                yield Place(alt, Location("picture-description"))
            case _:
                pass


def _links(runs: Iterable[object], location: Location) -> Iterator[Place]:
    for run in runs:
        if link := getattr(run, "link", ""):
            yield Place(link, Location("link", within=location))
