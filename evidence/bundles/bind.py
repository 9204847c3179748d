"""Binds the papers of a bundle into its volumes: one PDF, or several that know of each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evidence.bundles.follow import runs_of
from evidence.bundles.models import Bundle, Copy
from evidence.bundles.sources import Source
from evidence.pdf.furniture import Earlier, Elsewhere, Stamp, Table, TableRow
from evidence.pdf.join import Front, Index, Joined, Piece, join, verify
from evidence.pdf.numbering import Kept
from evidence.pdf.problems import BundleWrong

Report = Callable[[int, int, str], None]
# The papers of one volume; and one of another, as contents list it.
Part = tuple[Source, ...]
Row = tuple[str, str, str, str, int]
MEGABYTE = 1_000_000
# What bundles that were asked for before say nothing of.
UNSAID: dict[str, Any] = {
    "lines": [],
    "prefix": "",
    "first": 1,
    "width": 0,
    "of_pages": False,
    "stamp": Stamp.TOP_RIGHT,
    "dividers": False,
    "tables": [],
}
# Contents that list the other volumes need a second pass, and seldom one more to come to rest.
PASSES = 12


@dataclass(frozen=True)
class Size:
    """Pages and bytes; as a limit, 0 is for any number."""

    pages: int = 0
    bytes: int = 0

    def less(self, other: "Size") -> "Size":
        """A smaller limit; what has none keeps none."""
        return Size(
            max(1, self.pages - other.pages) if self.pages else 0,
            max(1, self.bytes - other.bytes) if self.bytes else 0,
        )

    def least(self, other: "Size") -> "Size":
        """The narrower of two limits, of which both have one or neither."""
        return Size(min(self.pages, other.pages), min(self.bytes, other.bytes))


@dataclass(frozen=True)
class Volume:
    """One finished PDF of a bundle: its number, what it is called, where it lies, what stands in
    it and where."""

    number: int
    name: str
    path: Path
    sources: tuple[Source, ...]
    joined: Joined


def bind(
    bundle: Bundle,
    sources: Sequence[Source],
    folder: Path,
    *,
    report: Report,
    copy: Copy | None = None,
) -> list[Volume]:
    """Write the volumes into the folder and look at each with other eyes; of a numbered copy,
    with its marks on each page.

    Raises `BundleWrong` if a finished PDF is not what it says it is.
    """
    limits = bundle.frozen.get("volumes") or {"pages": 0, "megabytes": 0}
    wanted = Size(limits["pages"], limits["megabytes"] * MEGABYTE)
    binding, room = _Binding(bundle, folder, report, copy), wanted
    for _ in range(PASSES):
        volumes = binding.settled(_split(sources, room))
        over = _over(volumes, wanted)
        if not over.pages and not over.bytes:
            break
        # Contents, sheets and indexes are known only now; papers get what they leave.
        room = room.less(over).least(wanted.less(_besides(volumes)))
    for volume in volumes:
        report(91, 100, "checking page numbers and links")
        verify(volume.path, volume.joined, [_piece(source, folder) for source in volume.sources])
    return volumes


def _split(sources: Sequence[Source], room: Size) -> list[Part]:
    """At most so many pages and bytes of papers each, where single papers allow."""
    parts: list[list[Source]] = [[]]
    held = Size()
    for source in sources:
        more = _size(source)
        full = (room.pages and held.pages + more.pages > room.pages) or (
            room.bytes and held.bytes + more.bytes > room.bytes
        )
        if full and parts[-1]:
            parts.append([])
            held = Size()
        parts[-1].append(source)
        held = Size(held.pages + more.pages, held.bytes + more.bytes)
    return [tuple(part) for part in parts]


def _size(source: Source) -> Size:
    return Size(source.frozen["pages"], source.path.stat().st_size if source.path else 0)


def _over(volumes: Sequence[Volume], wanted: Size) -> Size:
    """By how much the largest volumes that could be split further are too large."""
    several = [one for one in volumes if len(one.sources) > 1]
    pages = max((one.joined.pages - wanted.pages for one in several), default=0)
    size = max((one.path.stat().st_size - wanted.bytes for one in several), default=0)
    return Size(max(0, pages) if wanted.pages else 0, max(0, size) if wanted.bytes else 0)


def _besides(volumes: Sequence[Volume]) -> Size:
    """The most that stands in a volume besides its papers."""
    papers = [[_size(source) for source in one.sources] for one in volumes]
    pages = (
        one.joined.pages - sum(size.pages for size in sizes)
        for one, sizes in zip(volumes, papers, strict=True)
    )
    more = (
        one.path.stat().st_size - sum(size.bytes for size in sizes)
        for one, sizes in zip(volumes, papers, strict=True)
    )
    return Size(max(0, *pages), max(0, *more))


class _Binding:
    """The volumes of one bundle in the making."""

    def __init__(self, bundle: Bundle, folder: Path, report: Report, copy: Copy | None) -> None:
        self._bundle, self._folder, self._report, self._copy = bundle, folder, report, copy
        self._before = tuple(
            Elsewhere(one["title"], one["file"], tuple(_as_row(row) for row in one["rows"]))
            for one in (bundle.frozen.get("follows") or {}).get("elsewhere", [])
        )

    def settled(self, parts: Sequence[Part]) -> list[Volume]:
        """The volumes, made again until the contents of each say where the papers of the others
        are."""
        told = [[_row(source, "", 1) for source in part] for part in parts]
        for _ in range(PASSES):
            volumes = self._made(parts, told)
            now = [_rows(volume) for volume in volumes]
            if now == told or len(parts) == 1:
                return volumes
            told = now
        raise BundleWrong("The contents of the volumes do not come to rest.")

    def _made(self, parts: Sequence[Part], told: Sequence[Sequence[Row]]) -> list[Volume]:
        bundle, many, volumes = self._bundle, len(parts) > 1, list[Volume]()
        copy = self._copy.number if self._copy else 0
        names = [
            bundle.file_name("pdf", at if many else 0, copy) for at in range(1, len(parts) + 1)
        ]
        first = (UNSAID | bundle.frozen["front"])["first"]
        for number, (name, part) in enumerate(zip(names, parts, strict=True), start=1):
            path = self._folder / f"volume-{number}.pdf"
            beside = (
                Elsewhere(f"Volume {at}", other, tuple(rows), after=at > number)
                for at, (other, rows) in enumerate(zip(names, told, strict=True), start=1)
                if at != number
            )
            lines = [f"Volume {number} of {len(parts)}"] if many else []
            joined = join(
                [_piece(source, self._folder) for source in part],
                replace(
                    _front(bundle, first=first, lines=lines, elsewhere=(*self._before, *beside)),
                    copy=self._copy.mark if self._copy else None,
                ),
                _indexes(bundle, part),
                path,
                progress=_within(self._report, number - 1, len(parts)),
            )
            volumes.append(Volume(number, name, path, part, joined))
            first += joined.pages
        return volumes


def _within(report: Report, at: int, of: int) -> Report:
    """The progress of one volume as a part of the whole."""

    def told(done: int, whole: int, doing: str) -> None:
        report(int(90 * (at + done / max(whole, 1)) / of), 100, doing)

    return told


def _as_row(said: Sequence[Any]) -> Row:
    reference, name, date, number, page = said
    return reference, name, date, number, page


def _row(source: Source, number: str, page: int) -> Row:
    frozen = source.frozen
    return (frozen["reference"], frozen["label"], frozen["date"], number, page)


def _rows(volume: Volume) -> list[Row]:
    placed = {place.key: place for place in volume.joined.placed}
    labels = volume.joined.labels
    return [
        _row(source, labels.of(placed[source.key].first), placed[source.key].first)
        if source.key in placed
        else _row(source, "", 1)
        for source in volume.sources
    ]


def _piece(source: Source, folder: Path) -> Piece:
    frozen = source.frozen
    kept = {name: runs_of(said) for name, said in frozen["kept"].items()}
    return Piece(
        key=source.key,
        path=source.path or folder,
        reference=frozen["reference"],
        title=f"{frozen['reference']} {frozen['label']}",
        date=frozen["date"],
        groups=tuple(frozen["groups"]),
        marking=frozen["marking"],
        ours=frozen["ours"],
        fragment=source.fragment,
        sha256=frozen["pdf"],
        unusable=source.reason,
        tab=frozen["tab"],
        sheet=tuple((name, said) for name, said in frozen["sheet"]),
        kept=Kept(**kept),
    )


def _front(bundle: Bundle, *, first: int, lines: Sequence[str], elsewhere: Any) -> Front:
    front = UNSAID | bundle.frozen["front"]
    earlier = (bundle.frozen.get("follows") or {}).get("earlier")
    return Front(
        committee=front["committee"],
        inquiry=front["inquiry"],
        hc_number=front["hc_number"],
        title=front["title"],
        marking=front["marking"],
        lines=(*front["lines"], *lines),
        left_out=tuple(front["left_out"]),
        fingerprint=bundle.fingerprint,
        prefix=front["prefix"],
        of_pages=front["of_pages"],
        stamp=Stamp(front["stamp"]),
        first=first,
        width=front["width"],
        dividers=front["dividers"],
        tables=tuple(_table(said) for said in front["tables"]),
        elsewhere=tuple(elsewhere),
        earlier=Earlier(runs_of(earlier["opening"]), runs_of(earlier["taken"]))
        if earlier
        else None,
    )


def _table(said: dict[str, Any]) -> Table:
    return Table(
        said["title"],
        said["said"],
        tuple((name, share) for name, share in said["columns"]),
        tuple(
            TableRow(
                tuple(row["cells"]),
                str(row["place"]) if "place" in row else "",
                row.get("spot", ""),
                section=row.get("section", ""),
                address=row.get("address", ""),
            )
            for row in said["rows"]
        ),
    )


def _indexes(bundle: Bundle, part: Sequence[Source]) -> list[Index]:
    """The indexes, of what stands in this volume."""
    here = {source.key for source in part}
    found = []
    for title, entries in bundle.frozen["indexes"].items():
        rows = [
            (name, tuple(str(at) for at in places if str(at) in here)) for name, places in entries
        ]
        if rows := [row for row in rows if row[1]]:
            found.append(Index(title, tuple(rows)))
    return found
