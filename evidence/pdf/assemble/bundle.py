"""Makes one PDF of many items, with cover, contents, bookmarks and indexes.

Each item was prepared once, as a fragment; making a bundle is linking fragments, one after the
other, with new numbers. So time and memory are proportional to the number of pages. The bundle
names an item that cannot be used, and is made without it. The same items give the same bytes.
"""

import gc
import mmap
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evidence.pdf.assemble import bookmarks
from evidence.pdf.assemble.bookmarks import Mark
from evidence.pdf.assemble.canvas import CORNER, Canvas, Spot
from evidence.pdf.assemble.catalog import Leaf, NamedDestinations, metadata, write_tree
from evidence.pdf.assemble.cross_references import References
from evidence.pdf.assemble.linker import FAN_OUT, Linked, Linker, tree
from evidence.pdf.assemble.page_numbers import Labels, Numbering
from evidence.pdf.assemble.page_stamps import Line
from evidence.pdf.assemble.pagination import Plan
from evidence.pdf.assemble.placed_item import PlacedItem, destination
from evidence.pdf.assemble.spec import Front, Index, Item, ItemPosition
from evidence.pdf.assemble.syntax import array, dictionary, reference, text
from evidence.pdf.assemble.verify import Joined, Placed, verify
from evidence.pdf.assemble.writer import Writer
from evidence.pdf.exceptions import InvalidBundleError, UnusableItemError
from evidence.pdf.fonts.text_runs import COUNT, TextRuns
from evidence.pdf.fragment.file_format import (
    External,
    Fragment,
    Heading,
    UnusableFragmentError,
    read,
)
from evidence.pdf.fragment.prepare import prepare_file
from evidence.pdf.sanitize.graphics_state import FAULTS

__all__ = ["Front", "Index", "Item", "Joined", "Placed", "verify", "write_bundle"]

Progress = Callable[[int, int, str], None]
LANGUAGE = "en-GB"
BUFFER = 1 << 20


