"""Made-up papers for `benchmarks/fidelity.py`, with the truth about each: labels, cells, notes."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from string import ascii_lowercase

WORDS = (
    *("committee", "evidence", "university", "research", "student", "pressure", "funding"),
    *("visa", "seminar", "archive", "language", "contract", "partner", "regulator", "speech"),
)
ARABIC = ("الأدلة", "الجامعة", "البحث", "الطلاب", "التمويل")
HEBREW = ("עדות", "מחקר", "ועדה", "מימון")
CHINESE = ("证据", "大学", "研究", "学生", "委员会")
STYLES = ("strong", "emphasis", "underline", "strike", "superscript", "subscript")
# Levels of a list: the form of the number, what stands before and after it, levels shown.
SCHEMES = {
    "plain": (("1", "", ".", 1), ("a", "", ")", 1), ("i", "", ".", 1)),
    "legal": (("1", "", ".", 1), ("1", "", "", 2), ("1", "", "", 3)),
    "bullets": (("•", "", "", 1), ("•", "", "", 1), ("•", "", "", 1)),
    "letters": (("A", "(", ")", 1), ("i", "", ".", 1), ("•", "", "", 1)),
    "mixed": (("1", "", ".", 1), ("a", "", ".", 2), ("I", "", "", 3)),
    "questions": (("1", "Question ", "", 1), ("a", "", ")", 1), ("1", "", ".", 3)),
    "outline": (("1", "", "", 1), ("1", "", "", 2), ("1", "", "", 3)),
}
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def written(number: int, form: str) -> str:
    if form in "aA":
        return ascii_lowercase[number - 1] if form == "a" else ascii_lowercase[number - 1].upper()
    if form in "iI":
        out = ""
        for value, letters in ROMAN:
            times, number = divmod(number, value)
            out += letters * times
        return out if form == "i" else out.upper()
    return str(number)


@dataclass
class Run:
    """Words in one style. `note` is the text of a note after them, `change` "ins" or "del"."""

    words: str
    styles: tuple[str, ...] = ()
    note: str = ""
    change: str = ""


@dataclass
class Text:
    """A paragraph, heading (`level`) or item (`use`, `depth`). `label` is what people see."""

    runs: list[Run]
    level: int = 0
    use: int = -1
    depth: int = 0
    label: str = ""
    backwards: bool = False
    boxed: str = ""
    formula: str = ""


@dataclass
class Cell:
    text: Text
    columns: int = 1
    rows: int = 1


@dataclass
class Table:
    """Rows of cells; those covered from above are not listed. `width` is the number of columns."""

    rows: list[list[tuple[int, Cell]]]
    width: int


@dataclass
class Use:
    """One use of a list scheme, with the numbers of its levels so far."""

    scheme: str
    numbers: list[int] = field(default_factory=lambda: [0, 0, 0])

    def next_label(self, depth: int) -> str:
        self.numbers[depth] += 1
        self.numbers[depth + 1 :] = [0] * (2 - depth)
        form, before, after, shown = SCHEMES[self.scheme][depth]
        if form == "•":
            return "•"
        first = max(0, depth + 1 - shown)
        parts = [
            written(max(1, self.numbers[place]), SCHEMES[self.scheme][place][0])
            for place in range(first, depth + 1)
        ]
        return f"{before}{'.'.join(parts)}{after}"


@dataclass
class Paper:
    """One paper: its blocks and the uses of lists in it."""

    blocks: list[Text | Table] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


class Writer:
    """Makes papers. Every word is used once, so that each can be looked for."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._count = 0
        self._spans_first = True

    def paper(self, *, spans_first: bool) -> Paper:
        """Eight to fourteen parts of every kind. `spans_first` says whether the first row of a
        table may have merged columns; without it every column is known, also in RTF."""
        self._spans_first = spans_first
        paper = Paper(uses=[Use("outline")])
        parts = (
            *(self._paragraphs, self._paragraphs, self._heading, self._list, self._list),
            *(self._continued, self._table, self._numbered_rows, self._notes, self._changes),
            *(self._abroad, self._box, self._formula),
        )
        paper.blocks.append(Text([Run(self._words(4))]))
        for part in self._chance.choices(parts, k=self._chance.randint(8, 14)):
            part(paper)
        return paper

    def _word(self, base: str = "") -> str:
        self._count += 1
        return f"{base or self._chance.choice(WORDS)}{self._count}"

    def _words(self, count: int, bases: tuple[str, ...] = WORDS) -> str:
        return " ".join(self._word(self._chance.choice(bases)) for _ in range(count))

    def _run(self, *, plain: bool = False) -> Run:
        count = self._chance.choice((0, 0, 1, 1, 2))
        styles = () if plain else tuple(sorted(self._chance.sample(STYLES[:4], count)))
        if not plain and self._chance.random() < 0.1:
            styles = (self._chance.choice(STYLES[4:]),)
        return Run(self._words(self._chance.randint(1, 5)), styles)

    def _text(self) -> Text:
        return Text([self._run() for _ in range(self._chance.randint(1, 5))])

    def _paragraphs(self, paper: Paper) -> None:
        paper.blocks += [self._text() for _ in range(self._chance.randint(1, 3))]

    def _heading(self, paper: Paper) -> None:
        depth = self._chance.randint(0, 1)
        label = paper.uses[0].next_label(depth)
        paper.blocks.append(Text([Run(self._words(3))], depth + 1, 0, depth, label))
        paper.blocks.append(self._text())

    def _item(self, paper: Paper, use: int, depth: int) -> Text:
        label = paper.uses[use].next_label(depth)
        return Text([self._run(), self._run(plain=True)], use=use, depth=depth, label=label)

    def _list(self, paper: Paper) -> None:
        scheme = self._chance.choice([name for name in SCHEMES if name != "outline"])
        paper.uses.append(Use(scheme))
        depth, use = 0, len(paper.uses) - 1
        for number in range(self._chance.randint(2, 9)):
            depth = min(2, self._chance.randint(0, depth + 1)) if number else 0
            paper.blocks.append(self._item(paper, use, depth))
        paper.blocks.append(self._text())

    def _continued(self, paper: Paper) -> None:
        """A list that goes on after a paragraph."""
        self._list(paper)
        use = len(paper.uses) - 1
        paper.blocks += [self._item(paper, use, 0) for _ in range(self._chance.randint(1, 3))]
        paper.blocks.append(self._text())

    def _table(self, paper: Paper) -> None:
        width, height = self._chance.randint(2, 4), self._chance.randint(2, 5)
        paper.blocks.append(Text([Run(self._words(3))]))
        covered: set[tuple[int, int]] = set()
        rows: list[list[tuple[int, Cell]]] = []
        for row in range(height):
            cells: list[tuple[int, Cell]] = []
            for column in range(width):
                if (row, column) in covered:
                    continue
                free = column + 1 < width and (row, column + 1) not in covered
                columns = 2 if free and self._chance.random() < 0.15 else 1
                columns = columns if row or self._spans_first else 1
                high = 2 if row + 1 < height and self._chance.random() < 0.15 else 1
                covered |= {
                    (row + down, column + over) for down in range(high) for over in range(columns)
                }
                text = Text([Run(self._words(self._chance.randint(1, 4)))])
                cells.append((column, Cell(text, columns, high)))
            rows.append(cells)
        if all(rows):
            paper.blocks.append(Table(rows, width))
        paper.blocks.append(self._text())

    def _numbered_rows(self, paper: Paper) -> None:
        """A table whose first column holds nothing but automatic numbers."""
        paper.uses.append(Use("plain"))
        use, rows = len(paper.uses) - 1, []
        for _ in range(self._chance.randint(2, 4)):
            label = paper.uses[use].next_label(0)
            number = Cell(Text([], use=use, label=label))
            rows.append([(0, number), (1, Cell(Text([Run(self._words(3))])))])
        paper.blocks += [Table(rows, 2), self._text()]

    def _notes(self, paper: Paper) -> None:
        runs = [Run(self._words(3), note=self._words(4)) for _ in range(self._chance.randint(1, 3))]
        paper.blocks.append(Text([*runs, Run(self._words(2))]))

    def _changes(self, paper: Paper) -> None:
        runs = [Run(self._words(2)), Run(self._words(2), change="ins")]
        runs += [Run(self._words(2), change="del"), Run(self._words(2))]
        paper.blocks.append(Text(runs))

    def _abroad(self, paper: Paper) -> None:
        for bases in (ARABIC, HEBREW):
            paper.blocks.append(Text([Run(self._words(5, bases))], backwards=True))
        paper.blocks.append(Text([Run(self._words(4, CHINESE))]))

    def _box(self, paper: Paper) -> None:
        paper.blocks.append(Text([Run(self._words(4))], boxed=self._words(4)))

    def _formula(self, paper: Paper) -> None:
        paper.blocks.append(Text([Run(self._words(2))], formula=self._word("x")))


def spaced(runs: list[Run]) -> Iterable[tuple[Run, str]]:
    """Each run with the words it shows: a blank stands between runs."""
    for number, run in enumerate(runs):
        yield run, run.words if number == len(runs) - 1 else f"{run.words} "
