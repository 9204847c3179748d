"""Writes what the catalog of a bundle refers to: name trees, number trees and metadata.

Number trees and name trees: ISO 32000-2, 7.9.6 and 7.9.7. Metadata: 14.3.2.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from evidence.pdf.assemble.syntax import array, dictionary, reference, tree_leaf
from evidence.pdf.assemble.writer import Writer

FAN_OUT: Final = 64
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9-]+")
_NOT_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Leaf:
    """A node of a tree: its number, and its least and greatest key, written out."""

    number: int
    low: bytes
    high: bytes


def write_tree(writer: Writer, leaves: Sequence[Leaf]) -> bytes:
    """The root of a name tree or number tree, as a dictionary. Leaves come in key order."""
    while len(leaves) > FAN_OUT:
        groups = [leaves[at : at + FAN_OUT] for at in range(0, len(leaves), FAN_OUT)]
        leaves = [_node(writer, group) for group in groups]
    return dictionary({"Kids": array(reference(leaf.number) for leaf in leaves)})


def _node(writer: Writer, leaves: Sequence[Leaf]) -> Leaf:
    low, high = leaves[0].low, leaves[-1].high
    kids = array(reference(leaf.number) for leaf in leaves)
    number = writer.add(dictionary({"Limits": array([low, high]), "Kids": kids}))
    return Leaf(number, low, high)


class NamedDestinations:
    """The named destinations of a bundle: `FIA0012` for an item, `FIA0012.name` inside it."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[bytes, bytes]]] = {}

    def add(self, reference: str, start: bytes, inside: Iterable[tuple[str, bytes]]) -> None:
        """Adds the destinations of one item, written out. Of two items with the same reference
        the first has them."""
        name = _NOT_PLAIN.sub("-", reference).strip("-")
        if not name or name in self._of:
            return
        rows = [(name.encode(), start)]
        rows += ((f"{name}.{inner}".encode(), place) for inner, place in inside)
        self._of[name] = rows

    def write(self, writer: Writer) -> bytes | None:
        """The name tree of all destinations, or None where there are none."""
        leaves = []
        names = sorted(row for rows in self._of.values() for row in rows)
        rows = [(b"(%b)" % name, place) for name, place in names]
        for at in range(0, len(rows), FAN_OUT):
            some = rows[at : at + FAN_OUT]
            leaves.append(Leaf(writer.add(tree_leaf("Names", some)), some[0][0], some[-1][0]))
        return write_tree(writer, leaves) if leaves else None


def metadata(title: str, *, language: str) -> bytes:
    """The title and language as XMP. There is no date, so that equal bundles are equal."""
    words = escape(_NOT_XML.sub(" ", title), quote=False)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt></dc:title>\n'
        f"<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\n"
        "<dc:format>application/pdf</dc:format>\n"
        "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()
