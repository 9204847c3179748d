"""Takes elements out of a tree of XML or HTML, in one go over their neighbours.

What follows an element belongs to it in lxml (its tail). Moved to its neighbour once for each
element, the words of a page with a million comments would be copied a million times.
"""

from collections.abc import Collection
from typing import Any


def take_out(elements: Collection[Any]) -> None:
    """Remove the elements with all that is in them; what follows each stays where it stood.

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
