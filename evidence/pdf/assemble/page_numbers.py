"""The page numbers printed in a bundle, which are also its page labels.

Pages are numbered from the first. If a bundle is made again with a late paper, the existing pages
keep their numbers. The new pages get the number before them and a letter (120a, 120b), as in a
court bundle. Page labels in PDF: ISO 32000-2, 12.4.2.
"""

import bisect
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from evidence.pdf.assemble.syntax import text


class Style(StrEnum):
    """How pages are numbered: plainly, with letters after a number (120a), or with parts after a
    letter (120a-1)."""

    PLAIN = "plain"
    LETTERS = "letters"
    PARTS = "parts"


@dataclass(frozen=True)
class Run:
    """Pages numbered from `start`: `prefix` stands before each, `width` is the least number of
    digits."""

    prefix: str
    start: int
    count: int
    width: int = 0
    style: Style = Style.PLAIN

    def label(self, place: int) -> str:
        """The label of the page at this position in the run, counted from 0."""
        number = self.start + place
        if self.style == Style.LETTERS:
            return self.prefix + lettered(number)
        return f"{self.prefix}{number:0{self.width}}"

    def follows(self, other: "Run") -> bool:
        """Whether this run continues the other."""
        return replace(other, start=other.start + other.count, count=self.count) == self


def lettered(number: int) -> str:
    """1 is a, 26 is z, 27 is aa, 28 is bb (ISO 32000-2, table 161)."""
    times, letter = divmod(number - 1, 26)
    return string.ascii_lowercase[letter] * (times + 1)


class Labels:
    """The label of each page of a bundle, pages counted from 1."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.runs = _joined(runs)
        ends = [0]
        for run in self.runs:
            ends.append(ends[-1] + run.count)
        self._starts = ends[:-1]

    def of(self, page: int) -> str:
        run, place = self._at(page)
        return run.label(place)

    def between(self, first: int, last: int) -> tuple[Run, ...]:
        """The runs of these pages."""
        runs = []
        at = max(0, bisect.bisect_right(self._starts, first - 1) - 1)
        for start, run in zip(self._starts[at:], self.runs[at:], strict=True):
            low, high = max(first, start + 1), min(last, start + run.count)
            if start >= last:
                break
            if low <= high:
                begin = run.start + low - start - 1
                runs.append(replace(run, start=begin, count=high - low + 1))
        return tuple(runs)

    def written(self) -> bytes:
        """The catalog's entry for page labels: a number tree in one node (12.4.2)."""
        rows = []
        for start, run in zip(self._starts, self.runs, strict=True):
            rows += [_row(start + place, part) for place, part in _of_equal_width(run)]
        return b"<< /Nums [ %b ] >>" % b" ".join(rows)

    def _at(self, page: int) -> tuple[Run, int]:
        at = bisect.bisect_right(self._starts, page - 1) - 1
        return self.runs[at], page - 1 - self._starts[at]


@dataclass(frozen=True)
class Kept:
    """The numbers of one paper in the earlier bundle: those of its divider and cover sheet, and
    those of its own pages."""

    divider: tuple[Run, ...] = ()
    sheet: tuple[Run, ...] = ()
    pages: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Numbering:
    """How page numbers are printed: on request with “of 120” after each."""

    labels: Labels
    of: str = ""

    def number(self, page: int) -> str:
        return self.labels.of(page)

    def words(self, page: int) -> str:
        [(template, digits)] = self.parts(page, page)
        return template.replace("{page}", digits)

    def parts(self, first: int, last: int) -> Iterator[tuple[str, str]]:
        """The words on each of these pages, with `{page}` for the digits of its number, and the
        digits. If a number ends in letters, all of it is in the words."""
        for run in self.labels.between(first, last):
            if run.style == Style.LETTERS:
                yield from ((self._template(run.label(at)), "") for at in range(run.count))
                continue
            template, width = self._template(run.prefix), run.width
            for number in range(run.start, run.start + run.count):
                yield template, f"{number:0{width}}"

    def _template(self, before: str) -> str:
        # Braces are left out: `{page}` marks the place of the digits.
        before = before.replace("{", "(").replace("}", ")")
        after = f" of {self.of}" if self.of else ""
        return f"Page {before}{{page}}{after}"


