"""DOCX in "Strict Open XML" (ISO/IEC 29500-1) are read and checked as those that Word writes."""

import re
import zipfile
from pathlib import Path

import pytest
from document_builders import by_pandoc, changed, codes, paragraph, word_part, word_with

from evidence.documents.document import Heading, ListBlock, Table
from evidence.documents.read import read
from evidence.documents.readers.strict_open_xml import transitional
from evidence.documents.renderers.text import to_text
from evidence.files.accepted_types import Kind
from evidence.files.file_types import kind_of
from evidence.findings import Location
from evidence.intake.file_checks import inspect

STRICT = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": (
        "http://purl.oclc.org/ooxml/wordprocessingml/main"
    ),
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": (
        "http://purl.oclc.org/ooxml/officeDocument/extendedProperties"
    ),
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships/extendedProperties"
    ),
    "http://schemas.openxmlformats.org/officeDocument/2006/math": (
        "http://purl.oclc.org/ooxml/officeDocument/math"
    ),
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    "http://schemas.openxmlformats.org/drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
}
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:creator>Zhang Hidden</dc:creator></cp:coreProperties>"
)
CHANGES = (
    '<w:p><w:r><w:t xml:space="preserve">Kept </w:t></w:r>'
    '<w:ins w:id="1" w:author="A"><w:r><w:t>added</w:t></w:r></w:ins>'
    '<w:del w:id="2" w:author="A"><w:r><w:delText>struck words</w:delText></w:r></w:del></w:p>'
)
SMALL = '<w:rPr><w:sz w:val="1pt"/></w:rPr>'


def strict(path: Path, encoding: str = "utf-8") -> Path:
    """The same file with the namespaces and relationship types of Strict Open XML."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
            text = content.decode()
            for usual, ours in STRICT.items():
                text = text.replace(usual, ours)
            if encoding != "utf-8":
                text = re.sub(r"<\?xml[^>]*\?>", "", text)
            parts[name] = text.encode(encoding)
    return changed(path, parts)


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A strict DOCX with hidden text, tracked changes, a comment, small print and an author."""
    body = CHANGES + paragraph("Secret", "<w:rPr><w:vanish/></w:rPr>") + paragraph("Small", SMALL)
    comment = f'<w:comment w:id="0" w:author="B. R.">{paragraph("Not sure")}</w:comment>'
    parts = {"word/comments.xml": word_part("comments", comment), "docProps/core.xml": CORE}
    return strict(word_with(tmp_path, body, parts))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_strict_document_is_read_like_any_other(tmp_path: Path, encoding: str) -> None:
    markdown = "# Head\n\nOne *two*[^1].\n\n- four\n\n| a |\n|---|\n| c |\n\n$x$\n\n[^1]: A note.\n"
    path = strict(by_pandoc(tmp_path, markdown, "docx"), encoding)

    reading = read(path, "docx")

    kinds = {type(block) for block in reading.document.blocks}
    assert {Heading, ListBlock, Table} <= kinds
    assert len(reading.document.notes) == 1
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    assert reading.words == 8


def test_hidden_text_changes_and_comments_of_a_strict_document_are_found(marked: Path) -> None:
    reading = read(marked, "docx")

    by_code = codes(reading.findings)
    assert "Secret" not in to_text(reading.document)
    assert (by_code["hidden-text"].severity, by_code["hidden-text"].words) == ("hold", "Secret")
    assert by_code["faint-text"].words == "Small"
    assert by_code["insertion-accepted"].words == "added"
    assert by_code["deletion-dropped"].words == "struck words"
    assert by_code["comment-left-out"].location == Location("comment", name="B. R.")
    assert by_code["metadata-left-out"].words == "Zhang Hidden"


def test_file_checks_find_the_same_in_a_strict_document(marked: Path) -> None:
    found_codes = {finding.code for finding in inspect(marked, kind_of(marked, name="a.docx"))}

    assert {"hidden-text", "tracked-changes", "comment", "metadata-author"} <= found_codes
    assert kind_of(marked, name="a.docx") == Kind.DOCX


def test_text_that_mentions_the_strict_namespaces_stays_as_written(tmp_path: Path) -> None:
    words = 'See "http://purl.oclc.org/ooxml/wordprocessingml/main" for it.'

    reading = read(strict(word_with(tmp_path, paragraph(words))), "docx")

    assert words in to_text(reading.document)
    assert transitional(f"<a>{words}</a>".encode()) == f"<a>{words}</a>".encode()
