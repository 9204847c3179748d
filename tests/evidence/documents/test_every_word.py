"""Whatever a file is made of, each of its words is in the document or in a finding."""

import itertools
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from document_builders import by_pandoc, changed, word_part
from hypothesis import given, settings
from hypothesis import strategies as some
from test_read_other_kinds import OPEN

from evidence.documents.read import read
from evidence.documents.readers.completeness import texts
from evidence.documents.renderers.text import to_text

# What may be around the words of a paragraph; "{}" are the words, "N" is a number.
WORD_WRAPPERS = {
    "": "{}",
    "bold": "{}",
    "inserted": '<w:ins w:id="1" w:author="A">{}</w:ins>',
    "moved here": '<w:moveTo w:id="1" w:author="A">{}</w:moveTo>',
    "deleted": '<w:del w:id="1" w:author="A">{}</w:del>',
    "field": '<w:fldSimple w:instr="TITLE">{}</w:fldSimple>',
    "control": "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "tag": '<w:smartTag w:element="x">{}</w:smartTag>',
    "xml": '<w:customXml w:element="x">{}</w:customXml>',
    "direction": '<w:bdo w:val="rtl">{}</w:bdo>',
    "link": '<w:hyperlink w:anchor="x">{}</w:hyperlink>',
    "ruby": "<w:r><w:ruby><w:rt>{}</w:rt><w:rubyBase><w:r><w:t>x</w:t></w:r></w:rubyBase>"
    "</w:ruby></w:r>",
    "box": "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent>"
    "</v:textbox></v:shape></w:pict></w:r>",
    "formula": "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>{}",
}
OPEN_WRAPPERS = {
    "": "{}",
    "span": '<text:span text:style-name="U">{}</text:span>',
    "hidden": '<text:span text:style-name="H">{}</text:span>',
    "link": '<text:a xlink:href="https://example.org/">{}</text:a>',
    "note": '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
    "<text:note-body><text:p>{}</text:p></text:note-body></text:note>",
    "comment": "<office:annotation><text:p>{}</text:p></office:annotation>",
    "ruby": "<text:ruby><text:ruby-base>x</text:ruby-base><text:ruby-text>{}</text:ruby-text>"
    "</text:ruby>",
    "box": "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>",
    "field": '<text:user-defined text:name="x">{}</text:user-defined>',
    "bookmark": '<text:bookmark-start text:name="x"/>{}<text:bookmark-end text:name="x"/>',
}
RICH_WRAPPERS = {
    "": "{}",
    "bold": r"{{\b {}}}",
    "hidden": r"{{\v {}}}",
    "deleted": r"{{\deleted {}}}",
    "note": r"{{\footnote \pard\plain {}}}",
    "box": r"{{\shp{{\*\shpinst{{\shptxt \pard {}\par}}}}}}",
    "field": r"{{\field{{\*\fldinst TITLE}}{{\fldrslt {}}}}}",
    "comment": r"{{\*\annotation \pard {}}}",
    "unicode": r"\u233?{}",
    "link": r'{{\field{{\*\fldinst HYPERLINK "https://example.org/"}}{{\fldrslt {}}}}}',
}
WORD_BLOCKS = {
    "paragraph": "<w:p>{}</w:p>",
    "heading": '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{}</w:p>',
    "title": '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{}</w:p>',
    "item": '<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    "{}</w:p>",
    "cell": "<w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>",
    "quotation": '<w:p><w:pPr><w:ind w:left="900"/></w:pPr>{}</w:p>',
    "control": "<w:sdt><w:sdtContent><w:p>{}</w:p></w:sdtContent></w:sdt>",
    "xml": '<w:customXml w:element="x"><w:p>{}</w:p></w:customXml>',
}
OPEN_BLOCKS = {
    "paragraph": "<text:p>{}</text:p>",
    "bold": '<text:p text:style-name="B">{}</text:p>',
    "heading": '<text:h text:outline-level="2">{}</text:h>',
    "item": "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
    "title of a list": "<text:list><text:list-header><text:p>{}</text:p></text:list-header>"
    "</text:list>",
    "cell": "<table:table><table:table-column/><table:table-row><table:table-cell><text:p>{}"
    "</text:p></table:table-cell></table:table-row></table:table>",
    "section": '<text:section text:name="x"><text:p>{}</text:p></text:section>',
    "contents": "<text:table-of-content><text:index-body><text:index-title><text:p>{}</text:p>"
    "</text:index-title></text:index-body></text:table-of-content>",
}
RICH_BLOCKS = {
    "paragraph": "\\pard {}\\par\n",
    "heading": "\\pard\\outlinelevel0 {}\\par\n",
    "item": "{{\\listtext 1.\\tab}}\\pard\\ls1\\li720 {}\\par\n",
    "cell": "\\trowd\\cellx900\\cellx1800\\pard\\intbl {}\\cell\\pard\\intbl\\cell\\row\n",
    "inner cell": "\\pard\\intbl\\itap2 {}\\nestcell{{\\*\\nesttableprops\\trowd\\cellx900"
    "\\nestrow}}\\pard\\intbl\\cell\\trowd\\cellx1800\\row\n",
    "break": "\\pard {}\\page\\sect\n",
}
OPEN_STYLES = (
    '<style:style style:name="U" style:family="text"><style:text-properties '
    'style:text-underline-style="solid"/></style:style><style:style style:name="H" '
    'style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="B" style:family="paragraph"><style:text-properties '
    'style:text-underline-style="solid"/></style:style>'
)
NUMBERING = word_part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt '
    'w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum><w:num w:numId="1">'
    '<w:abstractNumId w:val="0"/></w:num>',
)
Structure = list[tuple[str, list[tuple[str, str]]]]


