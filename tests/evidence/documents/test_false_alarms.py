"""Ordinary files that look suspicious are not held, and dangerous ones beside them still are."""

import zipfile
from pathlib import Path

import pytest
from document_builders import changed, codes, paragraph, word_part, word_with
from test_read_other_kinds import open_document

from evidence.documents.errors import UnreadableFileError
from evidence.documents.read import read
from evidence.documents.renderers.text import to_text
from evidence.files.accepted_types import Kind
from evidence.files.zip_files import LARGEST_METAFILE
from evidence.intake.file_checks import inspect

MATHML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE math:math PUBLIC "-//OpenOffice.org//DTD '
    'Modified W3C MathML 1.01//EN" "math.dtd">\n<math:math '
    'xmlns:math="http://www.w3.org/1998/Math/MathML"><math:mi>x</math:mi></math:math>'
)
FORMULA = (
    '<text:p>Text <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame> end.</text:p>'
)
WHITE = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
STYLES = word_part(
    "styles",
    '<w:style w:type="paragraph" w:styleId="Banner"><w:pPr>'
    + SHADE.format(fill="1F3864")
    + "</w:pPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Banner"/></w:style>'
    '<w:style w:type="character" w:styleId="Label"><w:rPr>'
    + SHADE.format(fill="C00000")
    + "</w:rPr></w:style>"
    '<w:style w:type="table" w:styleId="Plain"/>'
    '<w:style w:type="table" w:styleId="Dark"><w:tblStylePr w:type="firstRow"><w:tcPr>'
    + SHADE.format(fill="000000")
    + "</w:tcPr></w:tblStylePr></w:style>",
)


def table(style: str) -> str:
    cell = f"<w:tc>{paragraph('Head', WHITE)}</w:tc>"
    return f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/></w:tblPr><w:tr>{cell}</w:tr></w:tbl>'


def styled(style: str) -> str:
    run = f"<w:r>{WHITE}<w:t>Head</w:t></w:r>"
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def shape(fill: str) -> str:
    inside = f"<w:txbxContent>{paragraph('Head', WHITE)}</w:txbxContent>"
    space = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    look = f'<wps:spPr {space}><a:solidFill><a:srgbClr val="{fill}"/></a:solidFill></wps:spPr>'
    box = f"<w:drawing><wps:wsp>{look}<wps:txbx>{inside}</wps:txbx></wps:wsp></w:drawing>"
    return f"{paragraph('Before.')}<w:p><w:r>{box}</w:r></w:p>"


def marked(properties: str) -> str:
    return paragraph("Head", WHITE.replace("</w:rPr>", f"{properties}</w:rPr>"))


ON_COLOUR = {
    "the style of the paragraph": styled("Banner"),
    "the style it is based on": styled("Child"),
    "the style of the letters": marked('<w:rStyle w:val="Label"/>'),
    "the letters": marked(SHADE.format(fill="C00000")),
    "a highlight": marked('<w:highlight w:val="blue"/>'),
    "the style of the table": table("Dark"),
    "a text box": shape("1F3864"),
    "an old text box": "<w:p><w:r><w:pict><v:shape fillcolor='navy'><v:textbox><w:txbxContent>"
    f"{paragraph('Head', WHITE)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
}
ON_WHITE = {
    "no colour": SHADE.format(fill="auto"),
    "white": SHADE.format(fill="FFFFFF"),
    "no highlight": '<w:highlight w:val="none"/>',
}


@pytest.mark.parametrize("where", ON_COLOUR)
def test_white_text_on_a_coloured_ground_is_not_faint(tmp_path: Path, where: str) -> None:
    reading = read(word_with(tmp_path, ON_COLOUR[where], {"word/styles.xml": STYLES}), "docx")

    assert "faint-text" not in codes(reading.findings)
    assert "Head" in to_text(reading.document)


@pytest.mark.parametrize("where", [*ON_WHITE, "a plain table", "a white box"])
def test_white_text_on_a_white_ground_holds_the_submission(tmp_path: Path, where: str) -> None:
    other = {"a plain table": table("Plain"), "a white box": shape("FFFFFF")}
    body = other[where] if where in other else marked(ON_WHITE[where])

    reading = read(word_with(tmp_path, body, {"word/styles.xml": STYLES}), "docx")

    assert codes(reading.findings)["faint-text"].words == "Head"


