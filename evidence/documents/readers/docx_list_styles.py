"""Reads the lists of a DOCX and the styles that use them.

Source of the rules: ECMA-376 Part 1, 17.9 (numbering) and 17.7 (styles).
"""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from evidence.documents.list_numbers import LEVELS

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE: Final = f"{_W}val"
_DIGITS: Final = 9
_OFF: Final = frozenset({"0", "false", "off"})
_FORMATS: Final = {
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
    "decimalZero": "two-digits",
    "ordinal": "ordinal",
    "none": "nothing",
}


@dataclass(frozen=True, slots=True)
class Level:
    """How items of one level are labelled. `restart` is the level (from 1) after which it begins
    again, or 0 for never."""

    text: str = ""
    style: str = "decimal"
    is_bullet: bool = False
    start: int = 1
    restart: int | None = None
    only_digits: bool = False
    paragraph_style: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Numbering:
    """One list: its levels, and the numbers at which this use of it begins."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    parent: str = ""
    number: str | None = None
    level: int | None = None
    indent: int | None = None
    is_heading: bool = False


def styles_of(styles: etree._Element | None) -> dict[str, ParagraphStyle]:
    out: dict[str, ParagraphStyle] = {}
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        properties = style.find(f"{_W}pPr")
        own = properties.find(f"{_W}numPr") if properties is not None else None
        name = value_of(style, "name").lower()
        level = value_of(own, "ilvl")
        outline = value_of(properties, "outlineLvl")
        out[style.get(f"{_W}styleId", "")] = ParagraphStyle(
            parent=value_of(style, "basedOn"),
            number=value_of(own, "numId") or None,
            level=int(level) if level.isdecimal() and len(level) < _DIGITS else None,
            indent=indent_of(properties),
            is_heading=name.startswith("heading ") or outline in set("012345678"),
        )
    return out


def lists_of(
    numbering: etree._Element | None, styles: dict[str, ParagraphStyle]
) -> dict[str, Numbering]:
    """The lists by the number that paragraphs refer to."""
    if numbering is None:
        return {}
    abstracts = {
        abstract.get(f"{_W}abstractNumId", ""): abstract
        for abstract in numbering.iter(f"{_W}abstractNum")
    }
    uses = {use.get(f"{_W}numId", ""): use for use in numbering.iter(f"{_W}num")}
    uses.pop("0", None)  # it takes a paragraph out of a list (17.9.18)
    out: dict[str, Numbering] = {}
    for number, use in uses.items():
        name = value_of(use, "abstractNumId")
        # A list that only names the style of another list (17.9.21).
        linked = styles.get(value_of(abstracts.get(name), "numStyleLink"))
        if linked is not None and linked.number in uses:
            name = value_of(uses[linked.number], "abstractNumId")
        out[number] = _use(use, name, abstracts.get(name))
    return out


def _use(use: etree._Element, name: str, abstract: etree._Element | None) -> Numbering:
    levels = dict(map(_level, abstract.findall(f"{_W}lvl"))) if abstract is not None else {}
    starts: dict[int, int] = {}
    for change in use.iter(f"{_W}lvlOverride"):
        place = min(whole(change.get(f"{_W}ilvl", ""), 0), LEVELS - 1)
        if (own := change.find(f"{_W}lvl")) is not None:
            levels[place] = _level(own)[1]
        if start := value_of(change, "startOverride"):
            starts[place] = whole(start, 1)
    return Numbering(name, levels, starts)


def _level(level: etree._Element) -> tuple[int, Level]:
    form = value_of(level, "numFmt") or next(
        (fmt.get(_VALUE, "") for fmt in level.iter(f"{_W}numFmt")), "decimal"
    )
    restart = value_of(level, "lvlRestart")
    digits = level.find(f"{_W}isLgl")
    return min(whole(level.get(f"{_W}ilvl", ""), 0), LEVELS - 1), Level(
        text=value_of(level, "lvlText"),
        style=_FORMATS.get(form, "decimal"),
        is_bullet=form == "bullet",
        start=whole(value_of(level, "start"), 1) if value_of(level, "start") else 0,
        restart=whole(restart, 0) if restart else None,
        only_digits=digits is not None and digits.get(_VALUE, "1") not in _OFF,
        paragraph_style=value_of(level, "pStyle"),
        indent=indent_of(level.find(f"{_W}pPr")) or 0,
    )


def value_of(holder: etree._Element | None, tag: str) -> str:
    element = holder.find(f"{_W}{tag}") if holder is not None else None
    return element.get(_VALUE, "") if element is not None else ""


def whole(digits: str, otherwise: int) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < _DIGITS else otherwise


def indent_of(properties: etree._Element | None) -> int | None:
    indent = properties.find(f"{_W}ind") if properties is not None else None
    if indent is None:
        return None
    value = indent.get(f"{_W}left", indent.get(f"{_W}start", ""))
    return whole(value, 0) if value else None
