"""The lists of an RTF: what its list tables say, and the labels of its paragraphs.

Source of the rules: Rich Text Format Specification 1.9.1, "List Tables".
"""

from dataclasses import dataclass, field
from typing import Final

from evidence.documents.list_numbers import LEVELS, Counter, written
from evidence.documents.readers.list_labels import STYLES, Label
from evidence.documents.text_cleaning import clean

_BULLET: Final = 23
_FORMATS: Final = {
    0: "decimal",
    1: "upper-roman",
    2: "lower-roman",
    3: "upper-alpha",
    4: "lower-alpha",
    5: "ordinal",
    22: "two-digits",
    255: "nothing",
}


@dataclass(slots=True)
class _Level:
    form: int = 0
    start: int = 1
    text: str = ""


@dataclass(slots=True)
class _List:
    levels: list[_Level] = field(default_factory=list)
    starts: dict[int, int] = field(default_factory=dict)
    """Numbers at which this use of the list begins, by level."""
    name: int = 0


class Lists:
    """Filled by the words of the list tables, then asked for the label of each paragraph."""

    def __init__(self) -> None:
        self._lists: dict[int, _List] = {}
        self._uses: dict[int, _List] = {}
        self._list = _List()
        self._use = _List()
        self._changed_level = -1
        self._counters: dict[int, Counter] = {}
        self._begun: set[int] = set()

    def table_word(self, word: str, number: int) -> None:
        """A control word of the list table. The identifier comes after the levels."""
        match word:
            case "list":
                self._list = _List()
            case "listlevel" if len(self._list.levels) < LEVELS:
                self._list.levels.append(_Level())
            case "levelnfc" | "levelnfcn" if self._list.levels:
                self._list.levels[-1].form = number
            case "levelstartat" if self._list.levels:
                self._list.levels[-1].start = number
            case "listid":
                self._list.name = number
                self._lists[number] = self._list
            case _:
                pass

    def level_text(self, text: str) -> None:
        """The template of the last level: its length, then letters and numbers of levels."""
        if self._list.levels:
            self._list.levels[-1].text = text[1:].removesuffix(";")

    def override_word(self, word: str, number: int) -> None:
        """A control word of the list override table."""
        match word:
            case "listoverride":
                self._use, self._changed_level = _List(), -1
            case "listid" if number in self._lists:
                kept = self._lists[number]
                self._use = _List(kept.levels, self._use.starts, number)
            case "lfolevel":
                self._changed_level += 1
            case "levelstartat" if self._changed_level >= 0:
                self._use.starts[self._changed_level] = number
            case "ls":
                self._uses[number] = self._use
            case _:
                pass

    def label(self, use: int, level: int, shown: str) -> Label | None:
        """The label of the next paragraph of a list: as the file shows it, or counted."""
        known = self._uses.get(use)
        if known is None or not 0 <= level < len(known.levels):
            return _as_shown(shown, level, use) if shown else None
        counter = self._counters.setdefault(known.name, Counter())
        if use not in self._begun:
            self._begun.add(use)
            for place in known.starts:
                counter.numbers[min(place, LEVELS - 1)] = None
        look = known.levels[level]
        start = known.starts.get(level, look.start)
        number = counter.count(level, start=start, restarts=lambda _deeper: True)
        style = _FORMATS.get(look.form, "decimal")
        return Label(
            level=level,
            text=shown or _counted(known, look, counter),
            ordered=look.form != _BULLET,
            style=style if style in STYLES else "decimal",
            number=number,
            group=str(known.name),
        )


def _counted(use: _List, look: _Level, counter: Counter) -> str:
    parts: list[str] = []
    for letter in look.text:
        place = ord(letter)
        if place >= min(len(use.levels), LEVELS):
            parts.append(letter)
            continue
        present = counter.numbers[place]
        start = use.starts.get(place, use.levels[place].start)
        style = _FORMATS.get(use.levels[place].form, "decimal")
        parts.append(written(start if present is None else present, style))
    return clean("".join(parts)).strip()


def _as_shown(shown: str, level: int, use: int) -> Label:
    """The label of a paragraph whose list is not in the tables."""
    digits = "".join(filter(str.isdecimal, shown))
    number = int(digits[-6:]) if digits.isascii() and digits else 1
    ordered = any(map(str.isalnum, shown)) and shown != "o"
    return Label(max(0, level), shown, ordered, number=number, group=f"{use} {ordered}")
