"""Writes the papers of `benchmarks/fidelity_truth.py` as RTF."""

from collections.abc import Iterable
from pathlib import Path

from fidelity_truth import SCHEMES, Cell, Paper, Run, Table, Text, spaced

RTF_LOOKS = {
    "strong": "\\b", "emphasis": "\\i", "underline": "\\ul", "strike": "\\strike",
    "superscript": "\\super", "subscript": "\\sub",
}  # fmt: skip
RTF_FORMS = {"1": 0, "I": 1, "i": 2, "A": 3, "a": 4, "•": 23}


class Rtf:
    """One paper as Rich Text. Half of the papers show the labels of their items, as Word does."""

    def __init__(self, paper: Paper, *, shows_labels: bool) -> None:
        self.paper = paper
        self.shows_labels = shows_labels

    def write(self, path: Path) -> Path:
        body = "".join(self.block(block) for block in self.paper.blocks)
        styles = r"{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2\outlinelevel1 heading 2;}"
        head = rf"{{\fonttbl{{\f0 Times;}}}}{{\stylesheet{styles}}}{self.lists()}"
        path.write_text(rf"{{\rtf1\ansi\deff0{head}{body}}}")
        return path

    def lists(self) -> str:
        lists, uses = "", ""
        for number, use in enumerate(self.paper.uses):
            levels = ""
            for depth, (form, before, after, shown) in enumerate(SCHEMES[use.scheme]):
                places = range(max(0, depth + 1 - shown), depth + 1)
                parts = ".".join(rf"\'{place:02x}" for place in places)
                text = r"\u8226 ?" if form == "•" else before + parts + after
                length = 1 if form == "•" else len(before) + len(after) + 2 * len(places) - 1
                levels += (
                    rf"{{\listlevel\levelnfc{RTF_FORMS[form]}\levelnfcn{RTF_FORMS[form]}"
                    rf"\levelstartat1\levelfollow0{{\leveltext\'{length:02x}{text};}}"
                    rf"{{\levelnumbers{self.numbers(before, len(places), form)};}}"
                    rf"\fi-360\li{720 * (depth + 1)}}}"
                )
            lists += rf"{{\list\listtemplateid{number + 1}{levels}\listid{number + 1}}}"
            uses += rf"{{\listoverride\listid{number + 1}\listoverridecount0\ls{number + 1}}}"
        return rf"{{\*\listtable{lists}}}{{\*\listoverridetable{uses}}}"

    def numbers(self, before: str, count: int, form: str) -> str:
        if form == "•":
            return ""
        return "".join(rf"\'{len(before) + 1 + 2 * n:02x}" for n in range(count))

    def text(self, words: str) -> str:
        return "".join(letter if ord(letter) < 128 else rf"\u{ord(letter)}?" for letter in words)

    def block(self, block: Text | Table, end: str = r"\par ", inside: str = "") -> str:
        if isinstance(block, Table):
            return "".join(self.rows(block)) + r"\pard "
        place = rf"\ls{block.use + 1}\ilvl{block.depth}\fi-360\li{720 * (block.depth + 1)}"
        look = rf"\s{block.level}\outlinelevel{block.level - 1}" if block.level else ""
        shown = rf"{{\listtext {self.text(block.label)}\tab}}" if self.shows_labels else ""
        label = shown + r"\pard\plain" + inside + look + place if block.use >= 0 else ""
        start = label or r"\pard\plain" + inside + look + (r"\rtlpar" if block.backwards else "")
        runs = "".join(self.run(run, words) for run, words in spaced(block.runs))
        if block.boxed:
            runs += rf"{{\shp{{\*\shpinst{{\shptxt \pard {block.boxed}\par}}}}}}"
        return f"{start} {runs}{end}"

    def run(self, run: Run, words: str) -> str:
        text = self.text(words)
        if run.change:
            return rf"{{{chr(92)}{'deleted' if run.change == 'del' else 'revised'} {text}}}"
        if run.note:
            note = (
                rf"{{\super\chftn{{\footnote\pard\plain {{\super\chftn}} {self.text(run.note)}}}}}"
            )
            return f"{self.text(run.words)}{note} "
        looks = "".join(RTF_LOOKS[style] for style in run.styles)
        return f"{{{looks} {text}}}" if looks else text

    def rows(self, table: Table) -> Iterable[str]:
        below: dict[int, Cell] = {}
        for row in table.rows:
            cells, shape, words, column = dict(row), r"\trowd", "", 0
            while column < table.width:
                cell = cells.get(column) or below.pop(column)
                if column in cells and cell.rows > 1:
                    shape, below[column] = shape + r"\clvmgf", cell
                elif column not in cells:
                    shape += r"\clvmrg"
                text = cell.text if column in cells else Text([])
                words += self.block(text, end=r"\cell ", inside=r"\intbl")
                column += cell.columns
                shape += rf"\cellx{2000 * column}"
            yield rf"{shape} {words}\row "
