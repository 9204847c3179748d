"""Put prepared fragments one after the other into one file, by renumbering their objects.

Time and memory grow with the pages, never faster: each fragment is copied once and forgotten.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evidence.pdf.fragments import Fragment
from evidence.pdf.writer import Writer, array, reference

# A string, a string in hex, or a pointer. Strings come first so that no pointer is seen in them;
# qpdf writes every bracket inside a string with a backslash.
TOKEN: Final = re.compile(
    rb"\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F]*>|(?<![\w#./+-])(\d+) 0 R(?!\w)", re.DOTALL
)
POINTER: Final = re.compile(rb"(\d+) 0 R")
PLACE: Final = re.compile(rb"/Dest \((bdl:[^()\\]*)\)")
STREAM: Final = b"\nstream\n"
FAN_OUT: Final = 40


@dataclass(frozen=True)
class Linked:
    """A fragment inside the bundle: the numbers of its node, its pages, and their lines."""

    node: int
    pages: tuple[int, ...]
    lines: tuple[int, ...]


class Objects:
    """The objects of a file as qpdf writes it plainly (see `fragments.prepare`)."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        start = int(raw[raw.rindex(b"startxref") + 9 :].split()[0])
        head = raw.index(b"\n", start + 5) + 1
        count = int(raw[start + 5 : head].split()[1])
        rows = raw[head : head + 20 * count]
        self._offsets = [int(rows[at : at + 10]) for at in range(0, 20 * count, 20)]
        self._offsets.append(start)
        trailer = raw[head + 20 * count :]
        self.root = int(re.search(rb"/Root (\d+) 0 R", trailer)[1])  # type: ignore[index]
        self.numbers = range(1, count)

    def body(self, number: int) -> tuple[int, int, int]:
        """Where an object begins, where its stream begins (its end where it has none), and ends."""
        raw = self.raw
        begin = raw.index(b" obj\n", self._offsets[number]) + 5
        end = raw.rindex(b"\nendobj", begin, self._offsets[number + 1])
        middle = raw.find(STREAM, begin, end)
        return begin, end if middle < 0 else middle, end

    def words(self, number: int) -> bytes:
        """An object without its stream."""
        begin, middle, _ = self.body(number)
        return self.raw[begin:middle]


def link(
    writer: Writer,
    fragment: Fragment,
    *,
    parent: int,
    fonts: Sequence[int],
    end: int,
    places: Callable[[bytes], bytes] | None = None,
) -> Linked:
    """Copy a fragment's objects into the bundle, under the page node `parent`.

    `fonts` and `end` are the shared objects that stand for the fragment's own. `places` gives
    the destination for an internal address, for pages of our own. Lines are left to be written.
    """
    objects = Objects(fragment.raw)
    catalog = objects.words(objects.root)
    node = _first(rb"/Pages (\d+) 0 R", catalog)
    kids = _pointers(rb"/Kids \[([^\]]*)\]", objects.words(node))
    lines = (
        [_pointers(rb"/Contents \[([^\]]*)\]", objects.words(page))[0] for page in kids]
        if fonts
        else []
    )
    shared = (
        dict(zip(_pointers(rb"/Fonts \[([^\]]*)\]", catalog), fonts, strict=True)) if fonts else {}
    )
    if fonts:
        shared[_first(rb"/End (\d+) 0 R", catalog)] = end
    numbers = _numbering(writer, objects, shared)
    skipped = {objects.root, node, *lines, *shared}
    _copy(writer, objects, numbers, skipped=skipped, places=places)
    pages = tuple(numbers[page] for page in kids)
    writer.put(
        numbers[node],
        b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids %b >>"
        % (parent, len(pages), array(map(reference, pages))),
    )
    return Linked(numbers[node], pages, tuple(numbers[line] for line in lines))


def tree(
    writer: Writer, nodes: Sequence[tuple[int, int]], parents: Mapping[int, int], root: int
) -> None:
    """Write the page nodes above the fragments: (node, pages) in order, at most 40 a node."""
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


def _numbering(writer: Writer, objects: Objects, shared: Mapping[int, int]) -> list[int]:
    """The new number of each object, by its old one."""
    numbers = (shared[old] if old in shared else writer.allocate() for old in objects.numbers)
    return [0, *numbers]


def _copy(
    writer: Writer,
    objects: Objects,
    numbers: Sequence[int],
    *,
    skipped: set[int],
    places: Callable[[bytes], bytes] | None,
) -> None:
    def renumbered(found: re.Match[bytes]) -> bytes:
        old = found[1]
        return found[0] if old is None else b"%d 0 R" % numbers[int(old)]

    whole = memoryview(objects.raw)
    for old in objects.numbers:
        if old in skipped:
            continue
        begin, middle, end = objects.body(old)
        words = TOKEN.sub(renumbered, objects.raw[begin:middle])
        if places is not None:
            words = PLACE.sub(lambda found: b"/Dest " + places(found[1]), words)
        writer.put(numbers[old], words, whole[middle:end])


def _first(pattern: bytes, words: bytes) -> int:
    found = re.search(pattern, words)
    if found is None:
        message = "the prepared file is not as it was written"
        raise ValueError(message)
    return int(found[1])


def _pointers(pattern: bytes, words: bytes) -> list[int]:
    found = re.search(pattern, words)
    return [int(number) for number in POINTER.findall(found[1])] if found else []
