"""Word files are read into the document: nothing hidden, nothing lost."""

import io
import zipfile
from pathlib import Path

import pytest
from document_builders import by_pandoc, changed, codes, paragraph, photograph, word_part, word_with
from PIL import Image as Picture

from evidence.documents.document import STYLES, Heading, Image, ListBlock, Paragraph, Table, plain
from evidence.documents.read import read
from evidence.documents.renderers.text import to_text
from evidence.findings import Location

VANISH = "<w:rPr><w:vanish/></w:rPr>"
BOX = (
    '<w:p><w:r><w:t>Before the box.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps">'
    "<w:drawing><wps:wsp><wps:txbx><w:txbxContent>{words}</w:txbxContent></wps:txbx></wps:wsp>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{words}"
    "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)


def test_plain_letter_is_read_without_loss(tmp_path: Path) -> None:
    markdown = (
        "# Head\n\nOne *two* **three**[^1].\n\n- four\n\n1. five\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n> six\n\n"
        "seven H~2~O x^2^ ~~gone~~ [small]{.smallcaps} [under]{.underline}\n\n[^1]: A note.\n"
    )

    reading = read(by_pandoc(tmp_path, markdown, "docx"), "docx")

    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    kinds = [type(block).__name__ for block in reading.document.blocks]
    assert kinds == [
        "Heading",
        "Paragraph",
        "ListBlock",
        "ListBlock",
        "Table",
        "Quote",
        "Paragraph",
    ]
    paragraphs = [block for block in reading.document.blocks if isinstance(block, Paragraph)]
    styles = {style for block in paragraphs for run in block.runs for style in run.styles}
    assert styles == set(STYLES) - {"code", "formula"}
    assert reading.words == 19


def test_only_top_level_paragraphs_are_numbered(tmp_path: Path) -> None:
    markdown = "First.\n\n# Head\n\nSecond.\n\n- item\n\n| cell |\n|---|\n| one |\n\nThird.\n"

    document = read(by_pandoc(tmp_path, markdown, "docx"), "docx").document

    numbers = {plain(b.runs): b.number for b in document.blocks if isinstance(b, Paragraph)}
    assert numbers == {"First.": 1, "Second.": 2, "Third.": 3}
    listed = next(block for block in document.blocks if isinstance(block, ListBlock))
    assert listed.items[0][0] == Paragraph(listed.items[0][0].runs, 0)


def test_paragraphs_formatted_as_a_numbered_list_are_paragraphs_again(tmp_path: Path) -> None:
    long = "word " * 40
    markdown = f"Opening.\n\n1. {long}\n\n    - point\n\n2. {long}\n\n# Head\n\n1. short\n2. list\n"

    reading = read(by_pandoc(tmp_path, markdown, "docx"), "docx")

    kinds = [type(block).__name__ for block in reading.document.blocks]
    assert kinds == ["Paragraph", "Paragraph", "ListBlock", "Paragraph", "Heading", "ListBlock"]
    assert [b.number for b in reading.document.blocks if isinstance(b, Paragraph)] == [1, 2, 3]
    assert codes(reading.findings)["list-numbered"].severity == "info"


def test_title_and_author_lines_are_kept(tmp_path: Path) -> None:
    markdown = (
        "---\ntitle: The title\nauthor: [A. Name, B. Name]\ndate: May 2026\n"
        "abstract: In short.\n---\n\nText.\n"
    )

    reading = read(by_pandoc(tmp_path, markdown, "docx"), "docx")

    assert isinstance(reading.document.blocks[0], Heading)
    for words in ("The title", "A. Name", "B. Name", "May 2026", "In short.", "Text."):
        assert words in to_text(reading.document)
    assert "words-missing" not in codes(reading.findings)


def test_hidden_text_is_removed_and_holds_the_submission(tmp_path: Path) -> None:
    path = word_with(tmp_path, paragraph("Seen.") + paragraph("Secret name", VANISH))

    reading = read(path, "docx")

    assert "Secret" not in to_text(reading.document)
    hidden = codes(reading.findings)["hidden-text"]
    assert (hidden.severity, hidden.words) == ("hold", "Secret name")


@pytest.mark.parametrize("markup", ["w:val='0'", "w:val='false'"])
def test_text_marked_as_not_hidden_is_read(tmp_path: Path, markup: str) -> None:
    path = word_with(tmp_path, paragraph("Seen.", f"<w:rPr><w:vanish {markup}/></w:rPr>"))

    assert read(path, "docx").findings == () or "hidden-text" not in codes(
        read(path, "docx").findings
    )


def test_text_hidden_by_a_style_or_its_base_style_is_found(tmp_path: Path) -> None:
    styles = word_part(
        "styles",
        '<w:style w:type="character" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Child"><w:basedOn w:val="Ghost"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="GhostLine"><w:rPr><w:vanish/></w:rPr></w:style>',
    )
    body = (
        paragraph("Seen.")
        + paragraph("charstyle", '<w:rPr><w:rStyle w:val="Child"/></w:rPr>')
        + '<w:p><w:pPr><w:pStyle w:val="GhostLine"/></w:pPr><w:r><w:t>parstyle</w:t></w:r></w:p>'
    )

    reading = read(word_with(tmp_path, body, {"word/styles.xml": styles}), "docx")

    assert to_text(reading.document) == "1. Seen.\n"
    assert codes(reading.findings)["hidden-text"].words == "charstyle … parstyle"


@pytest.mark.parametrize("look", ['<w:color w:val="ffffff"/>', '<w:sz w:val="2"/>'])
def test_invisible_letters_hold_the_submission(tmp_path: Path, look: str) -> None:
    path = word_with(tmp_path, paragraph("Seen.") + paragraph("Faint", f"<w:rPr>{look}</w:rPr>"))

    finding = codes(read(path, "docx").findings)["faint-text"]

    assert (finding.severity, finding.words) == ("hold", "Faint")


def test_white_text_on_a_dark_cell_is_not_hidden(tmp_path: Path) -> None:
    white = paragraph("Head", '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>')
    cell = f'<w:tc><w:tcPr><w:shd w:val="clear" w:fill="000000"/></w:tcPr>{white}</w:tc>'
    path = word_with(tmp_path, f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")

    assert "faint-text" not in codes(read(path, "docx").findings)


@pytest.mark.parametrize("grid", ["", "<w:tblGrid/>", "<w:tblGrid><w:gridCol/></w:tblGrid>"])
def test_table_whose_grid_is_incomplete_keeps_every_cell(tmp_path: Path, grid: str) -> None:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("wide")}</w:tc>'
    cells = "".join(f"<w:tc>{paragraph(words)}</w:tc>" for words in ("a", "b", "c"))
    rows = f"<w:tr>{wide}<w:tc>{paragraph('d')}</w:tc></w:tr><w:tr>{cells}</w:tr>"

    reading = read(word_with(tmp_path, f"<w:tbl>{grid}{rows}</w:tbl>"), "docx")

    [table] = reading.document.blocks
    assert isinstance(table, Table)
    assert [[cell.columns for cell in row] for row in (*table.header, *table.rows)] == [
        [2, 1],
        [1, 1, 1],
    ]
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_charts_diagrams_and_embedded_files_are_reported(tmp_path: Path) -> None:
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    parts = {
        "word/charts/chart1.xml": f"<c {drawing}><a:t>Fees by year</a:t></c>",
        "word/diagrams/data1.xml": f"<d {drawing}><a:t>Who reports to whom</a:t></d>",
        "word/embeddings/sheet1.xlsx": b"PK",
    }

    findings = read(word_with(tmp_path, paragraph("Text."), parts), "docx").findings

    pairs = {(finding.code, finding.words) for finding in findings}
    assert pairs >= {
        ("drawing-left-out", "Fees by year"),
        ("drawing-left-out", "Who reports to whom"),
        ("embedded-left-out", "sheet1.xlsx"),
    }


def test_formulas_are_kept_as_notation_and_reported(tmp_path: Path) -> None:
    reading = read(by_pandoc(tmp_path, "Let $E = mc^2$ be.", "docx"), "docx")

    assert "mc^{2}" in to_text(reading.document)
    assert codes(reading.findings)["formula"].severity == "warn"
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    body = BOX.format(words=paragraph("Boxed words.")) + paragraph("After.")

    reading = read(word_with(tmp_path, body), "docx")

    assert to_text(reading.document).count("Boxed words.") == 1
    assert codes(reading.findings)["text-box-carried"].words == "Boxed words."
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_nested_text_boxes_are_read_in_order(tmp_path: Path) -> None:
    body = BOX.format(words=BOX.format(words=paragraph("Inner.")) + paragraph("Outer end."))

    text = to_text(read(word_with(tmp_path, body), "docx").document)

    assert text.count("Inner.") == 1
    assert text.index("Inner.") < text.index("Outer end.")


def test_word_art_is_read(tmp_path: Path) -> None:
    art = '<w:pict><v:shape><v:textpath string="Curved words"/></v:shape></w:pict>'
    body = paragraph("Text.") + f"<w:p><w:r>{art}</w:r></w:p>"

    reading = read(word_with(tmp_path, body), "docx")

    assert "Curved words" in to_text(reading.document)


def test_tracked_changes_are_applied_and_reported(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Kept </w:t></w:r>'
        '<w:ins w:id="1" w:author="A"><w:r><w:t>added</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="A"><w:r><w:delText>struck words</w:delText></w:r></w:del></w:p>'
    )

    reading = read(word_with(tmp_path, body), "docx")

    by_code = codes(reading.findings)
    assert to_text(reading.document) == "1. Kept added\n"
    assert by_code["insertion-accepted"].words == "added"
    assert by_code["deletion-dropped"].words == "struck words"


def test_headers_footers_and_comments_are_left_out_and_reported(tmp_path: Path) -> None:
    comment = f'<w:comment w:id="0" w:author="B. Reviewer">{paragraph("Not sure")}</w:comment>'
    parts = {
        "word/header1.xml": word_part("hdr", paragraph("CONFIDENTIAL, my address")),
        "word/footer1.xml": word_part("ftr", paragraph("Page 1 of 2")),
        "word/comments.xml": word_part("comments", comment),
    }

    by_code = codes(read(word_with(tmp_path, paragraph("Text."), parts), "docx").findings)

    assert by_code["header-left-out"].words == "CONFIDENTIAL, my address"
    assert (by_code["header-left-out"].severity, by_code["footer-left-out"].severity) == (
        "warn",
        "info",
    )
    assert by_code["comment-left-out"].words == "Not sure"
    assert by_code["comment-left-out"].location == Location("comment", name="B. Reviewer")


def test_author_names_of_the_file_are_reported_and_left_out(tmp_path: Path) -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:creator>Zhang Hidden</dc:creator></cp:coreProperties>"
    )

    reading = read(word_with(tmp_path, paragraph("Text."), {"docProps/core.xml": core}), "docx")

    finding = codes(reading.findings)["metadata-left-out"]
    assert (finding.severity, finding.words, finding.location) == (
        "info",
        "Zhang Hidden",
        Location("author"),
    )
    assert b"Zhang" not in reading.document.to_json()


