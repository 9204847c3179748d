"""Word files that cannot or must not be read are refused with a message, within limits."""

from pathlib import Path

import pytest
from document_builders import paragraph, word_with

from evidence.documents.errors import UnreadableFileError
from evidence.documents.read import read
from evidence.documents.readers import pandoc, zip_container


def test_file_with_a_password_is_refused_with_a_message(tmp_path: Path) -> None:
    path = tmp_path / "locked.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))

    with pytest.raises(UnreadableFileError, match="protected with a password"):
        read(path, "docx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"just text"])
def test_damaged_file_is_refused_with_a_message(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.docx"
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError, match="damaged"):
        read(path, "docx")


def test_zip_entry_pointing_outside_the_file_is_refused(tmp_path: Path) -> None:
    path = word_with(tmp_path, paragraph("Text."))
    content = bytearray(path.read_bytes())
    # The place of the first part, in the directory at the end of a ZIP.
    entry = content.index(b"PK\x01\x02")
    content[entry + 42 : entry + 46] = b"\xf0\xff\xff\x7f"
    path.write_bytes(bytes(content))

    with pytest.raises(UnreadableFileError, match="damaged"):
        read(path, "docx")


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    body = paragraph("x" * 20_000_000)

    with pytest.raises(UnreadableFileError, match="unpacks to far more"):
        read(word_with(tmp_path, body), "docx")


def test_file_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    parts = {f"word/extra{number}.bin": b"" for number in range(zip_container.ENTRIES)}

    with pytest.raises(UnreadableFileError, match="unpacks to far more"):
        read(word_with(tmp_path, paragraph("Text."), parts), "docx")


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    bomb = (
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "/etc/passwd">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        "<w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    path = word_with(tmp_path, paragraph("Text."), {"word/document.xml": bomb})

    with pytest.raises(UnreadableFileError):
        read(path, "docx")


def test_pandoc_is_stopped_at_its_memory_limit(tmp_path: Path) -> None:
    path = word_with(tmp_path, paragraph("word " * 1_000_000))

    with pytest.raises(UnreadableFileError, match="too much memory"):
        pandoc.tree(path, "docx", folder=tmp_path, heap_mb=48)


def test_pandoc_is_stopped_at_its_time_limit(tmp_path: Path) -> None:
    path = word_with(tmp_path, paragraph("word " * 1_000_000))

    with pytest.raises(UnreadableFileError, match="within 1 seconds of processing time"):
        pandoc.tree(path, "docx", folder=tmp_path, seconds=1)


def test_empty_document_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no text that can be read"):
        read(word_with(tmp_path, "<w:p/>"), "docx")


def test_endlessly_nested_tables_are_refused(tmp_path: Path) -> None:
    body = paragraph("deep")
    for _ in range(60):
        body = f"<w:tbl><w:tr><w:tc>{body}<w:p/></w:tc></w:tr></w:tbl>"

    with pytest.raises(UnreadableFileError):
        read(word_with(tmp_path, body), "docx")


def test_unknown_file_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="kind xyz"):
        read(tmp_path / "absent", "xyz")
