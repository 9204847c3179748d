"""What was read from pictures of pages by machine: words, where they are, and how sure it is."""

import json
import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Self

from evidence.pdf.sanitize.invisible_words import Word

VERSION: Final = 1
_WORD: Final = re.compile(r"[^\W_]+")
# Words that are less sure than this are dust and lines, and are left out.
LEAST_SURE: Final = 20
# A page that is less sure than this as a whole was not read at all.
LEAST_SURE_PAGE: Final = 40
# What was read is compared with the words of a page only where it is as sure as this.
SURE_ENOUGH: Final = 70
LEAST_COMPARED: Final = 5
LEAST_ALIKE: Final = 0.5
# So many words in a row that the picture does not show are not mistakes in reading.
MOST_IN_A_ROW: Final = 6
SHORTEST: Final = 3
MOST_QUOTED: Final = 30


@dataclass(frozen=True)
class PageReading:
    """One page. `confidence` is the mean of its words, of 100; 0 where nothing could be read."""

    number: int
    confidence: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Its words, line by line."""
        lines: list[list[str]] = []
        last: Word | None = None
        for word in self.words:
            if last is None or word.left < last.left or word.turn != last.turn:
                lines.append([])
            lines[-1].append(word.text)
            last = word
        return "\n".join(" ".join(line) for line in lines)


@dataclass(frozen=True)
class MachineReading:
    """The pages of one file that were read so far. `languages` are those it was read in."""

    languages: str
    pages: tuple[PageReading, ...] = ()

    def page(self, number: int) -> PageReading | None:
        return next((page for page in self.pages if page.number == number), None)

    @property
    def confidence(self) -> int:
        """The mean of the pages on which something was read."""
        sure = [page.confidence for page in self.pages if page.words]
        return round(sum(sure) / len(sure)) if sure else 0

    def to_json(self) -> bytes:
        pages = [
            {"number": page.number, "confidence": page.confidence, "words": page.words}
            for page in self.pages
        ]
        row = {"version": VERSION, "languages": self.languages, "pages": pages}
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        row: dict[str, Any] = json.loads(content)
        if row["version"] != VERSION:
            raise ValueError(f"This reading has version {row['version']}, not {VERSION}.")
        return cls(
            row["languages"],
            tuple(
                PageReading(
                    page["number"],
                    page["confidence"],
                    tuple(Word(*word) for word in page["words"]),
                )
                for page in row["pages"]
            ),
        )


def differing_words(text: str, reading: PageReading) -> str:
    """Words of a page's text that its picture does not show; "" if it shows them.

    A few mistakes in reading are no difference: it takes half of all words, or several in a row.
    Where too little was read for sure, nothing is said.
    """
    shown = _compared(reading.text)
    if reading.confidence < SURE_ENOUGH or len(shown) < LEAST_COMPARED:
        return ""
    written = _compared(text)
    known = {*shown, *(first + second for first, second in pairwise(shown))}
    strange = [word for word in written if word not in known]
    in_a_row = _longest_run(written, known)
    common = sum((Counter(shown) & Counter(written)).values())
    if len(in_a_row) >= MOST_IN_A_ROW:
        return " ".join(in_a_row[:MOST_QUOTED])
    if common < LEAST_ALIKE * min(len(shown), max(len(written), LEAST_COMPARED)):
        return " ".join((strange or written)[:MOST_QUOTED]) or reading.text
    return ""


def _compared(text: str) -> list[str]:
    """The words in small letters; short ones are often read wrongly."""
    return [word for word in _WORD.findall(text.lower()) if len(word) >= SHORTEST]


def _longest_run(written: Sequence[str], known: Set[str]) -> list[str]:
    longest: list[str] = []
    current: list[str] = []
    for word in written:
        if word in known:
            current = []
            continue
        current.append(word)
        if len(current) > len(longest):
            longest = current[:MOST_QUOTED]
    return longest
