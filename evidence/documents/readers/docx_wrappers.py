"""Takes away what is around words in a DOCX and makes pandoc pass over them.

Sources of the rules: ECMA-376 Part 1, 17.16.19 (simple fields), 17.3.3.25 (ruby), 17.5.1 (custom
XML), 17.3.2.3 and 17.3.2.8 (direction), 17.13.5 (tracked changes).
"""

from collections.abc import Iterable
from typing import Final

from lxml import etree

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WRAPPERS: Final = tuple(
    f"{_W}{name}" for name in ("fldSimple", "customXml", "smartTag", "dir", "bdo", "ins", "moveTo")
)
_GONE: Final = tuple(f"{_W}{name}" for name in ("del", "moveFrom"))
_MARK_OF: Final = (f"{_W}rPr", f"{_W}trPr", f"{_W}tcPr", f"{_W}numPr")
"""In these properties a change is that of a mark, not of words."""


def unwrapped(story: etree._Element) -> None:
    """The same text with inserted words as ordinary words, without deleted ones."""
    for ruby in list(story.iter(f"{_W}ruby")):
        _open_ruby(ruby)
    for wrapper in list(story.iter(*_WRAPPERS)):
        if not _is_mark(wrapper):
            _open(wrapper)
    for change in list(story.iter(*_GONE)):
        parent = change.getparent()
        if parent is not None and not _is_mark(change):
            parent.remove(change)
    for paragraph in list(story.iter(f"{_W}p")):
        _join_next(paragraph)


def _join_next(paragraph: etree._Element) -> None:
    """A paragraph whose end was deleted goes on in the next one (17.13.5.15)."""
    properties = paragraph.find(f"{_W}pPr")
    mark = properties.find(f"{_W}rPr") if properties is not None else None
    changes = [mark.find(tag) for tag in _GONE] if mark is not None else []
    following, parent = paragraph.getnext(), paragraph.getparent()
    if not any(change is not None for change in changes) or parent is None or following is None:
        return
    if following.tag != f"{_W}p":
        return
    own = following.find(f"{_W}pPr")
    place = 0 if own is None else following.index(own) + 1
    following[place:place] = [child for child in paragraph if child is not properties]
    parent.remove(paragraph)


def _is_mark(change: etree._Element) -> bool:
    parent = change.getparent()
    return parent is not None and parent.tag in _MARK_OF


def _open(wrapper: etree._Element) -> None:
    parent = wrapper.getparent()
    if parent is None:
        return
    address = wrapper.get(f"{_W}instr", "")
    if address.split()[:1] == ["HYPERLINK"]:
        wrapper.addprevious(_field("begin"))
        code = etree.Element(f"{_W}r")
        etree.SubElement(code, f"{_W}instrText").text = address
        wrapper.addprevious(code)
        wrapper.addprevious(_field("separate"))
        wrapper.addnext(_field("end"))
    _move(wrapper, wrapper)
    parent.remove(wrapper)


def _field(kind: str) -> etree._Element:
    run = etree.Element(f"{_W}r")
    etree.SubElement(run, f"{_W}fldChar").set(f"{_W}fldCharType", kind)
    return run


def _open_ruby(ruby: etree._Element) -> None:
    """The letters, then how they are read in brackets: two runs instead of the one around both."""
    run = ruby.getparent()
    holder = run.getparent() if run is not None else None
    if run is None or holder is None:
        return
    base, reading = ruby.find(f"{_W}rubyBase"), ruby.find(f"{_W}rt")
    if base is not None:
        _move(run, base)
    if reading is not None and any(map(str.strip, map(str, reading.itertext()))):
        run.addprevious(_words(" ("))
        _move(run, reading)
        run.addprevious(_words(")"))
    run.remove(ruby)


def _words(words: str) -> etree._Element:
    run = etree.Element(f"{_W}r")
    etree.SubElement(run, f"{_W}t").text = words
    return run


def _move(place: etree._Element, holder: Iterable[etree._Element]) -> None:
    for child in list(holder):
        place.addprevious(child)
