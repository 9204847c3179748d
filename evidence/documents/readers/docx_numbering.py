"""Works out the labels of the numbered and bulleted paragraphs of a DOCX.

Source of the rules: ECMA-376 Part 1, 17.9 (numbering).
"""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from evidence.documents.list_numbers import Counter, written
from evidence.documents.readers.docx_list_styles import (
    Level,
    Numbering,
    indent_of,
    lists_of,
    styles_of,
    value_of,
)
from evidence.documents.readers.list_labels import STYLES, Label, Labels, OpenItems
from evidence.documents.text_cleaning import clean

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE: Final = f"{_W}val"
_LONGEST_CHAIN: Final = 30
_DIGITS: Final = 4
_BETWEEN: Final = frozenset(
    f"{_W}{name}" for name in ("bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd")
)
_PART: Final = re.compile(r"%([1-9])")


class ListNumbering:
    """The lists of one DOCX, from `numbering.xml` and `styles.xml`."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._styles = styles_of(styles)
        self._lists = lists_of(numbering, self._styles)
        self._counters: dict[str, Counter] = {}
        self._begun: set[str] = set()
        self._open = OpenItems()

    def begin_story(self) -> None:
        """Footnotes count for themselves, and so does the text."""
        self._counters.clear()
        self._begun.clear()
        self._open.clear()

    def mark(self, paragraph: etree._Element, labels: Labels, *, has_words: bool) -> None:
        """Counts a paragraph, and writes the mark of its label before its words. The label of a
        heading becomes words."""
        properties = paragraph.find(f"{_W}pPr")
        name = value_of(properties, "pStyle")
        number, level = self._place(properties, name)
        numbering = self._lists.get(number)
        if numbering is None or level not in numbering.levels:
            if has_words:
                self._further(paragraph, properties, name, labels)
            return
        label = self._label(number, numbering, level)
        if not has_words:
            _stop_pandoc(paragraph, properties)
            cell = paragraph.getparent()
            # In a cell the number alone is what people see; elsewhere it only counts.
            if label.ordered and cell is not None and cell.tag == f"{_W}tc":
                _write(paragraph, label.text)
            return
        own = indent_of(properties)
        indent = own if own is not None else numbering.levels[level].indent
        _stop_pandoc(paragraph, properties)
        if self._is_heading(name):
            self._open.clear()
            if label.ordered and label.text:
                _write(paragraph, f"{label.text} ")
            return
        if not self._is_next(paragraph):
            self._open.clear()
        _write(paragraph, labels.mark(self._open.nested(label, indent)))

    @staticmethod
    def _is_next(paragraph: etree._Element) -> bool:
        """Whether a paragraph comes right before this."""
        previous = paragraph.getprevious()
        while previous is not None and previous.tag in _BETWEEN:
            previous = previous.getprevious()
        return previous is not None and previous.tag == f"{_W}p"

    def _place(self, properties: etree._Element | None, name: str) -> tuple[str, int]:
        """The list and level of a paragraph: its own, or that of its style (17.9.3, 17.9.23)."""
        own = properties.find(f"{_W}numPr") if properties is not None else None
        number, level = value_of(own, "numId"), value_of(own, "ilvl")
        for style in self._chain(name):
            here = self._styles[style]
            if here.number is not None:
                number = number or here.number
                if not level and (numbering := self._lists.get(number)) is not None:
                    level = str(_level_of_style(numbering, style, here.level or 0))
                break
        return number, int(level) if level.isdecimal() and len(level) < _DIGITS else 0

    def _chain(self, name: str) -> list[str]:
        chain: list[str] = []
        while name in self._styles and name not in chain and len(chain) < _LONGEST_CHAIN:
            chain.append(name)
            name = self._styles[name].parent
        return chain

    def _is_heading(self, name: str) -> bool:
        return any(self._styles[style].is_heading for style in self._chain(name))

    def _label(self, number: str, numbering: Numbering, level: int) -> Label:
        counter = self._counters.setdefault(numbering.abstract, Counter())
        if number not in self._begun:
            self._begun.add(number)
            for place in numbering.starts:
                counter.numbers[place] = None
        look = numbering.levels[level]
        starts = {place: each.start for place, each in numbering.levels.items()} | numbering.starts
        value = counter.count(
            level, start=starts[level], restarts=lambda deeper: _restarts(numbering, deeper, level)
        )
        return Label(
            level=level,
            text=_text(numbering, look, counter, starts),
            ordered=not look.is_bullet,
            style=look.style if look.style in STYLES else "decimal",
            number=value,
            group=numbering.abstract,
        )

    def _further(
        self,
        paragraph: etree._Element,
        properties: etree._Element | None,
        name: str,
        labels: Labels,
    ) -> None:
        """A paragraph without a label that is indented like the item before belongs to it."""
        indent = indent_of(properties)
        if indent is None:
            indents = (self._styles[style].indent for style in self._chain(name))
            indent = next((value for value in indents if value is not None), 0)
        if self._is_heading(name) or not self._is_next(paragraph):
            self._open.clear()
        if (label := self._open.further(indent)) is not None:
            _stop_pandoc(paragraph, properties)
            _write(paragraph, labels.mark(label))


def _text(numbering: Numbering, look: Level, counter: Counter, starts: Mapping[int, int]) -> str:
    """The label, with the present numbers of the levels that it shows (17.9.11)."""

    def part(match: "re.Match[str]") -> str:
        place = int(match[1]) - 1
        level = numbering.levels.get(place)
        style = "decimal" if level is None or look.only_digits else level.style
        present = counter.numbers[place]
        return written(starts.get(place, 0) if present is None else present, style)

    return clean(_PART.sub(part, look.text)).strip()


def _restarts(numbering: Numbering, deeper: int, level: int) -> bool:
    """Whether a deeper level begins again after an item of this level (17.9.10)."""
    restart = numbering.levels[deeper].restart if deeper in numbering.levels else None
    return True if restart is None else restart > level


def _level_of_style(numbering: Numbering, style: str, otherwise: int) -> int:
    linked = (n for n, level in numbering.levels.items() if level.paragraph_style == style)
    return next(linked, otherwise)


def _stop_pandoc(paragraph: etree._Element, properties: etree._Element | None) -> None:
    """Without list and indent, so that pandoc makes it neither a list nor a quotation."""
    if properties is None:
        properties = etree.Element(f"{_W}pPr")
        paragraph.insert(0, properties)
    for tag in ("numPr", "ind"):
        for element in properties.findall(f"{_W}{tag}"):
            properties.remove(element)
    numbering = etree.SubElement(properties, f"{_W}numPr")
    etree.SubElement(numbering, f"{_W}numId").set(_VALUE, "0")
    etree.SubElement(properties, f"{_W}ind").set(f"{_W}left", "0")


def _write(paragraph: etree._Element, words: str) -> None:
    run = etree.Element(f"{_W}r")
    text = etree.SubElement(run, f"{_W}t")
    text.text = words
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    properties = paragraph.find(f"{_W}pPr")
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, run)
