"""Emails that Outlook saved (.msg) are read like any other email."""

from pathlib import Path

import pytest
from document_builders import codes

from evidence.documents.document import Paragraph, plain
from evidence.documents.errors import UnreadableFileError
from evidence.documents.read import Reading, read
from evidence.documents.renderers.text import to_text
from evidence.files.accepted_types import Kind
from evidence.files.emails import take_apart
from evidence.files.file_types import kind_of
from tests.outlook_files import outlook_email


def read_email(folder: Path, content: bytes) -> Reading:
    path = folder / "made.msg"
    path.write_bytes(content)
    assert kind_of(path, name="made.msg") == Kind.MSG
    return read(path, "msg")


def test_body_is_read_and_no_name_is_in_it(tmp_path: Path) -> None:
    reading = read_email(tmp_path, outlook_email("Dear committee,\r\n\r\nWords of evidence ŵ.\r\n"))

    blocks = reading.document.blocks
    words = [plain(block.runs) for block in blocks if isinstance(block, Paragraph)]
    assert words == ["Dear committee,", "Words of evidence ŵ."]
    made = reading.document.to_json().decode() + to_text(reading.document)
    for secret in ("Zhang Weiming", "Ann Othername", "ann@c.example", "My secret evidence"):
        assert secret not in made
        assert secret in {detail.words for detail in reading.details}


def test_page_is_read_rather_than_the_same_words_as_plain_text(tmp_path: Path) -> None:
    page = "<html><body><ul><li>Tŷ</li></ul></body></html>".encode()

    reading = read_email(tmp_path, outlook_email("* one", page=page))

    assert [type(block).__name__ for block in reading.document.blocks] == ["ListBlock"]
    assert "Tŷ" in to_text(reading.document)


def test_attachments_stay_apart_and_emails_inside_are_named_as_not_taken(tmp_path: Path) -> None:
    long = bytes(range(256)) * 40
    content = outlook_email(
        "Words.", attachments=[("..\\annex ŵ.pdf", b"%PDF-1.7"), ("long.bin", long)], inside=1
    )

    attachments = take_apart(content).attachments
    findings = codes(read_email(tmp_path, content).findings)

    assert [(file.name, file.content) for file in attachments] == [
        ("annex ŵ.pdf", b"%PDF-1.7"),
        ("long.bin", long),
    ]
    assert findings["email-attachments"].words == "annex ŵ.pdf, long.bin"
    assert findings["email-attachment-refused"].words == "Email 3 inside this email"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (outlook_email(), "no text of its own"),
        (outlook_email("x", message_class="IPM.Note.SMIME"), "only its recipient can read it"),
        (outlook_email("x" * 5000)[:3000], "damaged and cannot be opened"),
    ],
)
def test_email_that_cannot_be_read_gets_a_plain_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "made.msg"
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError, match=reason):
        read(path, "msg")
