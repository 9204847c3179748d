"""Joins fragments into one file by writing new object numbers into them.

Time and memory are proportional to the number of pages: each fragment is copied once and then
released.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evidence.pdf.assemble.syntax import array, reference
from evidence.pdf.assemble.writer import Writer
from evidence.pdf.fragment.file_format import FIELD, FIRST_OWN, External, Fragment

FAN_OUT: Final = 40
_HALF: Final = 10_000
_POWERS: Final = 10 ** np.arange(1, FIELD, dtype=np.uint32)


def _quads(template: str) -> NDArray[np.uint32]:
    """Every number below 10,000 as four digits, for fast look-up."""
    written = "".join(template % number for number in range(_HALF))
    return np.frombuffer(written.encode(), dtype=np.uint32)


_FILLED: Final = _quads("%04d")
_SPACED: Final = _quads("%4d")
_EXTERNALS: Final = sorted(External)
_EMPTY: Final = np.frombuffer(b"    ", dtype=np.uint32)[0]


@dataclass(frozen=True)
class Linked:
    """A fragment inside the bundle: the numbers of its node, of its pages and what is left to be
    written of them (lines, boxes, lists of links), of its leaves of the trees of parents and of
    identifiers (0 for none), of its topmost structure elements; the first of its keys and their
    count; its first and its last identifier, written out."""

    node: int
    pages: range
    lines: range
    parents: int
    ids: int
    tops: tuple[int, ...]
    first_key: int
    keys: int
    names: tuple[bytes, ...] = ()
    boxes: range = range(0)
    lists: range = range(0)


class Linker:
    """Links fragments into one file. Equal blobs are written once."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._blobs: dict[str, int] = {}
        self.keys = 0
        """How many keys of the parent tree are in use."""

    def check(self, fragment: Fragment) -> None:
        """Raises `UnusableFragmentError` if a blob that would be written is damaged."""
        for blob in fragment.heading.blobs:
            if blob.digest not in self._blobs:
                fragment.check(blob)

    def link(self, fragment: Fragment, shared: Mapping[External, int]) -> Linked:
        """Copy a fragment's objects into the bundle; its lines, boxes and lists of links are left
        to be written.

        `shared` are the bundle's objects that it points at. The fragment was checked (`check`).
        """
        heading, writer = fragment.heading, self._writer
        blobs = [self._blob(fragment, number) for number in range(len(heading.blobs))]
        whole = heading.objects + heading.left
        first = writer.allocate(whole)
        numbers = np.empty(fragment.first_page + whole, dtype=np.uint32)
        numbers[1:FIRST_OWN] = [shared[external] for external in _EXTERNALS]
        numbers[FIRST_OWN : fragment.first_page] = blobs
        numbers[fragment.first_page :] = np.arange(first, first + whole)
        content = np.frombuffer(fragment.body, dtype=np.uint8).copy()
        values = np.concatenate((numbers[fragment.refs], fragment.keys + np.uint32(self.keys)))
        write_fields(content, fragment.fields, values)
        own = numbers[fragment.first_page : fragment.first_line]
        # An object begins at the first digit of its number, not at the field that holds it.
        starts = fragment.starts + np.uint32(FIELD - 1) - np.searchsorted(_POWERS, own, "right")
        writer.put_ready(first, starts.astype(np.uint64), content.data, digest=fragment.checksum)
        lines = first + heading.objects
        boxes = lines + heading.pages
        lists = boxes + len(heading.placings)
        linked = Linked(
            node=int(numbers[fragment.node]),
            pages=range(first, first + heading.pages),
            lines=range(lines, boxes),
            boxes=range(boxes, lists),
            lists=range(lists, first + whole),
            parents=int(numbers[heading.parents]) if heading.parents else 0,
            ids=int(numbers[heading.ids[0]]) if heading.ids else 0,
            tops=tuple(numbers[fragment.tops].tolist()),
            first_key=self.keys,
            keys=heading.keys,
            names=tuple(b"(%*d)" % (FIELD, numbers[name]) for name in heading.ids[1:]),
        )
        self.keys += heading.keys
        return linked

    def _blob(self, fragment: Fragment, number: int) -> int:
        blob = fragment.heading.blobs[number]
        known = self._blobs.get(blob.digest)
        if known is None:
            content, digest = fragment.blob(blob), bytes.fromhex(blob.digest)
            known = self._blobs[blob.digest] = self._writer.add_ready(content, digest=digest)
        return known


def write_fields(
    content: NDArray[np.uint8], at: NDArray[np.uint32], values: NDArray[np.uint32]
) -> None:
    """Write numbers below 100,000,000 into fields at these places, right-aligned."""
    if not len(at):
        return
    high, low = np.divmod(values, np.uint32(_HALF))
    large = high > 0
    halves = np.empty((len(at), 2), dtype=np.uint32)
    halves[:, 0] = np.where(large, _SPACED[high], _EMPTY)
    halves[:, 1] = np.where(large, _FILLED[low], _SPACED[low])
    # A view of the content in which each byte begins a field.
    fields = np.ndarray(len(content) - FIELD + 1, dtype=np.uint64, buffer=content.data, strides=1)
    fields[at] = halves.view(np.uint64)[:, 0]


def tree(
    writer: Writer, nodes: Sequence[tuple[int, int]], parents: Mapping[int, int], root: int
) -> None:
    """Writes the page tree nodes above the fragments: (node, pages) in order, at most 40 below a
    node."""
    counts: dict[int, int] = {}
    kids: dict[int, list[int]] = {}
    for node, count in nodes:
        kids.setdefault(parents[node], []).append(node)
        counts[parents[node]] = counts.get(parents[node], 0) + count
    for middle, children in kids.items():
        writer.put(middle, _node(children, counts[middle], root))
    writer.put(root, _node(list(kids), sum(counts.values()), None))


def _node(kids: Sequence[int], count: int, parent: int | None) -> bytes:
    above = b"/Parent %d 0 R " % parent if parent is not None else b""
    return b"<< /Type /Pages %b/Count %d /Kids %b >>" % (above, count, array(map(reference, kids)))