@contextmanager
def _garbage_collector_off() -> Iterator[None]:
    """Switches off the garbage collector, which searches repeatedly for reference cycles.

    A bundle makes hundreds of thousands of objects and hardly any cycles.
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


def _silent(done: int, of: int, doing: str) -> None:
    """Reports no progress."""


def write_bundle(
    items: Sequence[Item],
    front: Front,
    indexes: Sequence[Index],
    target: Path,
    *,
    progress: Progress = _silent,
) -> Joined:
    """Write the bundle to `target` and return the position of each item, with pages counted from 1.

    An item without a usable fragment is prepared first. `progress(done, of, doing)` is told
    of every item. Raises `InvalidBundleError` when the bundle cannot be made at all, and `OSError`
    when it cannot be written; then there is no `target`.
    """
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with unfinished.open("wb", buffering=BUFFER) as out, _garbage_collector_off():
            joined = _BundleWriter(Writer(out), items, front, indexes).bind(progress)
        unfinished.replace(target)
    except ValueError as fault:
        raise InvalidBundleError(f"The bundle cannot be made: {fault}.") from fault
    finally:
        unfinished.unlink(missing_ok=True)
    return joined


class _BundleWriter:
    """Writes one bundle."""

    def __init__(
        self, writer: Writer, items: Sequence[Item], front: Front, indexes: Sequence[Index]
    ) -> None:
        self._writer, self._items, self._front, self._indexes = writer, items, front, indexes
        self._linker = Linker(writer)
        self._fonts = writer.allocate(COUNT)
        self._shared = {
            External.END: writer.allocate(),
            External.END_TAGGED: writer.allocate(),
            External.FONT: self._fonts,
        }
        self._root = writer.allocate()
        self._document = writer.allocate()
        self._bound: list[PlacedItem] = []
        self._missing: list[tuple[Item, str]] = []
        self._parents: dict[int, int] = {}
        self._middle: list[int] = []

    def bind(self, progress: Progress) -> Joined:
        of = len(self._items) + 2
        for at, item in enumerate(self._items):
            progress(at, of, item.reference)
            self._take(at, item)
        progress(of - 2, of, "Contents")
        plan = Plan(
            self._front, self._indexes, [bound.standing for bound in self._bound], self._missing
        )
        own, numbering = plan.own, plan.numbering
        for bound, standing, lead in zip(self._bound, plan.standing, plan.leads, strict=True):
            bound.standing = standing
            if lead.divider or lead.sheet:
                drawn = lead.draw(numbering, before=own + standing.offset)
                bound.lead = self._own(drawn, parent=self._parents[bound.linked.node])
        ours = [self._own(plan.opening.draw(numbering))]
        progress(of - 1, of, "Indexes")
        if plan.indexes.count:
            ours.append(self._own(plan.indexes.draw(numbering, before=own + plan.papers)))
        self._write_lines(plan.letters, own, numbering)
        self._finish(plan.letters, ours, numbering.labels)
        progress(of, of, "Done")
        return plan.joined

    def _take(self, at: int, item: Item) -> None:
        try:
            if item.unusable:
                raise UnusableItemError(item.unusable)  # noqa: TRY301 - told like any other reason
            if not self._take_prepared(at, item):
                self._link(at, item, read(memoryview(_prepared(item))))
        except UnusableItemError as reason:
            self._missing.append((item, str(reason)))

    def _take_prepared(self, at: int, item: Item) -> bool:
        """Links the item's fragment. Returns False if it has no usable one."""
        if item.fragment is None:
            return False
        try:
            fragment = read(_mapped(item.fragment))
            if item.sha256 and fragment.heading.source != item.sha256:
                return False
            self._link(at, item, fragment)
        except (UnusableFragmentError, OSError, ValueError):
            return False
        return True

    def _link(self, at: int, item: Item, fragment: Fragment) -> None:
        # Checked before any number is assigned, so a damaged fragment has no effect on the others.
        self._linker.check(fragment)
        parent, own = self._parent(), self._writer.allocate()
        shared = self._shared | {External.NODE: parent, External.PART: own}
        linked = self._linker.link(fragment, shared)
        heading: Heading = fragment.heading
        self._parents[linked.node] = parent
        few = len(heading.placings) <= 256  # noqa: PLR2004 - one byte for each page
        self._bound.append(
            PlacedItem(
                standing=ItemPosition(at, item, 0, heading.pages, places=heading.places),
                linked=linked,
                part=own,
                font=heading.font,
                language=heading.language,
                placings=heading.placings,
                placing_of=bytes(heading.placing_of) if few else heading.placing_of,
                places=heading.places,
                mentioning=heading.mentioning,
                first_page=fragment.first_page,
                below=self._front.stamp.below,
            )
        )

    def _own(self, paper: Canvas, parent: int = 0) -> Linked:
        """Write pages of our own, under a new page node if none is given."""
        if not parent:
            parent = self._writer.allocate()
            self._middle.append(parent)
        by_place = {bound.standing.at: bound for bound in self._bound}
        linked = paper.write(
            self._writer,
            parent=parent,
            above=self._document,
            fonts=range(self._fonts, self._fonts + COUNT),
            first_key=self._linker.keys,
            place=lambda to: (
                by_place[to.at].place(to.name) if isinstance(to, Spot) else by_place[to].start
            ),
        )
        self._linker.keys += linked.keys
        self._parents[linked.node] = parent
        return linked

    def _parent(self) -> int:
        """The page node of this and the next items: each has at most `FAN_OUT`."""
        if len(self._bound) % FAN_OUT == 0 or not self._middle:
            self._middle.append(self._writer.allocate())
        return self._middle[-1]

    def _write_lines(self, letters: TextRuns, own: int, numbering: Numbering) -> None:
        for bound in self._bound:
            item = bound.standing.item
            words, front = (item.reference, self._marking(item)), self._front
            line = Line(
                letters, words, bound.font, bound.placings, stamp=front.stamp, mark=front.copy
            )
            before = own + bound.standing.begin + bound.standing.sheet
            numbers = numbering.parts(before + 1, before + bound.standing.pages)
            drawn = [
                line.stream(at, words, digits)
                for at, (words, digits) in zip(bound.placing_of, numbers, strict=True)
            ]
            self._writer.put_all(bound.linked.lines[0], drawn)
            bound.write_boxes(self._writer)

    def _marking(self, item: Item) -> str:
        """The words on each page of an item: its own marking, then that of the bundle."""
        return " · ".join(filter(None, (item.marking, self._front.marked)))

    def _finish(self, letters: TextRuns, ours: Sequence[Linked], labels: Labels) -> None:
        writer = self._writer
        letters.write(writer, self._fonts)
        writer.stream(self._shared[External.END], b"\nQ\n")
        writer.stream(self._shared[External.END_TAGGED], b"\nEMC Q\n")
        linked = [ours[0]]
        for bound in self._bound:
            linked += filter(None, (bound.lead, bound.linked))
        linked += ours[1:]
        tree(writer, [(part.node, len(part.pages)) for part in linked], self._parents, self._root)
        catalog = {
            "Type": b"/Catalog",
            "Pages": reference(self._root),
            "Outlines": reference(bookmarks.write(writer, self._marks(ours))),
            "PageMode": b"/UseOutlines",
            "PageLabels": labels.written(),
            "Lang": text(LANGUAGE),
            "MarkInfo": b"<< /Marked true >>",
            "StructTreeRoot": reference(self._write_structure(linked, ours)),
            "ViewerPreferences": b"<< /DisplayDocTitle true >>",
            "Metadata": reference(self._write_metadata()),
        }
        if (places := self._places()) is not None:
            catalog["Names"] = b"<< /Dests %b >>" % places
        info = writer.add(dictionary({"Title": text(self._front.title)}))
        writer.finish(catalog=writer.add(dictionary(catalog)), info=info)

    def _write_metadata(self) -> int:
        number = self._writer.allocate()
        xmp = metadata(self._front.title, language=LANGUAGE)
        self._writer.stream(number, xmp, b"/Type /Metadata /Subtype /XML")
        return number

    def _write_structure(self, linked: Sequence[Linked], ours: Sequence[Linked]) -> int:
        """Writes the structure tree: one document element with a part for each item."""
        writer = self._writer
        root = writer.allocate()
        tops = [*ours[0].tops]
        for bound in self._bound:
            tops += (*(bound.lead.tops if bound.lead else ()), bound.part)
        tops += (top for part in ours[1:] for top in part.tops)
        entries = {
            "Type": b"/StructElem",
            "S": b"/Document",
            "P": reference(root),
            "K": array(map(reference, tops)),
        }
        writer.put(self._document, dictionary(entries))
        keyed = sorted((part for part in linked if part.keys), key=lambda part: part.first_key)
        leaves = [
            Leaf(part.parents, b"%d" % part.first_key, b"%d" % (part.first_key + part.keys - 1))
            for part in keyed
        ]
        references = References(writer, self._bound, self._front.elsewhere, self._linker.keys)
        for bound in self._bound:
            also = references.write(bound)
            bound.write_part(writer, above=self._document, also=also)
        leaves += references.leaves
        self._linker.keys = references.keys
        tree_root = {
            "Type": b"/StructTreeRoot",
            "K": reference(self._document),
            "ParentTree": write_tree(writer, leaves),
            "ParentTreeNextKey": b"%d" % self._linker.keys,
        }
        named = [Leaf(part.ids, *part.names) for part in linked if part.names]
        if named:
            tree_root["IDTree"] = write_tree(writer, named)
        writer.put(root, dictionary(tree_root))
        return root

    def _places(self) -> bytes | None:
        places = NamedDestinations()
        for bound in self._bound:
            pages = bound.linked.pages
            inside = (
                (name, b"[ %d 0 R /XYZ %b null ]" % (pages[page], spot.encode()))
                for name, page, spot in bound.places
            )
            places.add(bound.standing.item.reference, bound.start, inside)
        return places.write(self._writer)

    def _marks(self, ours: Sequence[Linked]) -> list[Mark]:
        marks = [Mark("Cover", destination(ours[0].pages[0], CORNER))]
        tables_alone = not self._bound and self._front.tables and not self._front.elsewhere
        second = self._front.tables[0].title if tables_alone else "Contents"
        marks += (Mark(second, destination(page, CORNER)) for page in ours[0].pages[1:2])
        marks += bookmarks.grouped(
            [
                (item.standing.item.groups, Mark(item.standing.item.called, item.start), item.first)
                for item in self._bound
            ]
        )
        for end in ours[1:]:
            title = self._indexes[0].title if len(self._indexes) == 1 else "Indexes"
            marks.append(Mark(title, destination(end.pages[0], CORNER)))
        return marks


def _prepared(item: Item) -> bytes:
    """Prepares an item that has no usable fragment. Raises `UnusableItemError`."""
    try:
        return prepare_file(item.path, ours=item.ours)
    except UnusableItemError:
        raise
    except FAULTS as fault:
        raise UnusableItemError(f"Its file is damaged ({type(fault).__name__}).") from fault


def _mapped(path: Path) -> memoryview:
    """Maps a file into memory: its bytes are read when they are needed."""
    file = os.open(path, os.O_RDONLY)
    try:
        return memoryview(mmap.mmap(file, 0, access=mmap.ACCESS_READ))
    finally:
        os.close(file)
