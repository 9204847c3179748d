"""Writes the papers of `benchmarks/fidelity_truth.py` as ODT, in raw XML."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from fidelity_docx import zipped
from fidelity_truth import SCHEMES, Paper, Run, Table, Text, spaced

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
OPEN = " ".join(
    f'xmlns:{short}="{OFFICE}{name}:1.0"'
    for short, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing")),
        *(("style", "style"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")),
        ("manifest", "manifest"),
    )
)
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
FORMULA = "application/vnd.oasis.opendocument.formula"
ODF_LOOKS = {
    "strong": 'fo:font-weight="bold"',
    "emphasis": 'fo:font-style="italic"',
    "underline": 'style:text-underline-style="solid"',
    "strike": 'style:text-line-through-style="solid"',
    "superscript": 'style:text-position="super 58%"',
    "subscript": 'style:text-position="sub 58%"',
}


class Odt:
    """One paper as OpenDocument."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.looks: dict[tuple[str, ...], str] = {}
        self.changes: list[str] = []
        self.begun: set[int] = set()
        self.formulas: dict[str, str] = {}

    def write(self, path: Path) -> Path:
        body = "".join(self.body())
        looks = "".join(
            f'<style:style style:name="{name}" style:family="text"><style:text-properties '
            f"{' '.join(ODF_LOOKS[s] for s in styles)}/></style:style>"
            for styles, name in self.looks.items()
        )
        changes = f"<text:tracked-changes>{''.join(self.changes)}</text:tracked-changes>"
        content = (
            f'<office:document-content {OPEN} {XLINK} office:version="1.3">'
            "<office:automatic-styles>"
            '<style:style style:name="R" style:family="paragraph"><style:paragraph-properties '
            'style:writing-mode="rl-tb"/></style:style>'
            f"{looks}{self.lists()}</office:automatic-styles><office:body><office:text>"
            f"{changes if self.changes else ''}{body}</office:text></office:body>"
            "</office:document-content>"
        )
        outline = "".join(
            f'<text:outline-level-style text:level="{n}" style:num-format="1" '
            f'text:display-levels="{n}"/>'
            for n in (1, 2)
        )
        kind = "application/vnd.oasis.opendocument.text"
        files = [("/", kind), ("content.xml", "text/xml"), ("styles.xml", "text/xml")]
        files += [(f"{name}/", FORMULA) for name in self.formulas]
        files += [(f"{name}/content.xml", "text/xml") for name in self.formulas]
        entries = "".join(
            f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{media}"/>'
            for name, media in files
        )
        parts = {
            "mimetype": kind,
            "content.xml": content,
            "styles.xml": f'<office:document-styles {OPEN} office:version="1.3"><office:styles>'
            f"<text:outline-style style:name='Outline'>{outline}</text:outline-style>"
            "</office:styles></office:document-styles>",
            "META-INF/manifest.xml": f"<manifest:manifest {OPEN}>{entries}</manifest:manifest>",
        }
        for name, formula in self.formulas.items():
            parts[f"{name}/content.xml"] = (
                f'<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>{formula}</mi></math>'
            )
        return zipped(path, parts)

    def lists(self) -> str:
        out = []
        for number, use in enumerate(self.paper.uses):
            levels = ""
            for depth, (form, before, after, shown) in enumerate(SCHEMES[use.scheme]):
                where = f'text:level="{depth + 1}"'
                if form == "•":
                    levels += f'<text:list-level-style-bullet {where} text:bullet-char="•"/>'
                else:
                    levels += (
                        f'<text:list-level-style-number {where} style:num-format="{form}" '
                        f'style:num-prefix="{before}" style:num-suffix="{after}" '
                        f'text:display-levels="{shown}"/>'
                    )
            out.append(f'<text:list-style style:name="L{number}">{levels}</text:list-style>')
        return "".join(out)

    def body(self) -> Iterable[str]:
        def use(block: Text | Table) -> int:
            return block.use if isinstance(block, Text) and not block.level else -1

        for number, group in groupby(self.paper.blocks, key=use):
            blocks = list(group)
            if number < 0:
                yield from (self.block(block) for block in blocks)
            else:
                yield self.item_list([block for block in blocks if isinstance(block, Text)], number)

    def item_list(self, items: list[Text], use: int) -> str:
        goes_on = ' text:continue-numbering="true"' if use in self.begun else ""
        self.begun.add(use)
        return f'<text:list text:style-name="L{use}"{goes_on}>{self.items(items, 0)}</text:list>'

    def items(self, items: list[Text], depth: int) -> str:
        out, place = "", 0
        while place < len(items):
            item, end = items[place], place + 1
            while end < len(items) and items[end].depth > depth:
                end += 1
            inner = items[place + 1 : end] if item.depth == depth else items[place:end]
            words = self.block(item) if item.depth == depth else ""
            if inner:
                words += f"<text:list>{self.items(inner, depth + 1)}</text:list>"
            out += f"<text:list-item>{words}</text:list-item>"
            place = end
        return out

    def block(self, block: Text | Table) -> str:
        if isinstance(block, Table):
            columns = f'<table:table-column table:number-columns-repeated="{block.width}"/>'
            return f"<table:table>{columns}{''.join(self.rows(block))}</table:table>"
        runs = "".join(self.run(run, words) for run, words in spaced(block.runs))
        if block.boxed:
            runs += (
                '<draw:frame text:anchor-type="char" svg:width="5cm"><draw:text-box><text:p>'
                f"{block.boxed}</text:p></draw:text-box></draw:frame>"
            )
        if block.formula:
            name = f"Object {len(self.formulas) + 1}"
            self.formulas[name] = block.formula
            runs += f'<draw:frame><draw:object xlink:href="./{name}"/></draw:frame>'
        if block.level:
            return f'<text:h text:outline-level="{block.level}">{runs}</text:h>'
        style = ' text:style-name="R"' if block.backwards else ""
        return f"<text:p{style}>{runs}</text:p>"

    def run(self, run: Run, words: str) -> str:
        if run.change:
            return self.change(run, words)
        if run.note:
            number = f"n{id(run)}"
            note = (
                f'<text:note text:id="{number}" text:note-class="footnote"><text:note-citation>1'
                f"</text:note-citation><text:note-body><text:p>{run.note}</text:p>"
                "</text:note-body></text:note>"
            )
            return f"{run.words}{note} "
        if not run.styles:
            return words
        name = self.looks.setdefault(run.styles, f"T{len(self.looks)}")
        return f'<text:span text:style-name="{name}">{words}</text:span>'

    def change(self, run: Run, words: str) -> str:
        name = f"c{len(self.changes)}"
        when = "<dc:date>2026-03-01T10:00:00</dc:date>"
        info = f"<office:change-info><dc:creator>A</dc:creator>{when}</office:change-info>"
        kept = f"<text:p>{words}</text:p>" if run.change == "del" else ""
        tag = "deletion" if run.change == "del" else "insertion"
        self.changes.append(
            f'<text:changed-region xml:id="{name}" text:id="{name}">'
            f"<text:{tag}>{info}{kept}</text:{tag}></text:changed-region>"
        )
        if run.change == "del":
            return f'<text:change text:change-id="{name}"/>'
        marks = [f'<text:change-{end} text:change-id="{name}"/>' for end in ("start", "end")]
        return f"{marks[0]}{words}{marks[1]}"

    def rows(self, table: Table) -> Iterable[str]:
        for row in table.rows:
            cells, out, column = dict(row), "", 0
            while column < table.width:
                if (cell := cells.get(column)) is None:
                    out, column = out + "<table:covered-table-cell/>", column + 1
                    continue
                inner = self.block(cell.text)
                if cell.text.use >= 0:
                    inner = self.item_list([cell.text], cell.text.use)
                spans = f'table:number-columns-spanned="{cell.columns}" '
                spans += f'table:number-rows-spanned="{cell.rows}"'
                out += f'<table:table-cell office:value-type="string" {spans}>{inner}'
                out += "</table:table-cell>" + "<table:covered-table-cell/>" * (cell.columns - 1)
                column += cell.columns
            yield f"<table:table-row>{out}</table:table-row>"
