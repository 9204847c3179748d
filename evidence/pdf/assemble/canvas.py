"""Draws our own pages: words, lines and links, with their structure elements.

They are drawn directly, in the fonts of the page stamps, because a typesetter needs seconds and
hundreds of megabytes for contents of thousands of rows. Measures are points, from the lower left
corner of an A4 page.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from evidence.pdf.assemble.linker import Linked
from evidence.pdf.assemble.spec import CopyMark
from evidence.pdf.assemble.syntax import array, dictionary, numbers, reference, text
from evidence.pdf.assemble.watermark import behind, rule
from evidence.pdf.assemble.writer import Writer
from evidence.pdf.fonts.shaping import cut_of
from evidence.pdf.fonts.text_runs import TextRuns
from evidence.pdf.fragment.structure_tree import (
    Keys,
    LinkReference,
    MarkedContent,
    Numbers,
    Tree,
    objects,
)

WIDTH: Final = 595.276
HEIGHT: Final = 841.89
CORNER: Final = (0.0, HEIGHT)
NAMES: Final = ("F0", "F1")
"""The regular and the bold face."""

Colour = tuple[float, float, float]
INK: Final[Colour] = (0.106, 0.106, 0.106)
GREEN: Final[Colour] = (0.0, 0.341, 0.247)
QUIET: Final[Colour] = (0.333, 0.376, 0.357)
HAIR: Final[Colour] = (0.71, 0.745, 0.725)

# Where a line may end: after visible or invisible white space, after the Tibetan syllable mark, and
# on both sides of a character that can be separated, such as Chinese.
_BY_ITSELF: Final = (
    r"\u2e80-\u30ff\u31c0-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_SPACE: Final = r"\s\u200b"
_UNITS: Final = re.compile(
    rf"[{_BY_ITSELF}]|[^{_SPACE}{_BY_ITSELF}\u0f0b]*\u0f0b|[^{_SPACE}{_BY_ITSELF}\u0f0b]+"
    rf"|[{_SPACE}]+"
)


@dataclass(frozen=True)
class Style:
    """Size of words in points, weight and colour."""

    size: float
    bold: bool = False
    colour: Colour = INK


@dataclass(frozen=True)
class Remote:
    """A page, counted from 1, of another file in the same folder."""

    file: str
    page: int


@dataclass(frozen=True)
class Web:
    """An address on the web."""

    address: str


@dataclass(frozen=True)
class Spot:
    """A named destination in an item. The item is given by its position in the bundle."""

    at: int
    name: str


Rectangle = tuple[float, float, float, float]


Target = int | Spot | Remote | Web
"""Where a link leads: to an item, a place in one, another file, the web."""


@dataclass
class _Page:
    drawing: list[bytes] = field(default_factory=list)
    links: list[tuple[Rectangle, Target, str]] = field(default_factory=list)
    marks: int = 0


class Canvas:
    """Pages being drawn. Targets of links are positions of items, which the bundle resolves."""

    def __init__(self, letters: TextRuns) -> None:
        self.tree = Tree()
        self._letters = letters
        self._pages: list[_Page] = []

    def __len__(self) -> int:
        return len(self._pages)

    def turn(self) -> None:
        """Begins a new page."""
        self._pages.append(_Page())

    def width(self, words: str, style: Style) -> float:
        return self._letters.run_of(words, bold=style.bold).width * style.size

    def lines(self, words: str, style: Style, room: float) -> list[str]:
        """The words broken into lines no wider than `room`, at least one."""
        if self.width(words, style) <= room:
            return [words]
        lines, line = [], ""
        for unit in self._units(words, style, room):
            if line and self.width((line + unit).rstrip(), style) > room:
                lines.append(line.rstrip())
                line = unit.lstrip()
            else:
                line += unit
        return [*lines, line.rstrip()]

    def _units(self, words: str, style: Style, room: float) -> Iterator[str]:
        """The parts that are never broken: words, single Chinese characters, parts of overlong
        words."""
        for unit in _UNITS.findall(words):
            while unit:
                width, fits = self.width(unit, style), len(unit)
                if width > room:
                    fits = cut_of(unit, int(fits * room / width) - 1)
                yield unit[:fits]
                unit = unit[fits:]  # noqa: PLW2901 - what is left of it

    @contextmanager
    def tagged(self, element: int) -> Iterator[None]:
        """Content drawn in the block belongs to the structure element."""
        page = self._pages[-1]
        kind = self.tree.elements[element].kind.encode()
        page.drawing.append(b"/%b <</MCID %d>> BDC" % (kind, page.marks))
        self.tree.elements[element].kids.append(MarkedContent(len(self._pages) - 1, page.marks))
        page.marks += 1
        yield
        page.drawing.append(b"EMC")

    @contextmanager
    def artifact(self, *, kind: bytes = b"/Type /Layout") -> Iterator[None]:
        """Content drawn in the block is an artifact, such as an ornament or a running head
        (14.8.2.2)."""
        self._pages[-1].drawing.append(b"/Artifact <<%b>> BDC" % kind)
        yield
        self._pages[-1].drawing.append(b"EMC")

    def words(self, x: float, y: float, words: str, style: Style) -> None:
        """Draws words on a base line, from `x` on."""
        run = self._letters.run_of(words, bold=style.bold)
        if not run.codes:
            return
        shown = b"BT %b rg 1 0 0 1 %b Tm %b ET" % (
            numbers(*style.colour),
            numbers(x, y),
            run.show(style.size, NAMES[style.bold]),
        )
        if not run.literal:
            # Ligatures and reordered letters need their text as ActualText (14.9.4).
            shown = b"/Span <</ActualText %b>> BDC %b EMC" % (text(words), shown)
        self._pages[-1].drawing.append(shown)

    def rule(self, x: float, y: float, far: float, *, weight: float, colour: Colour) -> None:
        """Draws a horizontal line."""
        drawing = b"%b RG %b w %b m %b l S"
        self._pages[-1].drawing.append(
            drawing % (numbers(*colour), numbers(weight), numbers(x, y), numbers(far, y))
        )

    def marked_rule(self, x: float, y: float, far: float, mark: CopyMark | None) -> None:
        """The rule under a running head.

        In a numbered copy it carries the hidden mark, and the watermark text is drawn behind the
        page.
        """
        page = self._pages[-1].drawing
        if mark is not None:
            page.append(behind(self._letters, mark, width=WIDTH, height=HEIGHT, font=NAMES[0]))
        page.append(b"%b RG 0.4 w %b" % (numbers(*HAIR), rule(x, far, y, mark)))

    def box(self, left: float, bottom: float, width: float, height: float) -> None:
        """Draws a frame."""
        self._pages[-1].drawing.append(
            b"%b RG 1 w %b re S" % (numbers(*INK), numbers(left, bottom, width, height))
        )

    def link(self, box: Rectangle, target: Target, element: int, *, words: str) -> None:
        """Adds a link over a box (left, bottom, right, top) to a structure element. `words` say
        where it leads."""
        page = self._pages[-1]
        kid = LinkReference(len(self._pages) - 1, len(page.links))
        self.tree.elements[element].kids.append(kid)
        page.links.append((box, target, words))

    def write(
        self,
        writer: Writer,
        *,
        parent: int,
        above: int,
        fonts: Sequence[int],
        first_key: int,
        place: Callable[[int | Spot], bytes],
    ) -> Linked:
        """Writes the pages below the page tree node `parent`, and their structure elements below
        the element `above`.

        `place` gives the destination of a target.
        """
        node = writer.allocate()
        pages = writer.allocate(len(self._pages))
        links = [writer.allocate(len(page.links)) for page in self._pages]
        keys = Keys(self.tree)
        assigned = Numbers(
            first=writer.allocate(len(self.tree.elements)),
            above=above,
            page=lambda page: pages + page,
            link=lambda page, link: links[page] + link,
            key=lambda key: b"%d" % (first_key + key),
            name=lambda number: b"(%d)" % number,
        )
        named = {name: reference(font) for name, font in zip(NAMES, fonts, strict=True)}
        resources = writer.add(dictionary({"Font": dictionary(named)}))
        for at, page in enumerate(self._pages):
            entries = {"Parent": reference(node), "Resources": reference(resources)}
            if page.links:
                entries["Annots"] = array(reference(links[at] + n) for n in range(len(page.links)))
            if at in keys.of_page:
                entries |= {"StructParents": assigned.key(keys.of_page[at]), "Tabs": b"/S"}
            _write_page(writer, pages + at, page, entries)
            annotations = [
                annotation(
                    box, _leads(target, place), assigned.key(keys.of_link[at, n]), words=words
                )
                for n, (box, target, words) in enumerate(page.links)
            ]
            if annotations:
                writer.put_all(links[at], annotations)
        writer.put_all(assigned.first, list(objects(self.tree, assigned)))
        kids = array(reference(pages + at) for at in range(len(self._pages)))
        counted = (parent, len(self._pages), kids)
        writer.put(node, b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids %b >>" % counted)
        return Linked(
            node=node,
            pages=range(pages, pages + len(self._pages)),
            lines=range(0),
            parents=writer.add(keys.leaf(assigned)),
            ids=0,
            tops=tuple(assigned.first + top for top in self.tree.tops()),
            first_key=first_key,
            keys=len(keys),
        )


def _write_page(writer: Writer, number: int, page: _Page, entries: dict[str, bytes]) -> None:
    """Writes a page's content stream and its page object with these further entries."""
    content = writer.allocate()
    writer.stream(content, b"\n".join(page.drawing), pack=True)
    own = {
        "Type": b"/Page",
        "MediaBox": b"[ 0 0 %b ]" % numbers(WIDTH, HEIGHT),
        "Contents": reference(content),
    }
    writer.put(number, dictionary(own | entries))


def _leads(target: Target, place: Callable[[int | Spot], bytes]) -> bytes:
    """A link's destination in this file, or its action for another file or the web (12.6.4)."""
    if isinstance(target, Remote):
        return remote(target.file, target.page)
    if isinstance(target, Web):
        return b"/A << /S /URI /URI %b >>" % text(target.address)
    return b"/Dest %b" % place(target)


def remote(file: str, page: int) -> bytes:
    """An action that goes to a page, counted from 1, of a file in the same folder (12.6.4.3)."""
    named = dictionary({"Type": b"/Filespec", "F": text(file), "UF": text(file)})
    return b"/A << /S /GoToR /F %b /D [ %d /Fit ] >>" % (named, page - 1)


def annotation(box: Rectangle, leads: bytes, key: bytes, *, words: str) -> bytes:
    """A link annotation over a box. `words` say where it leads, for screen readers (14.9.3)."""
    return (
        b"<< /Type /Annot /Subtype /Link /Rect [ %b ] /Border [ 0 0 0 ] /F 4 /Contents %b %b "
        b"/StructParent %b >>" % (numbers(*box), text(words), leads, key)
    )
