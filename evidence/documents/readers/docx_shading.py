"""What stands on a coloured ground in a DOCX: white letters on it can be read.

Sources of the rules: ECMA-376 Part 1, 17.3.5 (shading), 17.3.2.15 (highlight), 17.7.6 (table
styles), 20.1.8 (fills of shapes); Part 4, 19.1 (VML).
"""

from typing import Final

from lxml import etree

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V: Final = "{urn:schemas-microsoft-com:vml}"
_LONGEST_CHAIN: Final = 30
_WHITE: Final = frozenset({"", "auto", "none", "white", "ffffff", "#ffffff"})
_WHITE_THEME: Final = frozenset({"background1", "light1", "none"})
_PROPERTIES: Final = ("rPr", "pPr", "tcPr", "tblPr", "trPr")
_STYLES: Final = ("rStyle", "pStyle", "tblStyle")
_FILLS: Final = ("solidFill", "gradFill", "blipFill", "pattFill", "grpFill")


class Shading:
    """The grounds of one DOCX."""

    def __init__(self, styles: etree._Element | None) -> None:
        self._coloured_styles: dict[str, bool] = {}
        self._parents: dict[str, str] = {}
        # Results for what holds runs, so that it is not read again for each run.
        self._coloured: dict[etree._Element, bool] = {}
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            name = style.get(f"{_W}styleId", "")
            self._coloured_styles[name] = _has_colour(style)
            based = style.find(f"{_W}basedOn")
            self._parents[name] = based.get(f"{_W}val", "") if based is not None else ""

    def is_behind(self, run: etree._Element) -> bool:
        """Whether the run, its paragraph, cell, row, table, shape or page has a colour."""
        return self._is_coloured(run) or any(map(self._kept, run.iterancestors()))

    def _kept(self, holder: etree._Element) -> bool:
        if holder not in self._coloured:
            self._coloured[holder] = self._is_coloured(holder)
        return self._coloured[holder]

    def _is_coloured(self, holder: etree._Element) -> bool:
        for name in _PROPERTIES:
            properties = holder.find(f"{_W}{name}")
            if properties is not None and (_has_colour(properties) or self._by_style(properties)):
                return True
        return _is_filled(holder)

    def _by_style(self, properties: etree._Element) -> bool:
        for tag in _STYLES:
            style = properties.find(f"{_W}{tag}")
            name = style.get(f"{_W}val", "") if style is not None else ""
            for _ in range(_LONGEST_CHAIN):
                if not name or self._coloured_styles.get(name):
                    break
                name = self._parents.get(name, "")
            if name:
                return True
        return False


def _has_colour(properties: etree._Element) -> bool:
    """Whether shading or a highlight in these properties, or in those of a style, is not white."""
    for shade in properties.iter(f"{_W}shd"):
        fill = shade.get(f"{_W}fill", "").lower()
        if fill in _WHITE and shade.get(f"{_W}themeFill", "background1") not in _WHITE_THEME:
            return True
        pattern = shade.get(f"{_W}val", "clear")
        drawn = pattern not in {"clear", "nil"} and shade.get(f"{_W}color", "").lower() != "ffffff"
        if fill not in _WHITE or drawn:
            return True
    marks = properties.iter(f"{_W}highlight")
    return any(mark.get(f"{_W}val", "").lower() not in _WHITE for mark in marks)


def _is_filled(holder: etree._Element) -> bool:
    """Whether a shape, or the page itself, is filled."""
    tag = holder.tag if isinstance(holder.tag, str) else ""
    if tag.startswith(_V):
        is_on = holder.get("filled", "t").lower() not in {"f", "false"}
        return is_on and holder.get("fillcolor", "").lower().split(" ")[0] not in _WHITE
    if tag == f"{_W}document":
        page = holder.find(f"{_W}background")
        return page is not None and page.get(f"{_W}color", "").lower() not in _WHITE
    look = holder.find("{*}spPr")
    if look is None:
        return False
    if look.find(f"{_A}noFill") is not None:
        return False
    for fill in look:
        if fill.tag in {f"{_A}{name}" for name in _FILLS}:
            colour = fill.find(f"{_A}srgbClr")
            return colour is None or colour.get("val", "").lower() not in _WHITE
    by_theme = holder.find(f"{{*}}style/{_A}fillRef")
    return by_theme is not None and by_theme.get("idx", "0") != "0"
