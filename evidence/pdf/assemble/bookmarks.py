"""Writes the bookmarks: an outline as deep as the sections of the bundle."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evidence.pdf.assemble.syntax import dictionary, reference, text
from evidence.pdf.assemble.writer import Writer


@dataclass
class Mark:
    """A bookmark, the destination it leads to (written out), and those beneath it."""

    title: str
    place: bytes
    below: list["Mark"] = field(default_factory=list)

    def count(self) -> int:
        """How many bookmarks are shown below this one when it is open."""
        return len(self.below) + sum(mark.count() for mark in self.below)


def grouped(entries: Sequence[tuple[tuple[str, ...], Mark, bytes]]) -> list[Mark]:
    """Bookmarks grouped by section: neighbours with equal sections share them.

    Each bookmark comes with its sections and the destinations of those that begin with it.
    """
    top: list[Mark] = []
    path: list[Mark] = []
    for groups, mark, begin in entries:
        depth = _shared(path, groups)
        del path[depth:]
        for name in groups[depth:]:
            section = Mark(name, begin)
            (path[-1].below if path else top).append(section)
            path.append(section)
        (path[-1].below if path else top).append(mark)
    return top


def write(writer: Writer, marks: Sequence[Mark]) -> int:
    """Write the tree and return the number of its root. The upper level shows open."""
    root = writer.allocate()
    first, last, _ = _level(writer, marks, root)
    entries = {"Type": b"/Outlines", "Count": b"%d" % len(marks)}
    if marks:
        entries |= {"First": reference(first), "Last": reference(last)}
    writer.put(root, dictionary(entries))
    return root


def _shared(path: Sequence[Mark], groups: Sequence[str]) -> int:
    depth = 0
    while depth < min(len(path), len(groups)) and path[depth].title == groups[depth]:
        depth += 1
    return depth


def _level(writer: Writer, marks: Sequence[Mark], parent: int) -> tuple[int, int, list[int]]:
    numbers = [writer.allocate() for _ in marks]
    for at, (number, mark) in enumerate(zip(numbers, marks, strict=True)):
        entries = {"Title": text(mark.title), "Parent": reference(parent), "Dest": mark.place}
        if at:
            entries["Prev"] = reference(numbers[at - 1])
        if at + 1 < len(numbers):
            entries["Next"] = reference(numbers[at + 1])
        if mark.below:
            first, last, _ = _level(writer, mark.below, number)
            # A negative count keeps the section closed until the reader opens it.
            entries["Count"] = b"-%d" % len(mark.below)
            entries |= {"First": reference(first), "Last": reference(last)}
        writer.put(number, dictionary(entries))
    return (numbers[0], numbers[-1], numbers) if numbers else (0, 0, numbers)
