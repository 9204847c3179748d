"""The rows of a bundle's index: what stands on which pages, and under which name in the ZIP."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from evidence.bundles.sources import Source
from evidence.files.naming import neutral
from evidence.pdf.join import Joined


@dataclass(frozen=True)
class Paper:
    """One file of one piece: where its pages stand in the bundle, and its names in the ZIP.

    `pdf` and `text` are empty where the ZIP does not hold them, `first` and `last` are None
    where the bundle does not; `reason` then says why.
    """

    position: int
    reference: str
    witness: str
    kind: str
    date: str
    status: str
    institutions: tuple[str, ...]
    themes: tuple[str, ...]
    first: int | None
    last: int | None
    pdf: str
    text: str
    sha256: str
    reason: str

    def row(self) -> dict[str, str | int]:
        """The paper as a line of a table; what is not there is empty."""
        return {
            "position": self.position,
            "reference": self.reference,
            "witness": self.witness,
            "kind": self.kind,
            "date": self.date,
            "status": self.status,
            "institutions": "; ".join(self.institutions),
            "themes": "; ".join(self.themes),
            "first page": self.first or "",
            "last page": self.last or "",
            "file": self.pdf,
            "text": self.text,
            "sha256": self.sha256,
            "not included because": self.reason,
        }


# An index: each name with the papers it leads to.
Index = list[tuple[str, list[Paper]]]


def listed(sources: Sequence[Source], joined: Joined) -> list[Paper]:
    """A bundle's papers in their order."""
    placed = {place.key: place for place in joined.placed}
    reasons = dict(joined.not_included)
    papers: list[Paper] = []
    for source, stem in zip(sources, _stems(sources), strict=True):
        place, frozen = placed.get(source.key), source.frozen
        papers.append(
            Paper(
                position=len(papers) + 1,
                reference=frozen["reference"],
                witness=frozen["label"],
                kind=frozen["sort"],
                date=frozen["date"],
                status=frozen["status"],
                institutions=tuple(frozen["institutions"]),
                themes=tuple(frozen["themes"]),
                first=place.first if place else None,
                last=place.last if place else None,
                pdf=f"papers/{stem}.pdf" if source.path else "",
                text=f"text/{stem}.txt" if source.text else "",
                sha256=frozen["pdf"],
                reason=" ".join(filter(None, [reasons.get(source.key), source.text_reason])),
            )
        )
    return papers


def indexes(papers: Sequence[Paper]) -> dict[str, Index]:
    """Who and what leads to which papers, by name."""
    return {
        "Witnesses": _index((paper.witness, paper) for paper in papers),
        "Institutions": _index((name, paper) for paper in papers for name in paper.institutions),
        "Themes": _index((name, paper) for paper in papers for name in paper.themes),
    }


def _index(leads: Iterator[tuple[str, Paper]]) -> Index:
    found: dict[str, list[Paper]] = defaultdict(list)
    for name, paper in leads:
        found[name].append(paper)
    return [(name, found[name]) for name in sorted(found, key=lambda n: (n.casefold(), n))]


def _stems(sources: Sequence[Source]) -> Iterator[str]:
    """A neutral name for each paper; no two are one on a disk that takes `a` for `A`."""
    taken: set[str] = set()
    for source in sources:
        stem = plain = PurePosixPath(neutral(source.frozen["reference"], "pdf")).stem
        count = 1
        while stem.casefold() in taken:
            count += 1
            stem = f"{plain}-{count}"
        taken.add(stem.casefold())
        yield stem
