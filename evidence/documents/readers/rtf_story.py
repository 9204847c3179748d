"""Builds the paragraphs and tables of an RTF in the form of pandoc's syntax tree."""

from dataclasses import dataclass, field
from typing import Any, Final

from evidence.documents.pandoc_styles import PANDOC_STYLES
from evidence.documents.readers.list_labels import Label, Labels, OpenItems
from evidence.documents.readers.rtf_tables import TableRows

Tree = dict[str, Any]
DEEPEST: Final = 12
"""Tables inside tables; further ones are put into the last."""
_NO_ATTRIBUTES: Final[list[Any]] = ["", [], []]


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """What a paragraph's properties say. `depth` is the number of tables it is in, `heading` its
    level from 1 or 0, `use` and `level` are its list."""

    use: int = -1
    level: int = 0
    style: int = 0
    heading: int = 0
    depth: int = 0
    indent: int = 0


@dataclass(frozen=True, slots=True)
class CharacterLook:
    """How words look."""

    styles: frozenset[str] = frozenset()
    link: str = ""


@dataclass(slots=True)
class Story:
    """The text, a note or a text box: finished blocks, open tables, and the present paragraph."""

    blocks: list[Tree] = field(default_factory=list)
    tables: list[TableRows] = field(default_factory=list)
    inlines: list[Tree] = field(default_factory=list)
    boxes: list[Tree] = field(default_factory=list)
    """Blocks of text boxes, which come after the paragraph they are anchored to."""
    label: list[str] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _look: CharacterLook = field(default_factory=CharacterLook)
    _items: OpenItems = field(default_factory=OpenItems)
    _last_holder: list[Tree] | None = None

    def say(self, words: str, look: CharacterLook) -> None:
        """Add words to the paragraph."""
        if look != self._look:
            self._end_run()
            self._look = look
        self._words.append(words)

    def add(self, inline: Tree) -> None:
        """Add a note, picture or line break to the paragraph."""
        self._end_run()
        self.inlines.append(inline)

    def go_to(self, depth: int) -> list[Tree]:
        """Opens and closes tables until so many are open. Returns where blocks are added."""
        depth = min(depth, DEEPEST)
        while len(self.tables) > depth:
            table = self.tables.pop().tree()
            if table is not None:
                self._holder().append(table)
            self._last_holder = None
        while len(self.tables) < depth:
            self.tables.append(TableRows())
        return self._holder()

    def end_paragraph(self, look: ParagraphLook, label: Label | None, labels: Labels) -> str:
        """The paragraph is complete. Returns its label where that has become words of it."""
        self._end_run()
        inlines, self.inlines = self.inlines, []
        holder = self.go_to(look.depth)
        if holder is not self._last_holder or look.heading:
            self._items.clear()
        words = self._marked(inlines, look, label, labels)
        if look.heading and inlines:
            holder.append({"t": "Header", "c": [look.heading, _NO_ATTRIBUTES, inlines]})
        elif inlines:
            holder.append({"t": "Para", "c": inlines})
            self._last_holder = holder
        holder += self.boxes
        self.boxes = []
        return words

    def _marked(
        self, inlines: list[Tree], look: ParagraphLook, label: Label | None, labels: Labels
    ) -> str:
        """Writes the label before the words, as a mark or, in a heading, as words."""
        if label is None:
            further = self._items.further(look.indent) if inlines else None
            if further is not None:
                inlines.insert(0, _str(labels.mark(further)))
            return ""
        if inlines and not look.heading:
            inlines.insert(0, _str(labels.mark(self._items.nested(label, look.indent))))
            return ""
        # In a cell the number alone is what people see; elsewhere an empty item only counts.
        if label.ordered and label.text and (inlines or look.depth):
            inlines.insert(0, _str(f"{label.text} "))
            return label.text
        return ""

    def _holder(self) -> list[Tree]:
        return self.tables[-1].blocks if self.tables else self.blocks

    def _end_run(self) -> None:
        words, self._words = "".join(self._words), []
        if not words:
            return
        inline = _str(words)
        for style in sorted(self._look.styles):
            inline = {"t": PANDOC_STYLES[style], "c": [inline]}
        if self._look.link:
            inline = {"t": "Link", "c": [_NO_ATTRIBUTES, [inline], [self._look.link, ""]]}
        self.inlines.append(inline)


def _str(words: str) -> Tree:
    return {"t": "Str", "c": words}
