"""Binds the items of a bundle into one PDF, or several volumes that link to each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evidence.bundles.build.volume_split import Filled, Size, besides, over, split
from evidence.bundles.models import Bundle, NumberedCopy
from evidence.bundles.spec.continuation import runs_of
from evidence.bundles.spec.snapshot import Snapshot
from evidence.bundles.volume import Part, Source, Volume
from evidence.pdf.assemble.bundle import Front, Index, Item, Joined, verify, write_bundle
from evidence.pdf.assemble.page_numbers import Kept
from evidence.pdf.assemble.pagination import Known, known, planned
from evidence.pdf.assemble.spec import OtherFile, PreviousNumbers, Stamp, Table, TableRow
from evidence.pdf.exceptions import InvalidBundleError

Report = Callable[[int, int, str], None]
# An item of another volume, as the contents list it.
Row = tuple[str, str, str, str, int]
# For each volume, the rows that other volumes list of it.
VolumeRows = Sequence[Sequence[Row]]
MEGABYTE = 1_000_000
# Page numbers of other volumes change the contents: two rounds settle it, seldom three.
PASSES = 12


def bind(
    bundle: Bundle,
    sources: Sequence[Source],
    folder: Path,
    *,
    report: Report,
    copy: NumberedCopy | None = None,
) -> list[Volume]:
    """Write the volumes into the folder and verify each with a second PDF reader. Pages of a
    numbered copy are marked.

    Raises `InvalidBundleError` if a finished PDF fails verification.
    """
    snapshot = Snapshot.from_json(bundle.snapshot)
    wanted = Size(snapshot.volume_pages, snapshot.volume_megabytes * MEGABYTE)
    binding, room = _Binding(bundle, snapshot, folder, report=report, copy=copy), wanted
    for _ in range(PASSES):
        parts = split(sources, room)
        rows, filled = binding.planned(parts)
        excess = over(filled, wanted)
        if not excess:
            # The bytes of a volume are known only once it is made.
            volumes = binding.settled(parts, rows)
            filled = [_filled(part) for part in volumes]
            excess = over(filled, wanted)
        if not excess:
            break
        # The sizes of contents, sheets and indexes are known only now; items get the rest.
        room = room.less(excess).least(wanted.less(besides(filled)))
    else:
        volumes = binding.settled(parts, rows)
    for volume in volumes:
        report(91, 100, "checking page numbers and links")
        verify(volume.path, volume.joined, [_item(source, folder) for source in volume.sources])
    return volumes


def _filled(volume: Volume) -> Filled:
    return Filled(volume.sources, Size(volume.joined.pages, volume.path.stat().st_size))


@dataclass(frozen=True)
class _Contents:
    """The contents of one volume: its number `of` how many, and its items."""

    number: int
    of: int
    items: list[Item]
    front: Front
    indexes: list[Index]


class _Binding:
    """Makes the volumes of one bundle."""

    def __init__(
        self,
        bundle: Bundle,
        snapshot: Snapshot,
        folder: Path,
        *,
        report: Report,
        copy: NumberedCopy | None,
    ) -> None:
        self._bundle, self._folder, self._report, self._copy = bundle, folder, report, copy
        self._snapshot = snapshot
        self._known: dict[str, Known] = {}
        self._before = tuple(
            OtherFile(
                volume["title"], volume["file"], tuple(_as_row(row) for row in volume["rows"])
            )
            for volume in snapshot.elsewhere
        )

    def planned(self, parts: Sequence[Part]) -> tuple[VolumeRows, list[Filled]]:
        """Plans the volumes: the rows each will list of the others, and their sizes. There are no
        sizes if a fragment is missing."""
        volume_rows = [[_row(source, "", 1) for source in part] for part in parts]
        if len(parts) == 1 or not self._know(source for part in parts for source in part):
            return volume_rows, []
        self._report(0, 100, "planning the volumes")
        for _ in range(PASSES):
            planned = self._each(parts, volume_rows, self._planned)
            now = [_rows(part, joined) for part, joined in zip(parts, planned, strict=True)]
            if now == volume_rows:
                break
            volume_rows = now
        sizes = [Size(joined.pages) for joined in planned]
        return volume_rows, list(map(Filled, parts, sizes))

    def settled(self, parts: Sequence[Part], volume_rows: VolumeRows) -> list[Volume]:
        """Makes the volumes, again if one does not list the right pages of the others."""
        for _ in range(PASSES):
            made = self._each(parts, volume_rows, self._made)
            now = [_rows(part, joined) for part, joined in zip(parts, made, strict=True)]
            if now == volume_rows or len(parts) == 1:
                named = enumerate(zip(self._names(parts), parts, made, strict=True), start=1)
                return [
                    Volume(number, name, self._path(number), part, joined)
                    for number, (name, part, joined) in named
                ]
            volume_rows = now
        raise InvalidBundleError("The contents of the volumes do not come to rest.")

    def _know(self, sources: Iterable[Source]) -> bool:
        """Whether the sizes of all items are known, as a plan needs."""
        for source in sources:
            if source.reason or source.key in self._known:
                continue
            if (sizes := known(_item(source, self._folder))) is None:
                return False
            self._known[source.key] = sizes
        return True

    def _each(
        self, parts: Sequence[Part], volume_rows: VolumeRows, make: Callable[[_Contents], Joined]
    ) -> list[Joined]:
        """Makes each volume with the rows that it lists of the others."""
        bundle, joined, names = self._bundle, list[Joined](), self._names(parts)
        first = self._snapshot.front.first
        for number, part in enumerate(parts, start=1):
            beside = (
                OtherFile(f"Volume {at}", other, tuple(rows), after=at > number)
                for at, (other, rows) in enumerate(zip(names, volume_rows, strict=True), start=1)
                if at != number
            )
            lines = [f"Volume {number} of {len(parts)}"] if len(parts) > 1 else []
            front = _front(self._snapshot, fingerprint=bundle.fingerprint, lines=lines)
            front = replace(
                front,
                first=first,
                elsewhere=(*self._before, *beside),
                copy=self._copy.mark if self._copy else None,
            )
            items = [_item(source, self._folder) for source in part]
            joined.append(
                make(_Contents(number, len(parts), items, front, _indexes(self._snapshot, part)))
            )
            first += joined[-1].pages
        return joined

    def _planned(self, contents: _Contents) -> Joined:
        return planned(contents.items, contents.front, contents.indexes, self._known)

    def _made(self, contents: _Contents) -> Joined:
        return write_bundle(
            contents.items,
            contents.front,
            contents.indexes,
            self._path(contents.number),
            progress=_within(self._report, contents.number - 1, contents.of),
        )

    def _names(self, parts: Sequence[Part]) -> list[str]:
        copy, many = self._copy.number if self._copy else 0, len(parts) > 1
        places = range(1, len(parts) + 1)
        return [self._bundle.file_name("pdf", at if many else 0, copy) for at in places]

    def _path(self, number: int) -> Path:
        return self._folder / f"volume-{number}.pdf"


def _within(report: Report, at: int, of: int) -> Report:
    """Turns the progress of one volume into progress of the whole bundle."""

    def pass_on(done: int, whole: int, message: str) -> None:
        report(int(90 * (at + done / max(whole, 1)) / of), 100, message)

    return pass_on


def _as_row(cells: Sequence[Any]) -> Row:
    _file, reference, name, date, number, page = cells
    return reference, name, date, number, page


def _row(source: Source, number: str, page: int) -> Row:
    item = source.item
    return (item.reference, item.label, item.date, number, page)


def _rows(part: Part, joined: Joined) -> list[Row]:
    placed, labels = {place.key: place for place in joined.placed}, joined.labels
    return [
        _row(source, labels.of(placed[source.key].first), placed[source.key].first)
        if source.key in placed
        else _row(source, "", 1)
        for source in part
    ]


def _item(source: Source, folder: Path) -> Item:
    item = source.item
    kept = {name: runs_of(runs) for name, runs in item.kept.items()}
    return Item(
        key=source.key,
        path=source.path or folder,
        reference=item.reference,
        title=f"{item.reference} {item.label}",
        date=item.date,
        groups=tuple(item.groups),
        marking=item.marking,
        ours=item.ours,
        fragment=source.fragment,
        sha256=item.pdf,
        unusable=source.reason,
        tab=item.tab,
        sheet=tuple((name, value) for name, value in item.sheet),
        kept=Kept(**kept),
    )


def _front(snapshot: Snapshot, *, fingerprint: str, lines: Sequence[str]) -> Front:
    front, earlier = snapshot.front, snapshot.earlier
    return Front(
        committee=front.committee,
        inquiry=front.inquiry,
        hc_number=front.hc_number,
        title=front.title,
        marking=front.marking,
        lines=(*front.lines, *lines),
        left_out=tuple(front.left_out),
        fingerprint=fingerprint,
        prefix=front.prefix,
        of_pages=front.of_pages,
        stamp=Stamp(front.stamp),
        width=front.width,
        dividers=front.dividers,
        tables=tuple(_table(table) for table in front.tables),
        earlier=PreviousNumbers(runs_of(earlier["opening"]), runs_of(earlier["taken"]))
        if earlier
        else None,
    )


def _table(table: dict[str, Any]) -> Table:
    return Table(
        table["title"],
        table["description"],
        tuple((name, share) for name, share in table["columns"]),
        tuple(
            TableRow(
                tuple(row["cells"]),
                str(row["place"]) if "place" in row else "",
                row.get("spot", ""),
                section=row.get("section", ""),
                address=row.get("address", ""),
            )
            for row in table["rows"]
        ),
    )


def _indexes(snapshot: Snapshot, part: Sequence[Source]) -> list[Index]:
    """The indexes, restricted to this volume."""
    here = {source.key for source in part}
    indexes = []
    for title, entries in snapshot.indexes.items():
        rows = [
            (name, tuple(str(at) for at in places if str(at) in here)) for name, places in entries
        ]
        if rows := [row for row in rows if row[1]]:
            indexes.append(Index(title, tuple(rows)))
    return indexes