def test_words_lost_by_pandoc_are_found(tmp_path: Path) -> None:
    orphan = f'<w:footnote w:id="99">{paragraph("Unreferenced words")}</w:footnote>'
    parts = {"word/footnotes.xml": word_part("footnotes", orphan)}

    by_code = codes(read(word_with(tmp_path, paragraph("Text."), parts), "docx").findings)

    assert by_code["words-missing"].words == "Unreferenced words"
    assert by_code["words-missing"].location == Location("footnote")


def test_symbol_font_bullets_become_unicode_bullets(tmp_path: Path) -> None:
    reading = read(word_with(tmp_path, paragraph("\uf0b7 point \ue123 end\u202e")), "docx")

    assert to_text(reading.document) == "1. • point □ end\n"


def test_unsafe_links_become_plain_text(tmp_path: Path) -> None:
    markdown = "[good](https://example.org/) [bad](javascript:alert(1)) [file](file:///etc/passwd)"

    reading = read(by_pandoc(tmp_path, markdown, "docx"), "docx")

    block = reading.document.blocks[0]
    assert isinstance(block, Paragraph)
    assert {run.link for run in block.runs} == {"", "https://example.org/"}
    assert plain(block.runs) == "good bad file"
    assert "javascript:alert(1)" in codes(reading.findings)["link-left-out"].words


