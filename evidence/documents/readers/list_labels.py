"""Carries the labels of list items past pandoc, which would number them again in its own way.

A reader of a format works out the label of each item as the witness saw it ("1.2.3", "b)", "•")
and writes a mark before its words. The mark is made of characters that no text has (Unicode's
noncharacters), and its number leads to the label. After pandoc the items become lists again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lxml import etree

from evidence.documents.document import Block, ListBlock
from evidence.documents.list_numbers import item_mark

_START: Final = "\ufdd0"
_END: Final = "\ufdd1"
_MARK: Final = re.compile(f"{_START}([0-9]{{1,7}}){_END}")
_NONCHARACTERS: Final = re.compile("[\ufdd0-\ufdef]")
STYLES: Final = frozenset({"decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"})


@dataclass(frozen=True, slots=True)
class Label:
    """The label of an item, or a further paragraph of the item before (`is_further`).

    `level` counts from 0, `number` is the item's own number in its list. `group` names the list,
    so that neighbouring lists are kept apart.
    """

    level: int
    text: str = ""
    ordered: bool = True
    style: str = "decimal"
    number: int = 1
    group: str = ""
    is_further: bool = False


@dataclass(slots=True)
class Labels:
    """The labels of one file."""

    _labels: list[Label] = field(default_factory=list)

    def mark(self, label: Label) -> str:
        """What to write before the words of the item."""
        self._labels.append(label)
        return f"{_START}{len(self._labels) - 1}{_END}"

    def taken(self, inlines: list[dict[str, Any]]) -> Label | None:
        """The label of a paragraph of pandoc's tree, whose words lose the mark."""
        text = _first_text(inlines) if self._labels else None
        match = _MARK.match(text["c"]) if text is not None else None
        if text is None or match is None or int(match[1]) >= len(self._labels):
            return None
        text["c"] = text["c"][match.end() :]
        return self._labels[int(match[1])]


class OpenItems:
    """The items around the next paragraph of a text, each with its level and indent."""

    def __init__(self) -> None:
        self._items: list[tuple[Label, int, int]] = []

    def clear(self) -> None:
        """Something comes that ends every list."""
        self._items.clear()

    def nested(self, label: Label, indent: int) -> Label:
        """The label at the depth at which its item stands.

        It is inside an item of its own list of a higher level, or of another list that is
        indented less.
        """
        while self._items:
            last, its_level, its_indent = self._items[-1]
            is_own = last.group == label.group
            if its_level < label.level if is_own else its_indent < indent:
                break
            self._items.pop()
        nested = replace(label, level=len(self._items))
        self._items.append((nested, label.level, indent))
        return nested

    def further(self, indent: int) -> Label | None:
        """The label of a paragraph that belongs to an item because it is indented like it."""
        while self._items and not 0 < self._items[-1][2] <= indent:
            self._items.pop()
        return replace(self._items[-1][0], is_further=True) if self._items else None


def without_marks(text: str) -> str:
    """Words of a paragraph without the mark of its label."""
    return _MARK.sub("", text)


def without_noncharacters(text: str) -> str:
    """A witness's text without characters that could be taken for a mark."""
    return _NONCHARACTERS.sub("", text)


def without_noncharacters_in(part: etree._Element) -> None:
    """Takes such characters out of the whole text of an XML part."""
    for element in part.iter():
        if element.text and _NONCHARACTERS.search(element.text):
            element.text = without_noncharacters(element.text)
        if element.tail and _NONCHARACTERS.search(element.tail):
            element.tail = without_noncharacters(element.tail)


@dataclass(frozen=True, slots=True)
class Item:
    """The blocks of an item and its label."""

    label: Label
    blocks: tuple[Block, ...]


def as_lists(blocks: Iterable[Block | Item]) -> list[Block]:
    """The blocks with items that follow one another as lists, inner lists inside their items."""
    out: list[Block] = []
    waiting: list[Item] = []
    for block in blocks:
        if not isinstance(block, Item):
            out += _nested(waiting)
            waiting = []
            out.append(block)
        elif block.label.is_further and waiting:
            waiting.append(block)
        elif block.label.is_further:
            out += block.blocks
        else:
            waiting.append(block)
    return [*out, *_nested(waiting)]


def _nested(items: Sequence[Item]) -> list[Block]:
    """Lists made of items in their order; deeper items belong to the item before them."""
    out: list[Block] = []
    same: list[Item] = []
    place = 0
    while place < len(items):
        item = items[place]
        end = place + 1
        while end < len(items) and _is_inside(items[end].label, item.label):
            end += 1
        inner = _inside(items[place + 1 : end], item.label.level)
        if same and not _continues(same[-1].label, item.label):
            out.append(_list_of(same))
            same = []
        same.append(replace(item, blocks=(*item.blocks, *inner)))
        place = end
    return [*out, _list_of(same)] if same else out


def _is_inside(label: Label, around: Label) -> bool:
    return label.level > around.level or (label.is_further and label.level == around.level)


def _inside(items: Sequence[Item], level: int) -> list[Block]:
    """The further paragraphs of an item and the lists between them."""
    out: list[Block] = []
    lists: list[Item] = []
    for item in items:
        if item.label.is_further and item.label.level == level:
            out += [*_nested(lists), *item.blocks]
            lists = []
        else:
            lists.append(item)
    return [*out, *_nested(lists)]


def _continues(before: Label, label: Label) -> bool:
    if label.ordered != before.ordered or label.group != before.group:
        return False
    return not label.ordered or (label.number > before.number and label.style == before.style)


def _list_of(items: Sequence[Item]) -> ListBlock:
    """One list. Its labels are kept where counting would not give them."""
    first = items[0].label
    blocks = tuple(item.blocks for item in items)
    made = ListBlock(first.ordered, blocks, max(0, first.number), first.style)
    if not first.ordered:
        return ListBlock(ordered=False, items=blocks)
    marks = tuple(item.label.text for item in items)
    counted = tuple(item_mark(made, place) for place in range(len(items)))
    return made if marks == counted else replace(made, marks=marks)


def _first_text(inlines: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The first words of a paragraph, within whatever styles they have."""
    waiting: list[dict[str, Any]] = list(reversed(inlines))
    while waiting:
        inline = waiting.pop()
        content: Any = inline.get("c")
        if inline["t"] == "Str":
            return inline
        if inline["t"] in {"Span", "Link", "Cite", "Quoted"} and isinstance(content, list):
            content = content[1]
        if isinstance(content, list) and all(isinstance(inner, dict) for inner in content):
            waiting.extend(reversed(content))
        elif inline["t"] not in {"Space", "SoftBreak"}:
            return None
    return None
