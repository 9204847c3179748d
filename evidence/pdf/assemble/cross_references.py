"""Links each mention of an evidence number to that item, where the bundle has it.

On a page the link covers the words. In the structure tree the links are in a paragraph after the
item, because its own tags are already written: ISO 32000-2, 14.8.4.7.2.
"""

from collections.abc import Sequence

from evidence.pdf.assemble.canvas import annotation, remote
from evidence.pdf.assemble.catalog import Leaf
from evidence.pdf.assemble.placed_item import PlacedItem
from evidence.pdf.assemble.spec import OtherFile
from evidence.pdf.assemble.syntax import array, dictionary, reference
from evidence.pdf.assemble.writer import Writer
from evidence.pdf.fragment.references import Mention


class References:
    """The links between the items of a bundle. `keys` counts the keys of the parent tree in use."""

    def __init__(
        self, writer: Writer, bound: Sequence[PlacedItem], elsewhere: Sequence[OtherFile], keys: int
    ) -> None:
        self.keys = keys
        self.leaves: list[Leaf] = []
        self._writer = writer
        self._leads: dict[str, bytes] = {}
        for placed in bound:
            self._leads.setdefault(placed.standing.item.reference, b"/Dest %b" % placed.start)
        for other in elsewhere:
            for number, *_, page in other.rows:
                if other.file:
                    self._leads.setdefault(number, remote(other.file, page))

    def write(self, bound: PlacedItem) -> tuple[int, ...]:
        """Writes the link lists of an item's pages. Returns the numbers of the structure elements
        that belong below the item's own."""
        writer, linked = self._writer, bound.linked
        paragraph, elements, rows = 0, list[int](), list[bytes]()
        for page, number in zip(bound.mentioning, linked.lists, strict=True):
            links = [linked.pages[0] + local - bound.first_page for local in page.own]
            for mention in page.mentions:
                if (leads := self._leading(bound, mention)) is None:
                    continue
                paragraph = paragraph or writer.allocate()
                key = b"%d" % (self.keys + len(rows))
                link = writer.add(annotation(mention.box, leads, key, words=mention.reference))
                element = writer.add(_element(paragraph, linked.pages[page.page], link))
                links.append(link)
                elements.append(element)
                rows.append(b"%b %d 0 R" % (key, element))
            writer.put(number, array(map(reference, links)))
        if not paragraph:
            return ()
        kids = array(map(reference, elements))
        writer.put(paragraph, b"<< /Type /StructElem /S /P /P %d 0 R /K %b >>" % (bound.part, kids))
        low, high = b"%d" % self.keys, b"%d" % (self.keys + len(rows) - 1)
        leaf = writer.add(dictionary({"Limits": array([low, high]), "Nums": array(rows)}))
        self.leaves.append(Leaf(leaf, low, high))
        self.keys += len(rows)
        return (paragraph,)

    def _leading(self, bound: PlacedItem, mention: Mention) -> bytes | None:
        if mention.reference == bound.standing.item.reference:
            return None
        return self._leads.get(mention.reference)


def _element(paragraph: int, page: int, link: int) -> bytes:
    kid = b"<< /Type /OBJR /Pg %d 0 R /Obj %d 0 R >>" % (page, link)
    return b"<< /Type /StructElem /S /Link /P %d 0 R /K [ %b ] >>" % (paragraph, kid)
