"""The fragment file: pages prepared for any bundle, stored beside the PDF they are made from.

A fragment holds the objects of a PDF (ISO 32000-2, 7.3.10) as plain text in which every object
number, and every key of the parent tree, is in a field of eight characters. Tables say where the
fields are and what they mean. To renumber the objects, a bundle writes numbers into the fields.
Local numbers run in this order: objects that the bundle provides (`External`), large streams
without references (“blobs”, stored once if equal), pages, the page tree node above them, all other
objects, and then objects that the bundle writes: the stamps, the page boxes (one for each placing),
and the link lists of pages that mention evidence.

The file: `MAGIC`, the checksum of all that follows up to the blobs, the length of the heading, the
heading as JSON, the tables as little-endian 32-bit numbers, the objects, the blobs. Each blob has
in the heading its SHA-256, by which equal ones are known, and its checksum. A checksum (XXH3, 128
bits) detects damage ten times as fast as a digest.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_128_digest, xxh3_128_hexdigest

from evidence.pdf.fragment.references import Mention
from evidence.pdf.sanitize.page_geometry import Box, View

VERSION: Final = 5
MAGIC: Final = b"inquiry fragment %d\n" % VERSION
FIELD: Final = 8
"""Characters of a field, filled up with spaces on the left."""
_HEAD: Final = struct.Struct("<16sI")
_BEGIN: Final = len(MAGIC) + _HEAD.size
_TABLES: Final = ("fields", "refs", "keys", "starts", "tops")

Numbers = NDArray[np.uint32]


class UnusableFragmentError(Exception):
    """These bytes are not a fragment of this version, or are damaged."""


class External(IntEnum):
    """Objects that a fragment refers to and the bundle provides, by local number."""

    NODE = 1  # the node of the page tree above the fragment's own
    PART = 2  # the structure element of the item
    FONT = 3  # that of the stamp
    END = 4  # the stream that ends a page
    END_TAGGED = 5  # the same for a page that is one marked content


FIRST_OWN: Final = max(External) + 1


class Placing(NamedTuple):
    """One geometry of pages of a fragment, before the band for the stamp is added: `frame` comes
    before the original content, `view` is what a reader sees of it."""

    frame: str
    view: View


class Blob(NamedTuple):
    """A large stream without references: its SHA-256, its checksum, and where it lies among the
    blobs."""

    digest: str
    checksum: str
    at: int
    size: int


@dataclass(frozen=True)
class Mentioning:
    """A page, counted from 0, that mentions numbers of evidence; its `own` links by their local
    numbers."""

    page: int
    own: tuple[int, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class Heading:
    """What a bundle needs to know of a fragment besides its objects.

    `source` is the SHA-256 of the PDF it was made of. `pages` counts its pages, `objects` those in
    the body; `placing_of` gives each page's place in `placings`. `font` is the name of the stamp's
    font on its pages. `keys` is how many keys of the parent tree it needs; `parents` is the local
    number of its leaf of that tree, or 0; `ids` are those of its leaf of the ID tree and of the
    first and the last element that has one, or nothing. `language` is that of its text. `places`
    are named destinations: name, page counted from 0, and the two coordinates written out.
    `mentioning` are the pages on which evidence is mentioned by its number.
    """

    source: str
    pages: int
    objects: int
    keys: int
    parents: int
    ids: tuple[int, ...]
    font: str
    language: str
    placings: tuple[Placing, ...]
    placing_of: tuple[int, ...]
    places: tuple[tuple[str, int, str], ...]
    mentioning: tuple[Mentioning, ...]
    blobs: tuple[Blob, ...]

    @property
    def left(self) -> int:
        """How many objects are left for the bundle to write."""
        return self.pages + len(self.placings) + len(self.mentioning)


@dataclass(frozen=True)
class Fragment:
    """A fragment that was read and checked; blobs are checked when they are used.

    `fields` are the places of fields in `body`: first of those that hold the object numbers
    `refs`, then of those that hold the `keys`. `starts` are the places of the objects in order,
    `tops` the structure elements right below the item's.
    """

    heading: Heading
    checksum: bytes
    fields: Numbers
    refs: Numbers
    keys: Numbers
    starts: Numbers
    tops: Numbers
    body: memoryview
    blobs: memoryview

    @property
    def first_page(self) -> int:
        """The local number of the first page; the others follow, then their node."""
        return FIRST_OWN + len(self.heading.blobs)

    @property
    def node(self) -> int:
        return self.first_page + self.heading.pages

    @property
    def first_line(self) -> int:
        """The local number of the first page's stamp; the others follow."""
        return self.first_page + self.heading.objects

    def blob(self, blob: Blob) -> memoryview:
        """The object of a blob, as it stands between `obj` and `endobj`; not checked here."""
        return self.blobs[blob.at : blob.at + blob.size]

    def check(self, blob: Blob) -> None:
        """Raises `UnusableFragmentError` if a blob is damaged."""
        content = self.blob(blob)
        if len(content) != blob.size or xxh3_128_hexdigest(content) != blob.checksum:
            raise UnusableFragmentError("a stream is not as it was written")


