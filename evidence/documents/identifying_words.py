"""Finds words that identify the author: names, organisation, addresses, numbers, signatures.

Every search reads the text once. Long texts are searched in the sandbox.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from evidence.documents.document import (
    Block,
    Document,
    Heading,
    Image,
    Paragraph,
    Preformatted,
    Run,
    Table,
    inside,
    plain,
)
from evidence.findings import Location
from evidence.name_search.contact_details import ContactSearch
from evidence.name_search.identity import Identity
from evidence.name_search.phrases import PhraseSearch
from evidence.name_search.search import NameSearch
from evidence.name_search.tokens import tokens_of
from evidence.sandbox import child

MOST_OF_A_KIND: Final = 5
"""A list of a hundred is read by nobody."""
AROUND: Final = 60
_CLOSING: Final = re.compile(
    r"^(yours (sincerely|faithfully|truly)|(kind|best|warm) regards|signed( by)?|sincerely|"
    r"yn gywir|yr eiddoch yn (gywir|ffyddlon)|cofion( cynnes)?)\b[\s:,.]*",
    re.IGNORECASE,
)


Passage = tuple[Location | None, str]
"""Where words stand, and the words."""


class Kind(StrEnum):
    NAME = "name"
    ORGANISATION = "organisation"
    ROLE = "role"
    OWN_CONTACT = "own contact"
    CONTACT = "contact"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class IdentifyingMatch:
    """A kind of match, its words, and their place."""

    kind: Kind
    words: str
    location: Location | None


def identifying_matches(passages: Iterable[Passage], identity: Identity) -> list[IdentifyingMatch]:
    """The words that identify the author of a text, at most five of each kind."""
    by_kind: dict[Kind, int] = dict.fromkeys(Kind, 0)
    kept: list[IdentifyingMatch] = []
    for match in _Search(identity).matches(passages):
        if by_kind[match.kind] < MOST_OF_A_KIND:
            by_kind[match.kind] += 1
            kept.append(match)
            if all(count >= MOST_OF_A_KIND for count in by_kind.values()):
                break
    return kept


def name_in(words: str, identity: Identity) -> bool:
    """Whether a file name contains a name of the witness, ignoring case."""
    return any(NameSearch(identity.names, any_case=True).spans(words))


def matches_in_file(
    path: Path,
    *,
    pages: bool,
    identity: Identity,
    seconds: float,
    wall_seconds: float | None = None,
) -> list[IdentifyingMatch]:
    """The same for a long text, in the sandbox: a document, or the `pages` of a PDF.

    Raises `ChildFailedError` after `seconds` of the processor's time, or `wall_seconds`.
    """
    order = {"source": str(path.resolve()), "pages": pages, "identity": identity.to_json()}
    answer = child.work(
        "evidence.documents.identifying_words", order, seconds=seconds, wall_seconds=wall_seconds
    )
    rows = answer if isinstance(answer, list) else []
    return [
        IdentifyingMatch(Kind(kind), words, Location.from_json(place) if place else None)
        for kind, words, place in rows
    ]


def answer(
    source: str, *, pages: bool, identity: Mapping[str, Any]
) -> list[tuple[str, str, object]]:
    """Runs in the sandbox."""
    content = Path(source).read_bytes()
    passages = (
        passages_of_pages(content.decode()) if pages else passages_in(Document.from_json(content))
    )
    return [
        (match.kind.value, match.words, match.location.to_json() if match.location else None)
        for match in identifying_matches(passages, Identity.from_json(identity))
    ]


def passages_in(document: Document) -> Iterator[Passage]:
    """The words of a document with their places."""
    place = Location("beginning")
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.number:
            place = Location("paragraph", block.number)
        for words in _words(block):
            yield place, words
    for number, note in enumerate(document.notes, start=1):
        for inner in note:
            for words in _words(inner):
                yield Location("footnote", number), words


def passages_of_pages(text: str) -> Iterator[Passage]:
    """The same for the text of a PDF, whose pages are separated by form feeds."""
    for page, words in enumerate(text.split("\f"), start=1):
        for line in words.splitlines():
            if line.strip():
                yield Location("page", page), line


class _Search:
    """Looks through passages for everything that identifies the witness."""

    def __init__(self, identity: Identity) -> None:
        self._contact = ContactSearch(identity.contact)
        self._by_kind = (
            (Kind.NAME, NameSearch(identity.names).spans),
            (Kind.ORGANISATION, PhraseSearch(identity.organisations, acronyms=True).spans),
            (Kind.ROLE, PhraseSearch(identity.roles).spans),
        )

    def matches(self, passages: Iterable[Passage]) -> Iterator[IdentifyingMatch]:
        """The first name, organisation and role in each passage, and all other matches."""
        closing = False
        for where, words in passages:
            tokens = list(tokens_of(words))
            for kind, spans in self._by_kind:
                if (span := next(iter(spans(words, tokens)), None)) is not None:
                    yield IdentifyingMatch(kind, _around(words, *span), where)
            for contact in self._contact.matches(words):
                kind = Kind.OWN_CONTACT if contact.is_own else Kind.CONTACT
                yield IdentifyingMatch(kind, words[contact.start : contact.end], where)
            stripped = words.strip()
            ending = _CLOSING.match(stripped)
            if closing or ending:
                yield IdentifyingMatch(Kind.SIGNATURE, stripped[:120], where)
            closing = ending is not None and ending.end() == len(stripped)


def _words(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph | Heading):
        yield from plain(block.runs).split("\n")
        yield from _addresses(block.runs)
    if isinstance(block, Table):
        yield plain(block.caption)
    if isinstance(block, Image):
        yield block.alt
    if isinstance(block, Preformatted):
        yield from block.text.split("\n")
    for row in inside(block):
        for inner in row:
            yield from _words(inner)


def _addresses(runs: Iterable[Run]) -> Iterator[str]:
    """The addresses of links, which can differ from the link text.

    Readers of the page can see them.
    """
    for run in runs:
        if run.link and run.link not in run.text:
            yield run.link.removeprefix("mailto:")


def _around(words: str, start: int, end: int) -> str:
    first, last = max(0, start - AROUND), min(len(words), end + AROUND)
    before, after = "…" if first else "", "…" if last < len(words) else ""
    return f"{before}{words[first:last]}{after}"


if __name__ == "__main__":
    child.serve(answer)