def test_pictures_lose_their_metadata(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(photograph())
    path = by_pandoc(tmp_path, "Text.\n\n![A view](photo.jpg)\n", "docx")

    reading = read(path, "docx")

    [content] = reading.images.values()
    assert b"SpyCamera" not in content
    assert not Picture.open(io.BytesIO(content)).getexif()
    image = next(block for block in reading.document.blocks if isinstance(block, Image))
    assert (image.alt, image.name in reading.images) == ("A view", True)


def test_unreadable_picture_is_reported(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(photograph())
    path = by_pandoc(tmp_path, "Text.\n\n![A view](photo.jpg)\n", "docx")
    with zipfile.ZipFile(path) as archive:
        media = next(name for name in archive.namelist() if name.startswith("word/media/"))

    reading = read(changed(path, {media: b"\x01\x00\x00\x00EMF"}), "docx")

    assert reading.images == {}
    finding = codes(reading.findings)["picture-left-out"]
    assert (finding.words, finding.location.name) == ("A view", media.removeprefix("word/"))


def test_picture_missing_from_the_text_is_reported(tmp_path: Path) -> None:
    path = word_with(tmp_path, paragraph("Text."), {"word/media/image9.png": photograph()})

    finding = codes(read(path, "docx").findings)["picture-not-shown"]
    assert finding.location == Location("picture", name="image9.png")


def test_typst_and_html_code_in_the_text_stays_text(tmp_path: Path) -> None:
    hostile = '#read("/etc/passwd") &lt;script&gt;alert(1)&lt;/script&gt; $x$ \\(y\\)'

    reading = read(word_with(tmp_path, paragraph(hostile)), "docx")

    block = reading.document.blocks[0]
    assert isinstance(block, Paragraph)
    assert plain(block.runs) == '#read("/etc/passwd") <script>alert(1)</script> $x$ \\(y\\)'


def test_merged_cells_keep_their_spans(tmp_path: Path) -> None:
    row = (
        '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
        + paragraph("wide")
        + "</w:tc></w:tr>"
        "<w:tr><w:tc>" + paragraph("left") + "</w:tc><w:tc>" + paragraph("right") + "</w:tc></w:tr>"
    )
    grid = '<w:tblGrid><w:gridCol w:w="100"/><w:gridCol w:w="100"/></w:tblGrid>'

    document = read(word_with(tmp_path, f"<w:tbl>{grid}{row}</w:tbl>"), "docx").document

    [table] = [block for block in document.blocks if isinstance(block, Table)]
    assert (*table.header, *table.rows)[0][0].columns == 2
