"""How the words of an ODT look, by the styles of their spans and paragraphs.

Source of the rules: OpenDocument 1.3 (OASIS), Part 3, 16 (styles) and 20 (formatting properties).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from evidence.documents.readers.look_marks import mark

_NS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT: Final = f"{{{_NS}text:1.0}}"
_STYLE: Final = f"{{{_NS}style:1.0}}"
_FO: Final = f"{{{_NS}xsl-fo-compatible:1.0}}"
_LONGEST_CHAIN: Final = 30
_HEADINGS: Final = ("Heading", "Title", "Subtitle", "Contents")
_LIGHT: Final = frozenset({"normal", "100", "200", "300", "400", "500"})
_NOTES: Final = frozenset({f"{_TEXT}note", f"{_TEXT}p", f"{_TEXT}h"})
Look = dict[str, bool]


@dataclass(slots=True)
class Looks:
    """The styles of one ODT, by family and name."""

    _own: dict[tuple[str, str], Look] = field(default_factory=dict)
    _parents: dict[tuple[str, str], str] = field(default_factory=dict)
    _whole: dict[tuple[str, str], Look] = field(default_factory=dict)

    def read(self, part: etree._Element | None) -> None:
        for style in part.iter(f"{_STYLE}style") if part is not None else ():
            name = style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")
            properties = style.find(f"{_STYLE}text-properties")
            self._own[name] = _look(properties) if properties is not None else {}
            self._parents[name] = style.get(f"{_STYLE}parent-style-name", "")

    def mark(self, content: etree._Element) -> None:
        """Writes marks before words of another look. Spans lose their styles."""
        for paragraph in content.iter(f"{_TEXT}p", f"{_TEXT}h"):
            name = paragraph.get(f"{_TEXT}style-name", "")
            is_heading = paragraph.tag == f"{_TEXT}h"
            look = {} if is_heading else self._of("paragraph", name)
            self._paragraph(paragraph, look)

    def _paragraph(self, paragraph: etree._Element, look: Look) -> None:
        present: set[str] = set()

        def write(words: str | None, look: Look) -> str:
            nonlocal present
            wanted = {style for style, is_on in look.items() if is_on}
            if not words or wanted == present:
                return words or ""
            present = wanted
            return mark(wanted) + words

        paragraph.text = write(paragraph.text, look)
        # Elements that are still to come, each with the look of its words and of those after it.
        waiting = [(child, look) for child in reversed(paragraph)]
        while waiting:
            element, around = waiting.pop()
            if element is paragraph:
                continue
            inside = self._inside(element, around)
            if element.tag in _NOTES or not isinstance(element.tag, str):
                element.tail = write(element.tail, around)
                continue
            element.text = write(element.text, inside)
            if element.tail:
                tail = etree.Element(f"{_TEXT}span")
                element.addnext(tail)
                tail.tail = None
                tail.text, element.tail = element.tail, None
                waiting.append((tail, around))
            waiting.extend((child, inside) for child in reversed(element))

    def _inside(self, element: etree._Element, around: Look) -> Look:
        if element.tag == f"{_TEXT}a":
            return {**around, "underline": False}
        if element.tag != f"{_TEXT}span":
            return around
        name = element.attrib.pop(f"{_TEXT}style-name", "")
        look = self._of("text", str(name)) if name else {}
        if next(element.iterancestors(f"{_TEXT}a"), None) is not None:
            look = {**look, "underline": False}
        return {**around, **look}

    def _of(self, family: str, name: str) -> Look:
        key = family, name
        if key not in self._whole:
            chain: list[Look] = []
            for _ in range(_LONGEST_CHAIN):
                if (family, name) not in self._own or name.startswith(_HEADINGS):
                    break
                chain.append(self._own[family, name])
                name = self._parents[family, name]
            self._whole[key] = _merged(reversed(chain))
        return self._whole[key]


def _merged(looks: Iterable[Look]) -> Look:
    return {style: is_on for look in looks for style, is_on in look.items()}


def _look(properties: etree._Element) -> Look:
    """What the properties say of each style; nothing where they do not speak of it."""
    look: Look = {}
    if weight := properties.get(f"{_FO}font-weight"):
        look["strong"] = weight not in _LIGHT
    if slope := properties.get(f"{_FO}font-style"):
        look["emphasis"] = slope != "normal"
    if variant := properties.get(f"{_FO}font-variant"):
        look["small-caps"] = variant == "small-caps"
    for style, names in (("underline", "underline"), ("strike", "line-through")):
        lines = [properties.get(f"{_STYLE}text-{names}-{part}") for part in ("style", "type")]
        if any(lines):
            look[style] = "none" not in lines
    if position := properties.get(f"{_STYLE}text-position", "").split():
        raised = position[0].removesuffix("%")
        look["superscript"] = raised == "super" or _number(raised) > 0
        look["subscript"] = raised == "sub" or _number(raised) < 0
    return look


def _number(digits: str) -> float:
    try:
        return float(digits)
    except ValueError:
        return 0.0
