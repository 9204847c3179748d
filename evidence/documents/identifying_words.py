"""Finds words that identify the author: names, addresses, phone numbers, signatures.

Every search goes over the text once. Long texts are searched in the sandbox.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from evidence.documents.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Preformatted,
    Table,
    inside,
    plain,
)
from evidence.sandbox import child

MOST_OF_A_KIND: Final = 5
"""A list of a hundred is read by nobody."""
TITLES: Final = frozenset(
    {"dr", "prof", "professor", "mr", "mrs", "ms", "miss", "sir", "dame", "lord"}
)
LETTERS: Final = re.compile(r"[^\W\d_]+")
SHORTEST_NAME: Final = 3
LONGEST_NAME: Final = 500
LONGEST_LOCAL: Final = 64
"""Letters before the @ of an address: RFC 5321, 4.5.3.1.1."""
AROUND: Final = 60
_LOCAL: Final = re.compile(r"[\w.+-]")
_DOMAIN: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
_PHONE: Final = re.compile(r"(?<![\d/])(?:\+\d{1,3}[\s().-]?|0)(?:\d[\s().-]?){8,12}\d(?!\d)")
_CLOSING: Final = re.compile(
    r"^(yours (sincerely|faithfully|truly)|(kind|best|warm) regards|signed( by)?|sincerely|"
    r"yn gywir|yr eiddoch yn (gywir|ffyddlon)|cofion( cynnes)?)\b[\s:,.]*",
    re.IGNORECASE,
)


class Kind(StrEnum):
    NAME = "name"
    OWN_CONTACT = "own contact"
    CONTACT = "contact"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class IdentifyingMatch:
    """A kind of match, its words, and their place, such as "paragraph 3"."""

    kind: Kind
    words: str
    where: str


def identifying_matches(
    passages: Iterable[tuple[str, str]], *, names: Sequence[str], contact: Sequence[str]
) -> list[IdentifyingMatch]:
    """Where a text identifies its author; of each kind the first five.

    `passages` are where words stand, and the words. `names` are those of the witnesses, `contact`
    their addresses and numbers.
    """
    by_kind: dict[Kind, list[IdentifyingMatch]] = {kind: [] for kind in Kind}
    everything: list[IdentifyingMatch] = []
    for match in _all(passages, names=names, contact=contact):
        if len(by_kind[match.kind]) < MOST_OF_A_KIND:
            by_kind[match.kind].append(match)
            everything.append(match)
            if all(len(row) >= MOST_OF_A_KIND for row in by_kind.values()):
                break
    return everything


def matches_in_file(
    path: Path, *, pages: bool, names: Sequence[str], contact: Sequence[str], seconds: float
) -> list[IdentifyingMatch]:
    """The same for a long text, in the sandbox: a document, or the `pages` of a PDF.

    Raises `ChildFailedError` where that takes longer than `seconds`.
    """
    order = {"source": str(path.resolve()), "pages": pages, "names": names, "contact": contact}
    answer = child.work("evidence.documents.identifying_words", order, seconds=seconds)
    rows = answer if isinstance(answer, list) else []
    return [IdentifyingMatch(Kind(row["kind"]), row["words"], row["where"]) for row in rows]


def answer(
    source: str, *, pages: bool, names: list[str], contact: list[str]
) -> list[dict[str, object]]:
    """Runs in the sandbox."""
    content = Path(source).read_bytes()
    passages = (
        passages_of_pages(content.decode()) if pages else passages_in(Document.from_json(content))
    )
    return [asdict(match) for match in identifying_matches(passages, names=names, contact=contact)]


def passages_in(document: Document) -> Iterator[tuple[str, str]]:
    """The words of a document with their places."""
    place = "the beginning"
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.number:
            place = f"paragraph {block.number}"
        for words in _words(block):
            yield place, words
    for number, note in enumerate(document.notes, start=1):
        for inner in note:
            for words in _words(inner):
                yield f"footnote {number}", words


def passages_of_pages(text: str) -> Iterator[tuple[str, str]]:
    """The same for the text of a PDF, whose pages are separated by form feeds."""
    for page, words in enumerate(text.split("\f"), start=1):
        for line in words.splitlines():
            if line.strip():
                yield f"page {page}", line


def parts_of(names: Iterable[str]) -> set[str]:
    """The parts of names that identify somebody: no titles, no initials."""
    parts = (part for name in names for part in LETTERS.findall(name[:LONGEST_NAME]))
    return {
        part.casefold()
        for part in parts
        if len(part) >= SHORTEST_NAME and part.casefold() not in TITLES
    }


def _all(
    passages: Iterable[tuple[str, str]], *, names: Sequence[str], contact: Sequence[str]
) -> Iterator[IdentifyingMatch]:
    parts = parts_of(names)
    own = {_bare(entry) for entry in contact if entry}
    closing = False
    for where, words in passages:
        yield from _names(words, where, parts)
        for written in (*addresses_in(words), *numbers_in(words)):
            kind = Kind.OWN_CONTACT if _bare(written) in own else Kind.CONTACT
            yield IdentifyingMatch(kind, written, where)
        stripped = words.strip()
        ending = _CLOSING.match(stripped)
        if closing or ending:
            yield IdentifyingMatch(Kind.SIGNATURE, stripped[:120], where)
        closing = ending is not None and ending.end() == len(stripped)


def _names(words: str, where: str, parts: set[str]) -> Iterator[IdentifyingMatch]:
    for word in LETTERS.finditer(words) if parts else ():
        if word.group()[0].isupper() and word.group().casefold() in parts:
            yield IdentifyingMatch(Kind.NAME, _around(words, word.start(), word.end()), where)
            return


def addresses_in(words: str) -> Iterator[str]:
    """Email addresses: from each @ as far to both sides as an address can be long."""
    at = words.find("@")
    while at >= 0:
        start = at
        while start > max(0, at - LONGEST_LOCAL) and _LOCAL.match(words, start - 1):
            start -= 1
        local = words[start:at].lstrip(".")
        domain = _DOMAIN.match(words, at + 1)
        if local and domain:
            yield f"{local}@{domain.group()}"
        at = words.find("@", domain.end() if domain else at + 1)


def numbers_in(words: str) -> Iterator[str]:
    """Phone numbers."""
    return (match.group() for match in _PHONE.finditer(words))


def _words(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph | Heading):
        yield from plain(block.runs).split("\n")
    if isinstance(block, Table):
        yield plain(block.caption)
    if isinstance(block, Preformatted):
        yield from block.text.split("\n")
    for row in inside(block):
        for inner in row:
            yield from _words(inner)


def _bare(entry: str) -> str:
    """An address or number in one spelling, for comparison."""
    if "@" in entry:
        return entry.strip().casefold()
    digits = re.sub(r"\D", "", entry)
    return digits.removeprefix("44").lstrip("0")


def _around(words: str, start: int, end: int) -> str:
    first, last = max(0, start - AROUND), min(len(words), end + AROUND)
    before, after = "…" if first else "", "…" if last < len(words) else ""
    return f"{before}{words[first:last]}{after}"


if __name__ == "__main__":
    child.serve(answer)
