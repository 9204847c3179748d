"""Compares the words of the original with those of the document, so that none is lost unnoticed.

A reader of each format lists the passages of the original, without pandoc. This module compares
them with the document. Words that are missing from the document, or that are only in the document,
become findings.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evidence.documents.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Preformatted,
    Run,
    Table,
    plain,
    walk,
)
from evidence.documents.text_cleaning import words_of
from evidence.findings import Finding, Location

WORDS_IN_A_REMARK = 4_000
"""Letters quoted in one finding; beyond it the finding says how many words more there are."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the original that the document must contain, and its place there."""

    words: str
    location: Location


def missing_and_added(passages: Sequence[Passage], document: Document) -> list[Finding]:
    """Words of the passages that the document lacks, and words it has that no passage has."""
    wanted = Counter(word for passage in passages for word in words_of(passage.words))
    present = Counter(word for text in texts(document) for word in words_of(text))
    findings = _missing(passages, wanted - present)
    if added := present - wanted:
        findings.append(
            Finding.quoting(
                "words-added", "warn", _quoted(sorted(added.elements())), Location("document")
            )
        )
    return findings


def texts(document: Document) -> Iterable[str]:
    """The text of a document block by block, without formulas, which pandoc rewrites."""
    for row in (document.blocks, *document.notes):
        for block in walk(row):
            yield from _own_texts(block)


def _own_texts(block: Block) -> Iterable[str]:
    match block:
        case Paragraph(runs) | Heading(_, runs):
            yield _without_formulas(runs)
        case Preformatted(text):
            yield text
        case Table(_, _, caption):
            yield plain(caption)
        case _:
            pass


def _without_formulas(runs: Iterable[Run]) -> str:
    # A note's mark separates words in the original too.
    return "".join(" " if run.note or "formula" in run.styles else run.text for run in runs)


def _missing(passages: Sequence[Passage], lacking: Counter[str]) -> list[Finding]:
    """Decides which passage lost the words: one that lacks most of its words lost them itself."""
    if not lacking:
        return []
    split = [words_of(passage.words) for passage in passages]
    order = sorted(range(len(split)), key=lambda n: -_share(split[n], lacking))
    lost: dict[int, list[str]] = {}
    for place in order:
        for word in split[place]:
            if lacking[word] > 0:
                lacking[word] -= 1
                lost.setdefault(place, []).append(word)
    return [
        Finding.quoting("words-missing", "warn", _quoted(lost[place]), passages[place].location)
        for place in sorted(lost)
    ]


def _share(words: Sequence[str], lacking: Counter[str]) -> float:
    return sum(1 for word in words if lacking[word] > 0) / len(words) if words else 0.0


def _quoted(words: Sequence[str]) -> str:
    return shortened(" ".join(words))


def shortened(text: str) -> str:
    """The text for a finding, on one line.

    A very long text is cut, and says how much is missing.
    """
    text = " ".join(text.split())
    if len(text) <= WORDS_IN_A_REMARK:
        return text
    kept = text[:WORDS_IN_A_REMARK].rsplit(" ", 1)[0]
    return f"{kept} … (and {len(text[len(kept) :].split())} words more)"


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each kind, reason and place, in the order they were made.

    Pictures count as one place: a file may have hundreds that cannot be shown.
    """
    together: dict[Finding, list[Finding]] = {}
    for finding in findings:
        without_words = {k: v for k, v in finding.parameters.items() if k != "words"}
        location = finding.location
        if location is not None and location.code == "picture":
            location = replace(location, name="")
        kind = replace(finding, parameters=without_words, location=location)
        together.setdefault(kind, []).append(finding)
    return tuple(_as_one(kind, same) for kind, same in together.items())


def _as_one(kind: Finding, same: Sequence[Finding]) -> Finding:
    words = shortened(" … ".join(finding.words for finding in same if finding.words))
    names = dict.fromkeys(finding.location.name for finding in same if finding.location)
    location = kind.location
    if location is not None:
        location = replace(location, name=shortened(", ".join(filter(None, names))))
    return replace(kind, parameters={**kind.parameters, "words": words}, location=location)
