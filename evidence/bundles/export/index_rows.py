"""The rows of a bundle's index: the pages of each item, and its names in the ZIP."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from evidence.bundles.volume import Source, Volume
from evidence.files.download_names import neutral
from evidence.pdf.assemble.verify import Placed

COLUMNS = (
    "position",
    "tab",
    "reference",
    "witness",
    "kind",
    "date",
    "status",
    "institutions",
    "themes",
    "volume",
    "first page",
    "last page",
    "file",
    "text",
    "sha256",
    "not included because",
)


@dataclass(frozen=True)
class Paper:
    """One file of a bundle: its pages in the bundle, and its names in the ZIP.

    `first` and `last` are the numbers printed on its pages. `pdf` and `text` are empty if they are
    not in the ZIP, `first` and `last` if the pages are not in the bundle; `reason` then says why.
    """

    position: int
    tab: str
    reference: str
    witness: str
    kind: str
    date: str
    status: str
    institutions: tuple[str, ...]
    themes: tuple[str, ...]
    volume: int
    first: str
    last: str
    pdf: str
    text: str
    sha256: str
    reason: str

    def row(self) -> dict[str, str | int]:
        """The file as a row of the table."""
        cells = (
            self.position,
            self.tab,
            self.reference,
            self.witness,
            self.kind,
            self.date,
            self.status,
            "; ".join(self.institutions),
            "; ".join(self.themes),
            self.volume,
            _as_a_number(self.first),
            _as_a_number(self.last),
            self.pdf,
            self.text,
            self.sha256,
            self.reason,
        )
        return dict(zip(COLUMNS, cells, strict=True))


# An index: each name with its files.
Index = list[tuple[str, list[Paper]]]


def listed(volumes: Sequence[Volume]) -> list[Paper]:
    """A bundle's files in order."""
    sources = [source for volume in volumes for source in volume.sources]
    stems = dict(zip((source.key for source in sources), _stems(sources), strict=True))
    return [paper for volume in volumes for paper in _papers(volume, stems)]


def _papers(volume: Volume, stems: Mapping[str, str]) -> Iterator[Paper]:
    placed = {place.key: place for place in volume.joined.placed}
    reasons = dict(volume.joined.not_included)
    for source in volume.sources:
        place, reason = placed.get(source.key), reasons.get(source.key, "")
        yield _paper(source, stems[source.key], volume, place=place, reason=reason)


def _paper(
    source: Source, stem: str, volume: Volume, *, place: Placed | None, reason: str
) -> Paper:
    item, labels = source.item, volume.joined.labels
    return Paper(
        position=int(source.key) + 1,
        tab=item.tab,
        reference=item.reference,
        witness=item.label,
        kind=item.kind,
        date=item.date,
        status=item.status,
        institutions=tuple(item.institutions),
        themes=tuple(item.themes),
        volume=volume.number,
        first=labels.of(place.first) if place else "",
        last=labels.of(place.last) if place else "",
        pdf=f"papers/{stem}.pdf" if source.path else "",
        text=f"text/{stem}.txt" if source.text else "",
        sha256=item.pdf,
        reason=" ".join(filter(None, [reason, source.text_reason])),
    )


def _as_a_number(printed: str) -> str | int:
    """The printed page number as an int where possible, so that a table can be sorted by it."""
    return int(printed) if printed.isdigit() and not printed.startswith("0") else printed


def indexes(papers: Sequence[Paper]) -> dict[str, Index]:
    """The indexes of a bundle, such as witnesses and themes: names with their files."""
    return {
        "Witnesses": _index((paper.witness, paper) for paper in papers),
        "Institutions": _index((name, paper) for paper in papers for name in paper.institutions),
        "Themes": _index((name, paper) for paper in papers for name in paper.themes),
    }


def _index(leads: Iterator[tuple[str, Paper]]) -> Index:
    by_name: dict[str, list[Paper]] = defaultdict(list)
    for name, paper in leads:
        by_name[name].append(paper)
    return [(name, by_name[name]) for name in sorted(by_name, key=lambda n: (n.casefold(), n))]


def _stems(sources: Sequence[Source]) -> Iterator[str]:
    """A neutral name for each file, unique also where case is ignored."""
    taken: set[str] = set()
    for source in sources:
        stem = plain = PurePosixPath(neutral(source.item.reference, "pdf")).stem
        count = 1
        while stem.casefold() in taken:
            count += 1
            stem = f"{plain}-{count}"
        taken.add(stem.casefold())
        yield stem