def structures(blocks: dict[str, str], wrappers: dict[str, str]) -> some.SearchStrategy[Structure]:
    """Blocks of inlines, each inside two wrappers."""
    names = some.sampled_from(sorted(wrappers))
    inlines = some.lists(some.tuples(names, names), min_size=1, max_size=4)
    return some.lists(
        some.tuples(some.sampled_from(sorted(blocks)), inlines), min_size=1, max_size=6
    )


def written(
    structure: Structure, blocks: dict[str, str], wrapped: Callable[[str, str, str], str]
) -> tuple[str, list[str]]:
    """The markup, and its words, each of which stands there once."""
    words: Iterator[str] = (f"kite{number:03}" for number in itertools.count(1))
    used: list[str] = []
    body = ""
    for block, inlines in structure:
        inside = ""
        for outer, inner in inlines:
            used.append(next(words))
            inside += wrapped(outer, inner, used[-1])
        body += blocks[block].format(inside)
    return body, used


@cache
def base(kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return by_pandoc(Path(folder), "placeholder", kind).read_bytes()


def assert_no_word_is_lost(kind: str, content: Callable[[Path], Path], words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"made.{kind}"
        if kind != "rtf":
            path.write_bytes(base(kind))
        reading = read(content(path), kind)
    shown = [to_text(reading.document), *texts(reading.document)]
    shown += [finding.words for finding in reading.findings]
    assert set(words) <= set(re.findall(r"kite\d{3}", " ".join(shown)))


FEW = settings(max_examples=25, deadline=None)


@FEW
@given(structures(WORD_BLOCKS, WORD_WRAPPERS))
def test_every_word_of_a_docx_is_in_the_document_or_a_finding(structure: Structure) -> None:
    def wrapped(outer: str, inner: str, word: str) -> str:
        tag = "delText" if "deleted" in {outer, inner} else "t"
        look = "<w:rPr><w:b/></w:rPr>" if "bold" in {outer, inner} else ""
        run = f'<w:r>{look}<w:{tag} xml:space="preserve">{word} </w:{tag}></w:r>'
        return WORD_WRAPPERS[outer].format(WORD_WRAPPERS[inner].format(run))

    body, words = written(structure, WORD_BLOCKS, wrapped)
    document = word_part(
        "document", f"<w:body><w:p><w:r><w:t>Text.</w:t></w:r></w:p>{body}</w:body>"
    )
    parts = {"word/document.xml": document, "word/numbering.xml": NUMBERING}
    assert_no_word_is_lost("docx", lambda path: changed(path, parts), words)


@FEW
@given(structures(OPEN_BLOCKS, OPEN_WRAPPERS))
def test_every_word_of_an_odt_is_in_the_document_or_a_finding(structure: Structure) -> None:
    def wrapped(outer: str, inner: str, word: str) -> str:
        return OPEN_WRAPPERS[outer].format(OPEN_WRAPPERS[inner].format(f"{word} "))

    body, words = written(structure, OPEN_BLOCKS, wrapped)
    content = (
        f"<office:document-content {OPEN}><office:automatic-styles>{OPEN_STYLES}"
        f"</office:automatic-styles><office:body><office:text><text:p>Text.</text:p>{body}"
        "</office:text></office:body></office:document-content>"
    )
    assert_no_word_is_lost("odt", lambda path: changed(path, {"content.xml": content}), words)


@FEW
@given(structures(RICH_BLOCKS, RICH_WRAPPERS))
def test_every_word_of_an_rtf_is_in_the_document_or_a_finding(structure: Structure) -> None:
    def wrapped(outer: str, inner: str, word: str) -> str:
        return RICH_WRAPPERS[outer].format(RICH_WRAPPERS[inner].format(f"{word} "))

    body, words = written(structure, RICH_BLOCKS, wrapped)

    def made(path: Path) -> Path:
        path.write_bytes(b"{\\rtf1\\ansi Text.\\par\n" + body.encode("ascii") + b"}")
        return path

    assert_no_word_is_lost("rtf", made, words)
