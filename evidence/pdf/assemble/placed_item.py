"""An item placed in a bundle, and what is written for it after all items."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.pdf.assemble.canvas import CORNER
from evidence.pdf.assemble.linker import Linked
from evidence.pdf.assemble.page_stamps import place
from evidence.pdf.assemble.spec import ItemPosition
from evidence.pdf.assemble.syntax import numbers
from evidence.pdf.assemble.writer import Writer
from evidence.pdf.fragment.file_format import Mentioning, Placing
from evidence.pdf.fragment.structure_tree import part


@dataclass
class PlacedItem:
    """An item that is in the file, with what is still to be written: its boxes, stamps,
    destinations and links, and the divider and cover sheet before it. `first_page` is the local
    number of its first page, `below` says on which side its stamps are."""

    standing: ItemPosition
    linked: Linked
    part: int
    font: str
    language: str
    placings: tuple[Placing, ...]
    placing_of: bytes | tuple[int, ...]
    places: tuple[tuple[str, int, str], ...]
    mentioning: tuple[Mentioning, ...]
    first_page: int
    below: bool
    lead: Linked | None = None

    def place(self, name: str) -> bytes:
        """A named destination in the item."""
        destination = next(
            ((page, spot) for known, page, spot in self.places if known == name), None
        )
        if destination is None:
            return self.start
        return b"[ %d 0 R /XYZ %b null ]" % (
            self.linked.pages[destination[0]],
            destination[1].encode(),
        )

    @property
    def first(self) -> bytes:
        """The destination of the first page before it: a divider, if it has one."""
        return destination(self.lead.pages[0], CORNER) if self.lead else self.start

    @property
    def start(self) -> bytes:
        """The destination of its cover sheet or, without one, its first page."""
        if self.lead is not None and self.standing.sheet:
            return destination(self.lead.pages[self.standing.divider], CORNER)
        view = self.placings[self.placing_of[0]].view
        return destination(self.linked.pages[0], place(view, below=self.below).corner)

    def write_boxes(self, writer: Writer) -> None:
        """Writes the page boxes, enlarged for the stamp."""
        boxes = (place(placing.view, below=self.below).page for placing in self.placings)
        written = [b"[ %b ]" % numbers(*box) for box in boxes]
        writer.put_all(self.linked.boxes[0], written)

    def write_part(self, writer: Writer, *, above: int, also: Sequence[int] = ()) -> None:
        """Writes its structure element above its own topmost elements and `also`."""
        tops = (*self.linked.tops, *also)
        words = part(self.standing.item.title, above=above, tops=tops, language=self.language)
        writer.put(self.part, words)


def destination(page: int, corner: tuple[float, float]) -> bytes:
    """The upper left of a page as the reader sees it; the zoom stays as the reader has it."""
    return b"[ %d 0 R /XYZ %b null ]" % (page, numbers(*corner))