def test_formula_of_libreoffice_with_a_document_type_is_read(tmp_path: Path) -> None:
    path = changed(open_document(tmp_path, FORMULA), {"Object 1/content.xml": MATHML})

    reading = read(path, "odt")

    assert to_text(reading.document).startswith("1. Text x end.")
    assert "xml-entities" not in {finding.code for finding in inspect(path, Kind.ODT)}


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE math [<!ENTITY a "aaaa">]>',
        '<!DOCTYPE math SYSTEM "math.dtd" [<!ENTITY % a SYSTEM "x"> %a;]>',
        '<!DOCTYPE other SYSTEM "math.dtd">',
    ],
)
def test_document_type_that_declares_something_is_refused(tmp_path: Path, declaration: str) -> None:
    attack = f"{declaration}<math><mi>x</mi></math>"
    path = changed(open_document(tmp_path, FORMULA), {"Object 1/content.xml": attack})

    with pytest.raises(UnreadableFileError, match="damaged"):
        read(path, "odt")
    assert "xml-entities" in {finding.code for finding in inspect(path, Kind.ODT)}


def test_metafile_that_packs_tightly_is_no_bomb(tmp_path: Path) -> None:
    path = word_with(
        tmp_path, paragraph("Text."), {"word/media/image1.emf": bytes(LARGEST_METAFILE // 2)}
    )

    assert to_text(read(path, "docx").document) == "1. Text.\n"
    assert "zip-bomb" not in {finding.code for finding in inspect(path, Kind.DOCX)}


def test_metafile_beyond_its_limit_is_a_bomb_whatever_its_header_says(tmp_path: Path) -> None:
    large = {"word/media/image1.emf": bytes(LARGEST_METAFILE + 1)}
    path = word_with(tmp_path, paragraph("Text."), large)

    with pytest.raises(UnreadableFileError, match="unpacks to far more"):
        read(path, "docx")
    assert "zip-bomb" in {finding.code for finding in inspect(path, Kind.DOCX)}


RUBY = (
    "<w:r><w:ruby><w:rt><w:r><w:t>kan</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ('<w:fldSimple w:instr=" TITLE "><w:r><w:t>Inner</w:t></w:r></w:fldSimple>', "Inner"),
        ("<w:customXml><w:r><w:t>Inner</w:t></w:r></w:customXml>", "Inner"),
        ('<w:bdo w:val="rtl"><w:r><w:t>Inner</w:t></w:r></w:bdo>', "Inner"),
        ("<w:ins><w:r><w:t>Inner</w:t></w:r></w:ins>", "Inner"),
        (RUBY, "漢 (kan)"),
    ],
)
def test_words_in_fields_and_ruby_text_are_read(tmp_path: Path, markup: str, words: str) -> None:
    reading = read(word_with(tmp_path, f"<w:p>{markup}</w:p>"), "docx")

    assert to_text(reading.document) == f"1. {words}\n"
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_simple_field_with_an_address_stays_a_link(tmp_path: Path) -> None:
    field = (
        '<w:fldSimple w:instr=" HYPERLINK &quot;https://example.org/&quot; "><w:r><w:t>here</w:t>'
        "</w:r></w:fldSimple>"
    )

    [block] = read(word_with(tmp_path, f"<w:p>{field}</w:p>"), "docx").document.blocks

    assert [run.link for run in block.runs] == ["https://example.org/"]


def test_ruby_text_of_an_odt_is_read(tmp_path: Path) -> None:
    ruby = "<text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>kan</text:ruby-text>"

    reading = read(open_document(tmp_path, f"<text:p>A {ruby}</text:ruby> b.</text:p>"), "odt")

    assert to_text(reading.document) == "1. A 漢 (kan) b.\n"
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_archive_of_many_metafiles_is_still_limited(tmp_path: Path) -> None:
    many = {f"word/media/image{n}.emf": bytes(LARGEST_METAFILE - 1) for n in range(8)}
    path = word_with(tmp_path, paragraph("Text."))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in many.items():
            archive.writestr(name, content)

    with pytest.raises(UnreadableFileError, match="unpacks to far more"):
        read(path, "docx")
