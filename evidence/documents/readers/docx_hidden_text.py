"""Finds the runs of a DOCX that are hidden, by their own properties or by their styles."""

import re

from lxml import etree

from evidence.documents.readers.docx_shading import Shading

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = {"0", "false", "off"}
_LONGEST_CHAIN = 30  # styles based on styles; Word itself allows eleven
_TOO_SMALL = 4  # half points; the smallest print of a contract has about ten
_DIGITS = 9
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")


class HiddenStyles:
    """The styles of one DOCX: which hide text, and which language they set."""

    def __init__(self, styles: etree._Element | None) -> None:
        self.language = ""
        self._own: dict[str, bool | None] = {}
        self._parent: dict[str, str] = {}
        # Results for paragraphs, so that they are not read again for each run.
        self._hidden_paragraphs: dict[etree._Element, bool] = {}
        self._shading = Shading(styles)
        if styles is None:
            return
        for style in styles.iter(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self._own[name] = _vanish(style.find(f"{W}rPr"))
            based = style.find(f"{W}basedOn")
            if based is not None:
                self._parent[name] = based.get(f"{W}val", "")
        language = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
        tag = language.get(f"{W}val", "") if language is not None else ""
        if match := _LANGUAGE.match(tag):
            self.language = match.group().lower()

    def hides(self, run: etree._Element) -> bool:
        """Whether Word would not print this run.

        Its own properties take precedence over its styles.
        """
        properties = run.find(f"{W}rPr")
        own = _vanish(properties)
        if own is not None:
            return own
        by_style = self._by_style(_style_name(properties, "rStyle"))
        if by_style is not None:
            return by_style
        paragraph = next(run.iterancestors(f"{W}p"), None)
        if paragraph is None:
            return False
        if paragraph not in self._hidden_paragraphs:
            named = _style_name(paragraph.find(f"{W}pPr"), "pStyle")
            self._hidden_paragraphs[paragraph] = bool(self._by_style(named))
        return self._hidden_paragraphs[paragraph]

    def _by_style(self, name: str) -> bool | None:
        for _ in range(_LONGEST_CHAIN):
            if not name or name not in self._own:
                return None
            if (own := self._own[name]) is not None:
                return own
            name = self._parent.get(name, "")
        return None

    def is_faint(self, run: etree._Element) -> bool:
        """Whether a run's own properties make it white on white, or too small to read.

        White text on a coloured ground is normal, as in table headings.
        """
        properties = run.find(f"{W}rPr")
        if properties is None:
            return False
        size = properties.find(f"{W}sz")
        if size is not None and _half_points(size.get(f"{W}val", "")) <= _TOO_SMALL:
            return True
        colour = properties.find(f"{W}color")
        white = colour is not None and colour.get(f"{W}val", "").upper() == "FFFFFF"
        return white and not self._shading.is_behind(run)


def _half_points(size: str) -> float:
    """A size in half points, or in points as strict documents have it ("2pt"); else infinite."""
    digits = size.removesuffix("pt")
    if not digits.replace(".", "", 1).isdecimal() or len(digits) > _DIGITS:
        return float("inf")
    return float(digits) * (1 if digits == size else 2)


def _vanish(properties: etree._Element | None) -> bool | None:
    """True, False, or None where the properties say nothing about it."""
    if properties is None:
        return None
    for tag in ("vanish", "specVanish"):
        switch = properties.find(f"{W}{tag}")
        if switch is not None:
            return switch.get(f"{W}val", "1").lower() not in _OFF
    return None


def _style_name(properties: etree._Element | None, tag: str) -> str:
    if properties is None:
        return ""
    style = properties.find(f"{W}{tag}")
    return style.get(f"{W}val", "") if style is not None else ""
