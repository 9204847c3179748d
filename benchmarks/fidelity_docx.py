"""Writes the papers of `benchmarks/fidelity_truth.py` as DOCX, in raw XML."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from fidelity_truth import SCHEMES, Cell, Paper, Run, Table, Text, spaced

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{REL}" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
LOOKS = {
    "strong": "<w:b/>",
    "emphasis": "<w:i/>",
    "underline": '<w:u w:val="single"/>',
    "strike": "<w:strike/>",
    "superscript": '<w:vertAlign w:val="superscript"/>',
    "subscript": '<w:vertAlign w:val="subscript"/>',
}


def zipped(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


class Docx:
    """One paper as WordprocessingML."""

    def __init__(self, paper: Paper) -> None:
        self.notes: list[str] = []
        self.paper = paper

    def write(self, path: Path) -> Path:
        body = "".join(self.block(block) for block in self.paper.blocks)
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
        parts = ("document.main", "styles", "numbering", "footnotes")
        types = "".join(
            f'<Override PartName="/word/{part.split(".")[0]}.xml" ContentType="{kind}.{part}+xml"/>'
            for part in parts
        )
        rels = "".join(
            f'<Relationship Id="r{n}" Type="{REL}/{part}" Target="{part}.xml"/>'
            for n, part in enumerate(parts[1:])
        )
        main = f'<Relationship Id="r" Type="{REL}/officeDocument" Target="word/document.xml"/>'
        return zipped(
            path,
            {
                "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default '
                'Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                f"{types}</Types>",
                "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{main}'
                "</Relationships>",
                "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
                f"{rels}</Relationships>",
                "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
                "word/styles.xml": f"<w:styles {NAMES}>{self.styles()}</w:styles>",
                "word/numbering.xml": f"<w:numbering {NAMES}>{self.lists()}</w:numbering>",
                "word/footnotes.xml": f"<w:footnotes {NAMES}>{''.join(self.notes)}</w:footnotes>",
            },
        )

    def styles(self) -> str:
        return "".join(
            f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/>'
            f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr></w:style>'
            for n in (1, 2)
        )

    def lists(self) -> str:
        out, uses = [], []
        for number, use in enumerate(self.paper.uses):
            levels = []
            for depth, (form, before, after, shown) in enumerate(SCHEMES[use.scheme]):
                places = range(max(0, depth + 1 - shown), depth + 1)
                text = (
                    "•" if form == "•" else before + ".".join(f"%{n + 1}" for n in places) + after
                )
                levels.append(
                    f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="'
                    f'{FORMS.get(form, "bullet")}"/><w:lvlText w:val="{text}"/><w:pPr><w:ind '
                    f'w:left="{720 * (depth + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
                )
            out.append(
                f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'
            )
            uses.append(
                f'<w:num w:numId="{number + 1}"><w:abstractNumId w:val="{number}"/></w:num>'
            )
        return "".join((*out, *uses))

    def block(self, block: Text | Table) -> str:
        if isinstance(block, Table):
            grid = '<w:gridCol w:w="2000"/>' * block.width
            return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(self.rows(block))}</w:tbl>"
        style = f'<w:pStyle w:val="Heading{block.level}"/>' if block.level else ""
        place = f'<w:ilvl w:val="{block.depth}"/><w:numId w:val="{block.use + 1}"/>'
        place = f"<w:numPr>{place}</w:numPr>" if block.use >= 0 else ""
        turned = "<w:bidi/>" if block.backwards else ""
        runs = "".join(self.run(run, words) for run, words in spaced(block.runs))
        if block.boxed:
            inner = f"<w:p>{self.plain(block.boxed)}</w:p>"
            runs += (
                "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
                f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
            )
        if block.formula:
            runs += f"<m:oMath><m:r><m:t>{block.formula}</m:t></m:r></m:oMath>"
        return f"<w:p><w:pPr>{style}{place}{turned}</w:pPr>{runs}</w:p>"

    def plain(self, words: str, looks: str = "", tag: str = "t") -> str:
        text = f'<w:{tag} xml:space="preserve">{escape(words)}</w:{tag}>'
        return f"<w:r><w:rPr>{looks}</w:rPr>{text}</w:r>"

    def run(self, run: Run, words: str) -> str:
        made = self.plain(words, "".join(LOOKS[s] for s in run.styles))
        if run.change:
            tag = "delText" if run.change == "del" else "t"
            made = self.plain(words, tag=tag)
            who = 'w:id="9" w:author="A" w:date="2026-03-01T10:00:00Z"'
            made = f"<w:{run.change} {who}>{made}</w:{run.change}>"
        if run.note:
            number = len(self.notes) + 1
            self.notes.append(
                f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r>'
                f"{self.plain(run.note)}</w:p></w:footnote>"
            )
            made = self.plain(run.words) + (
                f'<w:r><w:footnoteReference w:id="{number}"/></w:r>{self.plain(" ")}'
            )
        return made

    def rows(self, table: Table) -> Iterable[str]:
        below: dict[int, Cell] = {}
        for row in table.rows:
            cells = dict(row)
            out, column = "", 0
            while column < table.width:
                cell = cells.get(column) or below.pop(column)
                is_new = column in cells
                merge = "" if cell.rows == 1 else "<w:vMerge/>"
                if is_new and cell.rows > 1:
                    merge, below[column] = '<w:vMerge w:val="restart"/>', cell
                text = self.block(cell.text) if is_new else "<w:p/>"
                span = f'<w:gridSpan w:val="{cell.columns}"/>'
                out += f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{text}</w:tc>"
                column += cell.columns
            yield f"<w:tr>{out}</w:tr>"
