"""Removes elements from an XML or HTML tree in time proportional to their number.

In lxml the text after an element belongs to it (its tail). If the tail were moved once for each
element, the text of a page with a million comments would be copied a million times.
"""

from collections.abc import Collection
from typing import Any


def take_out(elements: Collection[Any]) -> None:
    """Remove the elements with their contents; the text after each stays in place.

    An element inside another of them goes with it. The root stays.
    """
    gone = set(elements)
    parents = dict.fromkeys(
        parent for element in elements if (parent := element.getparent()) is not None
    )
    for parent in parents:
        _take_out_of(parent, gone)


def _take_out_of(parent: Any, gone: set[Any]) -> None:
    before: Any = None
    waiting: list[str] = []
    for child in list(parent):
        if child not in gone:
            _add(parent, before, waiting)
            before, waiting = child, []
            continue
        if child.tail:
            waiting.append(child.tail)
            child.tail = None
        parent.remove(child)
    _add(parent, before, waiting)


def _add(parent: Any, before: Any, words: list[str]) -> None:
    if not words:
        return
    if before is not None:
        before.tail = (before.tail or "") + "".join(words)
    else:
        parent.text = (parent.text or "") + "".join(words)
