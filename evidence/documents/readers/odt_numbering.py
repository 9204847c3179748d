"""Works out the labels of the list items and headings of an ODT, and takes the lists apart.

Source of the rules: OpenDocument 1.3 (OASIS), Part 3, 5.3 (lists), 16.30 to 16.35 (list and outline
styles) and 19.876 to 19.880 (how a list continues another).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from evidence.documents.list_numbers import LEVELS, Counter, written
from evidence.documents.readers.list_labels import (
    STYLES,
    Label,
    Labels,
)
from evidence.documents.text_cleaning import clean

_NS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT: Final = f"{{{_NS}text:1.0}}"
_STYLE: Final = f"{{{_NS}style:1.0}}"
_TABLE: Final = f"{{{_NS}table:1.0}}"
_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_PARAGRAPHS: Final = (f"{_TEXT}p", f"{_TEXT}h")
_LIST: Final = f"{_TEXT}list"
_ITEM: Final = f"{_TEXT}list-item"
_DIGITS: Final = 9
_FORMATS: Final = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
    "": "nothing",
}


@dataclass(frozen=True, slots=True)
class _Level:
    is_bullet: bool = True
    style: str = "nothing"
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    start: int = 1


_Levels = dict[int, _Level]
_BULLET: Final = _Level()


@dataclass(frozen=True, slots=True)
class _Place:
    """A level of a list, and what counts its items. `group` is the same where a list goes on."""

    level: int
    style: str
    counter: Counter
    group: str


class ListNumbering:
    """The lists of one ODT. `has_words` says whether a paragraph shows anything."""

    def __init__(
        self,
        parts: tuple[etree._Element | None, ...],
        labels: Labels,
        has_words: Callable[[etree._Element], bool],
    ) -> None:
        self._lists: dict[str, _Levels] = {}
        self._outline: _Levels = {}
        self._plain_styles: set[str] = set()
        for part in parts:
            self._read_styles(part)
        self._labels = labels
        self._has_words = has_words
        self._headings = Counter()
        self._by_style: dict[str, _Place] = {}
        self._by_name: dict[str, _Place] = {}
        self._count = 0

    def take_apart(self, content: etree._Element) -> None:
        """Every list becomes the paragraphs in it, with marks of their labels."""
        outermost = set(_outermost(content))
        for element in list(content.iter(_LIST, f"{_TEXT}h")):
            parent = element.getparent()
            if element in outermost:
                self._open(element)
            elif element.tag != _LIST and (parent is None or parent.tag != _ITEM):
                self._number_heading(element)

    def _open(self, root: etree._Element) -> None:
        place = self._place(root)
        self._by_style[place.style] = place
        if name := root.get(_ID):
            self._by_name[name] = place
        for element in self._items(root, place):
            root.addprevious(element)
        parent = root.getparent()
        if parent is not None:
            parent.remove(root)

    def _place(self, root: etree._Element) -> _Place:
        """Where a list counts: on from another list, or by itself."""
        style = root.get(f"{_TEXT}style-name", "")
        continued = self._by_name.get(root.get(f"{_TEXT}continue-list", ""))
        if root.get(f"{_TEXT}continue-numbering") == "true":
            continued = continued or self._by_style.get(style)
        if continued is not None:
            return replace(continued, style=style)
        self._count += 1
        return _Place(0, style, Counter(), str(self._count))

    def _items(self, holder: etree._Element, place: _Place) -> Iterator[etree._Element]:
        """The paragraphs and other contents of a list, with marks."""
        for item in list(holder):
            is_first = item.tag == _ITEM
            for child in list(item):
                if child.tag == _LIST:
                    level = min(place.level + 1, LEVELS - 1)
                    style = child.get(f"{_TEXT}style-name", place.style)
                    yield from self._items(child, replace(place, level=level, style=style))
                else:
                    if child.tag in _PARAGRAPHS and is_first:
                        start = _whole(item.get(f"{_TEXT}start-value", ""), -1)
                        self._write(child, self._label(place, start))
                    elif child.tag in _PARAGRAPHS and self._has_words(child):
                        _before(child, self._labels.mark(Label(place.level, is_further=True)))
                    yield child
                is_first = False

    def _label(self, place: _Place, start: int) -> Label:
        levels = self._lists.get(place.style, {})
        look = levels.get(place.level, _BULLET)
        if start >= 0:
            place.counter.numbers[place.level] = None
        number = place.counter.count(
            place.level, start=start if start >= 0 else look.start, restarts=lambda _deeper: True
        )
        return Label(
            level=place.level,
            text=_written(levels, place.level, place.counter),
            ordered=not look.is_bullet,
            style=look.style if look.style in STYLES else "decimal",
            number=number,
            group=place.group,
        )

    def _write(self, paragraph: etree._Element, label: Label) -> None:
        words = f"{label.text} " if label.ordered and label.text else ""
        if paragraph.tag == f"{_TEXT}h":
            _before(paragraph, words)
        elif self._has_words(paragraph):
            _before(paragraph, self._labels.mark(label))
        elif next(paragraph.iterancestors(f"{_TABLE}table-cell"), None) is not None:
            # In a cell the number alone is what people see; elsewhere it only counts.
            _before(paragraph, words.strip())

    def _number_heading(self, heading: etree._Element) -> None:
        level = _whole(heading.get(f"{_TEXT}outline-level", ""), 1) - 1
        look = self._outline.get(level)
        is_plain = heading.get(f"{_TEXT}style-name", "") in self._plain_styles
        if look is None or is_plain or heading.get(f"{_TEXT}is-list-header") == "true":
            return
        self._headings.count(level, start=look.start, restarts=lambda _deeper: True)
        words = _written(self._outline, level, self._headings)
        if words and self._has_words(heading):
            _before(heading, f"{words} ")

    def _read_styles(self, part: etree._Element | None) -> None:
        if part is None:
            return
        for style in part.iter(f"{_TEXT}list-style"):
            self._lists[style.get(f"{_STYLE}name", "")] = dict(map(_level, style))
        for outline in part.iter(f"{_TEXT}outline-style"):
            levels = dict(map(_level, outline))
            self._outline = {n: each for n, each in levels.items() if each.style != "nothing"}
        for style in part.iter(f"{_STYLE}style"):
            if style.get(f"{_STYLE}list-style-name") == "":
                self._plain_styles.add(style.get(f"{_STYLE}name", ""))


def _outermost(content: etree._Element) -> Iterator[etree._Element]:
    """The lists that are not part of another; one in a table or note inside a list counts anew."""
    for element in content.iter(_LIST):
        parent = element.getparent()
        if parent is None or parent.tag not in {_ITEM, f"{_TEXT}list-header"}:
            yield element


def _level(level: etree._Element) -> tuple[int, _Level]:
    form = level.get(f"{_STYLE}num-format", "")
    name = str(etree.QName(level).localname) if isinstance(level.tag, str) else ""
    place = _whole(level.get(f"{_TEXT}level", ""), 1) - 1
    return place, _Level(
        is_bullet=name not in {"list-level-style-number", "outline-level-style"},
        style=_FORMATS.get(form, "decimal"),
        prefix=level.get(f"{_STYLE}num-prefix", ""),
        suffix=level.get(f"{_STYLE}num-suffix", ""),
        shown=_whole(level.get(f"{_TEXT}display-levels", ""), 1),
        start=_whole(level.get(f"{_TEXT}start-value", ""), 1),
    )


def _written(levels: _Levels, level: int, counter: Counter) -> str:
    """The label: the numbers of the levels it shows, with dots between them (19.797)."""
    look = levels.get(level, _BULLET)
    numbers: list[str] = []
    for place in range(max(0, level + 1 - look.shown), level + 1):
        part = levels.get(place, _BULLET)
        present = counter.numbers[place]
        numbers.append(written(part.start if present is None else present, part.style))
    return clean(f"{look.prefix}{'.'.join(filter(None, numbers))}{look.suffix}").strip()


def _before(paragraph: etree._Element, words: str) -> None:
    paragraph.text = words + (paragraph.text or "")


def _whole(digits: str, otherwise: int) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < _DIGITS else otherwise