@dataclass(frozen=True)
class Stretch:
    """Consecutive pages.

    `kept` are their numbers in the earlier bundle. Pages `at_end` are numbered on from the last
    number.
    """

    pages: int
    kept: tuple[Run, ...] = ()
    at_end: bool = False


def counted(pages: int, *, first: int = 1, prefix: str = "", width: int = 0) -> Labels:
    """Labels that count all pages from the first."""
    return Labels([Run(prefix, first, pages, width=width)])


def kept(
    stretches: Sequence[Stretch], earlier: Iterable[Run], *, prefix: str = "", width: int = 0
) -> Labels:
    """The numbers of a bundle made again: existing pages keep theirs.

    Others get the number before them and a letter that no page of the `earlier` bundle had, and so
    do the additional pages of a longer stretch. Pages between two lettered pages are numbered
    120a-1, 120a-2.
    """
    runs: list[Run] = []
    taken = _taken(earlier)
    for at, stretch in enumerate(stretches):
        same = _first_of(stretch.kept, stretch.pages)
        runs += same
        missing = stretch.pages - sum(run.count for run in same)
        if not missing:
            continue
        following = next((later.kept[0] for later in stretches[at + 1 :] if later.kept), None)
        if not runs or stretch.at_end:
            runs.append(Run(prefix, _last(runs) + 1, missing, width=width))
        else:
            runs.append(_between(runs[-1], following, missing, taken))
            taken[runs[-1].prefix] = runs[-1].start + missing - 1
    return Labels(runs)


def _last(runs: Iterable[Run]) -> int:
    return max((run.start + run.count - 1 for run in runs if run.style == Style.PLAIN), default=0)


def _taken(earlier: Iterable[Run]) -> dict[str, int]:
    taken: dict[str, int] = {}
    for run in earlier:
        taken[run.prefix] = max(taken.get(run.prefix, 0), run.start + run.count - 1)
    return taken


def _between(last: Run, following: Run | None, count: int, taken: Mapping[str, int]) -> Run:
    """The labels of pages that come between two others."""
    label = last.label(last.count - 1)
    prefix, style = (
        (label, Style.LETTERS) if last.style == Style.PLAIN else (last.prefix, last.style)
    )
    if following is not None and following.prefix == prefix and following.style == style:
        prefix, style = f"{label}-", Style.PARTS
    return Run(prefix, taken.get(prefix, 0) + 1, count, style=style)


def _first_of(runs: Sequence[Run], pages: int) -> list[Run]:
    first_runs, left = [], pages
    for run in runs:
        if left > 0:
            first_runs.append(replace(run, count=min(run.count, left)))
            left -= run.count
    return first_runs


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    joined: list[Run] = []
    for run in runs:
        if joined and run.follows(joined[-1]):
            joined[-1] = replace(joined[-1], count=joined[-1].count + run.count)
        elif run.count:
            joined.append(run)
    return tuple(joined)


def _of_equal_width(run: Run) -> Iterable[tuple[int, Run]]:
    """Page labels have no leading zeros, so the zeros become part of the prefix."""
    if run.style == Style.LETTERS or not run.width:
        yield 0, run
        return
    number, end = run.start, run.start + run.count
    while number < end:
        following = min(end, 10 ** len(str(number)))
        zeros = "0" * max(0, run.width - len(str(number)))
        yield number - run.start, Run(run.prefix + zeros, number, following - number)
        number = following


def _row(page: int, run: Run) -> bytes:
    prefix = b"/P %b " % text(run.prefix) if run.prefix else b""
    start = b" /St %d" % run.start if run.start != 1 else b""
    style = b"a" if run.style == Style.LETTERS else b"D"
    return b"%d << %b/S /%b%b >>" % (page, prefix, style, start)
