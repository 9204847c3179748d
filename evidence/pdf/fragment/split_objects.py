"""Splits a prepared PDF into the objects of a fragment."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pikepdf import Pdf
from xxhash import xxh3_128_hexdigest

from evidence.pdf.fragment.file_format import (
    FIRST_OWN,
    Blob,
    External,
    Heading,
    Mentioning,
    Placing,
    written,
)
from evidence.pdf.fragment.qpdf_objects import Body, Objects, first, plain, pointers, points
from evidence.pdf.fragment.references import Mention
from evidence.pdf.fragment.structure_tree import Keys, Numbers, Tree, names, objects

# Fonts and pictures from this size are stored once if equal; page content seldom repeats.
LARGE: Final = 512
LARGE_CONTENT: Final = 65_536


@dataclass(frozen=True)
class PreparedPages:
    """A PDF whose pages are prepared, before it is split into objects."""

    pdf: Pdf
    tree: Tree
    font: str
    placings: tuple[Placing, ...]
    placing_of: tuple[int, ...]
    places: tuple[tuple[str, int, str], ...]
    mentions: Mapping[int, list[Mention]]
    language: str


class ObjectSplitter:
    """Splits a prepared PDF into the objects of a fragment."""

    def __init__(self, settled: PreparedPages) -> None:
        self._settled = settled
        self._objects = Objects(plain(settled.pdf))
        catalog, _ = self._objects.parts(self._objects.root)
        self._old_node = first(rb"/Pages (\d+) 0 R", catalog)
        node, _ = self._objects.parts(self._old_node)
        self._old_pages = pointers(rb"/Kids \[([^\]]*)\]", node)
        contents = [
            pointers(rb"/Contents \[([^\]]*)\]", self._objects.parts(page)[0])
            for page in self._old_pages
        ]
        self._old_lines = [streams[0] for streams in contents]
        self._content = {stream for streams in contents for stream in streams[1:]}
        self._shared = pointers(rb"/Shared \[([^\]]*)\]", catalog)
        self._boxes = pointers(rb"/Boxes \[([^\]]*)\]", catalog)
        self._lists = pointers(rb"/Lists \[([^\]]*)\]", catalog)
        self._links = [self._links_of(page) for page in self._old_pages]
        self._blobs = list(self._large())
        self._rest = self._others()
        self._numbers = self._numbering()

    def fragment(self, source: str) -> bytes:
        """The file of the fragment. `source` is the digest of the PDF it is made from."""
        settled, tree, count = self._settled, self._settled.tree, len(self._old_pages)
        keys, body = Keys(tree), Body()
        self._write_pages(body, keys)
        first_element = FIRST_OWN + len(self._blobs) + count + 1 + len(self._rest)
        structure, parents, ids = self._structure(keys, first_element)
        for number, words in enumerate(structure, first_element):
            body.begin(number)
            body.ours(words)
            body.end()
        blobs, contents = self._blob_table()
        heading = Heading(
            source=source,
            pages=count,
            objects=count + 1 + len(self._rest) + len(structure),
            keys=len(keys),
            parents=parents,
            ids=ids,
            font=settled.font,
            language=settled.language,
            placings=settled.placings,
            placing_of=settled.placing_of,
            places=settled.places,
            mentioning=self._mentioning(),
            blobs=blobs,
        )
        tables: dict[str, Sequence[int]] = {
            "fields": [*body.refs_at, *body.keys_at],
            "refs": body.refs_to,
            "keys": body.keys_to,
            "starts": body.starts,
            "tops": [first_element + place for place in tree.tops()],
        }
        return written(heading, tables, body.content(), contents)

    def _write_pages(self, body: Body, keys: Keys) -> None:
        """Writes the pages, their page tree node, and all other objects of the PDF."""
        for page, old in enumerate(self._old_pages):
            self._copy(body, old, b"/Tabs /S /StructParents", keys.of_page.get(page))
        self._write_node(body, FIRST_OWN + len(self._blobs) + len(self._old_pages))
        links = {
            old: keys.of_link[page, place]
            for page, listed in enumerate(self._links)
            for place, old in enumerate(listed)
            if (page, place) in keys.of_link
        }
        for old in self._rest:
            self._copy(body, old, b"/StructParent", links.get(old))

    def _structure(
        self, keys: Keys, first_element: int
    ) -> tuple[list[bytes], int, tuple[int, ...]]:
        """The objects of the structure tree, the number of the parent tree's leaf (0 for none),
        and for the ID tree the numbers of its leaf, first and last element (empty for none)."""
        tree, first_page = self._settled.tree, FIRST_OWN + len(self._blobs)
        numbers = Numbers(
            first=first_element,
            above=External.PART,
            page=lambda page: first_page + page,
            link=lambda page, place: self._numbers[self._links[page][place]],
            key=lambda key: b"@K%d@" % key,
            name=lambda number: b"@I%d@" % number,
        )
        structure = list(objects(tree, numbers))
        parents, ids = 0, tuple[int, ...]()
        if keys:
            parents = first_element + len(structure)
            structure.append(keys.leaf(numbers))
        if (leaf := names(tree, numbers)) is not None:
            named = [
                first_element + at for at, element in enumerate(tree.elements) if element.named
            ]
            ids = (first_element + len(structure), named[0], named[-1])
            structure.append(leaf)
        return structure, parents, ids

    def _mentioning(self) -> tuple[Mentioning, ...]:
        return tuple(
            Mentioning(
                page, tuple(self._numbers[old] for old in self._links[page]), tuple(mentions)
            )
            for page, mentions in self._settled.mentions.items()
        )

    def _links_of(self, page: int) -> list[int]:
        words, _ = self._objects.parts(page)
        match = re.search(rb"/Annots (\d+) 0 R", words)
        return pointers(rb"\[([^\]]*)\]", self._objects.parts(int(match[1]))[0]) if match else []

    def _large(self) -> Iterator[int]:
        for number in self._objects.numbers:
            words, stream = self._objects.parts(number)
            least = LARGE_CONTENT if number in self._content else LARGE
            if len(stream) >= least and not points(words):
                yield number

    def _others(self) -> list[int]:
        taken = {self._objects.root, self._old_node, *self._old_pages, *self._old_lines}
        taken |= {*self._shared, *self._blobs, *self._boxes, *self._lists}
        return [number for number in self._objects.numbers if number not in taken]

    def _numbering(self) -> list[int]:
        """The local number of each object, by qpdf's."""
        numbers = [0] * (len(self._objects.numbers) + 1)
        order = [*self._blobs, *self._old_pages, self._old_node, *self._rest]
        for local, old in enumerate(order, FIRST_OWN):
            numbers[old] = local
        for external, old in zip(sorted(External), self._shared, strict=True):
            numbers[old] = external
        keys = Keys(self._settled.tree)
        extra = len(self._settled.tree.elements) + bool(keys)
        extra += any(element.named for element in self._settled.tree.elements)
        left = [*self._old_lines, *self._boxes, *self._lists]
        for local, old in enumerate(left, FIRST_OWN + len(order) + extra):
            numbers[old] = local
        return numbers

    def _copy(self, body: Body, old: int, name: bytes, key: int | None) -> None:
        words, stream = self._objects.parts(old)
        body.begin(self._numbers[old])
        if key is None:
            body.words(words, self._numbers)
        else:
            body.words(words.rstrip().removesuffix(b">>"), self._numbers)
            body.ours(b"%b @K%d@ >>" % (name, key))
        body.end(stream)

    def _write_node(self, body: Body, number: int) -> None:
        body.begin(number)
        kids = b" ".join(b"%d 0 R" % self._numbers[page] for page in self._old_pages)
        words = (External.NODE, len(self._old_pages), kids)
        body.ours(b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids [ %b ] >>" % words)
        body.end()

    def _blob_table(self) -> tuple[tuple[Blob, ...], list[bytes]]:
        table, contents, at = [], [], 0
        for old in self._blobs:
            content = b"".join(self._objects.parts(old))
            digest, checksum = hashlib.sha256(content).hexdigest(), xxh3_128_hexdigest(content)
            table.append(Blob(digest, checksum, at, len(content)))
            contents.append(content)
            at += len(content)
        return tuple(table), contents