def written(
    heading: Heading, tables: dict[str, Sequence[int]], body: bytes, blobs: Sequence[bytes]
) -> bytes:
    """The file of a fragment. `tables` are those of `Fragment`, by name."""
    arrays = [np.asarray(tables[name], dtype="<u4") for name in _TABLES]
    prelude = {
        "heading": _plain(heading),
        "tables": [len(array) for array in arrays],
        "body": len(body),
    }
    words = json.dumps(prelude, ensure_ascii=False, separators=(",", ":")).encode()
    parts = [words, *(array.tobytes() for array in arrays), body]
    checksum = xxh3_128_digest(b"".join(parts))
    return b"".join([MAGIC, _HEAD.pack(checksum, len(words)), *parts, *blobs])


def read(raw: memoryview) -> Fragment:
    """The fragment in these bytes, which must not change while it is used.

    Raises `UnusableFragmentError` where they are of another version, cut short or changed.
    """
    checksum, prelude, start = _read_prelude(raw)
    try:
        lengths, body = prelude["tables"], prelude["body"]
        end = start + 4 * sum(lengths) + body
    except (KeyError, TypeError) as fault:
        raise UnusableFragmentError("its heading cannot be read") from fault
    if len(raw) < end or xxh3_128_digest(raw[_BEGIN:end]) != checksum:
        raise UnusableFragmentError("it is not as it was written")
    tables = dict(zip(_TABLES, _arrays(raw, start, lengths), strict=True))
    return Fragment(
        heading=_heading(prelude["heading"]),
        checksum=checksum,
        body=raw[end - body : end],
        blobs=raw[end:],
        **tables,
    )


def heading_of(path: Path) -> Heading:
    """The heading alone, which is not checked against what follows it.

    Raises `UnusableFragmentError` where the file is of another version or its heading is not
    whole, and
    `OSError` where it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_BEGIN)
        size = _HEAD.unpack(head[len(MAGIC) :])[1] if len(head) == _BEGIN else 0
        _, prelude, _ = _read_prelude(memoryview(head + file.read(size)))
    try:
        return _heading(prelude["heading"])
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        raise UnusableFragmentError("its heading cannot be read") from fault


def _read_prelude(raw: memoryview) -> tuple[bytes, dict[str, Any], int]:
    """The checksum, the JSON with heading and table lengths, and where it ends."""
    if raw[: len(MAGIC)] != MAGIC or len(raw) < _BEGIN:
        raise UnusableFragmentError("it is no fragment of this version")
    checksum, size = _HEAD.unpack(raw[len(MAGIC) : _BEGIN])
    try:
        return checksum, json.loads(bytes(raw[_BEGIN : _BEGIN + size])), _BEGIN + size
    except ValueError as fault:
        raise UnusableFragmentError("its heading cannot be read") from fault


def _arrays(raw: memoryview, at: int, lengths: Sequence[int]) -> Iterator[Numbers]:
    for length in lengths:
        yield np.frombuffer(raw, dtype="<u4", count=length, offset=at)
        at += 4 * length


def _plain(heading: Heading) -> dict[str, Any]:
    plain = dict(vars(heading))
    plain["placings"] = [
        [placing.frame, placing.view.box, placing.view.turn, placing.view.unit]
        for placing in heading.placings
    ]
    plain["mentioning"] = [
        [row.page, row.own, [[mention.reference, mention.box] for mention in row.mentions]]
        for row in heading.mentioning
    ]
    return plain


def _heading(fields: dict[str, Any]) -> Heading:
    placings = tuple(
        Placing(frame, View(Box(*box), turn, unit))
        for frame, box, turn, unit in fields.pop("placings")
    )
    mentioning = tuple(
        Mentioning(
            page,
            tuple(own),
            tuple(Mention(reference, page, tuple(box)) for reference, box in mentions),
        )
        for page, own, mentions in fields.pop("mentioning")
    )
    blobs = tuple(Blob(*row) for row in fields.pop("blobs"))
    places = tuple((name, page, spot) for name, page, spot in fields.pop("places"))
    placing_of, ids = tuple(fields.pop("placing_of")), tuple(fields.pop("ids"))
    return Heading(
        **fields,
        placings=placings,
        placing_of=placing_of,
        ids=ids,
        blobs=blobs,
        places=places,
        mentioning=mentioning,
    )
