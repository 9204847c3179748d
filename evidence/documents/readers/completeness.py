"""Compares the words of the original with those of the document, so that none is lost unnoticed.

A reader of each format lists the original's passages, straight from its own encoding and
independently of pandoc. Here they are compared with the document: what was to be carried and is
missing, or stands there without being in the original, becomes a `Remark` with the words.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
from evidence.documents.errors import DocumentFinding
from evidence.documents.text_cleaning import words_of

WORDS_IN_A_REMARK = 4_000
"""Letters quoted in one finding; beyond it the finding says how many words more there are."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the original that the document must hold, and its place there."""

    words: str
    where: str


def missing_and_added(passages: Sequence[Passage], document: Document) -> list[DocumentFinding]:
    """Words of the passages that the document lacks, and words it has that no passage has."""
    wanted = Counter(word for passage in passages for word in words_of(passage.words))
    present = Counter(word for text in texts(document) for word in words_of(text))
    findings = _missing(passages, wanted - present)
    if added := present - wanted:
        findings.append(
            DocumentFinding(
                "words-added", "warn", _quoted(sorted(added.elements())), "the document"
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


def _missing(passages: Sequence[Passage], lacking: Counter[str]) -> list[DocumentFinding]:
    """Whose words are they? A passage that lacks most of its words has surely lost them itself."""
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
        DocumentFinding("words-missing", "warn", _quoted(lost[place]), passages[place].where)
        for place in sorted(lost)
    ]


def _share(words: Sequence[str], lacking: Counter[str]) -> float:
    return sum(1 for word in words if lacking[word] > 0) / len(words) if words else 0.0


def _quoted(words: Sequence[str]) -> str:
    return shortened(" ".join(words))


def shortened(text: str) -> str:
    """The text for a finding: one line, and where it is very long, how much more there is."""
    text = " ".join(text.split())
    if len(text) <= WORDS_IN_A_REMARK:
        return text
    kept = text[:WORDS_IN_A_REMARK].rsplit(" ", 1)[0]
    return f"{kept} … (and {len(text[len(kept) :].split())} words more)"


def merged(findings: Iterable[DocumentFinding]) -> tuple[DocumentFinding, ...]:
    """One finding for each kind and place, in the order they were made."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for finding in findings:
        words = together.setdefault((finding.code, finding.severity, finding.where), [])
        if finding.words:
            words.append(finding.words)
    return tuple(
        DocumentFinding(code, severity, shortened(" … ".join(words)), where)  # type: ignore[arg-type]
        for (code, severity, where), words in together.items()
    )
