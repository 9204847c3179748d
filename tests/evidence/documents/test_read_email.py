"""Emails: the body becomes the document, attachments stay apart, headers are shown nowhere."""

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest
from document_builders import codes, photograph

from evidence.documents.document import Image, Paragraph, plain
from evidence.documents.errors import UnreadableFileError
from evidence.documents.read import Reading, read
from evidence.documents.renderers.text import to_text
from evidence.files.emails import MOST_PARTS, take_apart

HEADERS = {
    "From": "Zhang Weiming <zhang@b.example>",
    "To": "Clerk <clerk@committee.example>, Ann Othername <ann@c.example>",
    "Subject": "My secret evidence",
    "Message-ID": "<4711@laptop-of-zhang.example>",
}


def email(words: str = "Words of evidence.\n", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {**HEADERS, **headers}.items():
        message[name] = value
    message.set_content(words)
    return message


def read_email(folder: Path, message: EmailMessage | bytes) -> Reading:
    path = folder / "made.eml"
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return read(path, "eml")


def paragraphs(reading: Reading) -> list[str]:
    return [plain(b.runs) for b in reading.document.blocks if isinstance(b, Paragraph)]


def test_body_is_read_and_no_header_is_in_it(tmp_path: Path) -> None:
    reading = read_email(tmp_path, email("Dear committee,\n\nWords of evidence.\n"))

    assert paragraphs(reading) == ["Dear committee,", "Words of evidence."]
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    made = reading.document.to_json().decode() + to_text(reading.document)
    for secret in ("Zhang", "zhang@", "Othername", "secret", "4711"):
        assert secret not in made
        assert any(secret in detail.words for detail in reading.details)


def test_names_in_headers_are_reported_as_left_out(tmp_path: Path) -> None:
    reading = read_email(tmp_path, email())

    left_out = codes(reading.findings)["metadata-left-out"].words
    for words in ("Zhang Weiming", "zhang@b.example", "Ann Othername", "ann@c.example"):
        assert words in left_out
    assert "My secret evidence" not in left_out


def test_encoded_header_is_decoded_before_it_is_searched_for(tmp_path: Path) -> None:
    reading = read_email(tmp_path, email(From="张伟明 <zhang@b.example>"))

    assert "张伟明" in {detail.words for detail in reading.details}


def test_page_is_read_rather_than_the_same_words_as_plain_text(tmp_path: Path) -> None:
    message = email("* one\n")
    message.add_alternative("<html><body><ul><li>one</li></ul></body></html>", subtype="html")

    reading = read_email(tmp_path, message)

    assert [type(block).__name__ for block in reading.document.blocks] == ["ListBlock"]


def test_picture_in_the_text_is_shown_where_it_stands(tmp_path: Path) -> None:
    message = email()
    message.add_alternative('<p>Before</p><img src="cid:one@x" alt="A map"><p>After</p>', "html")
    page = message.get_payload()[1]
    page.add_related(photograph(), "image", "jpeg", cid="<one@x>", filename="map.jpg")

    reading = read_email(tmp_path, message)

    assert [block.alt for block in reading.document.blocks if isinstance(block, Image)] == ["A map"]
    assert len(reading.images) == 1
    assert "email-attachments" not in codes(reading.findings)


def test_picture_that_the_text_does_not_show_is_an_attachment(tmp_path: Path) -> None:
    message = email()
    message.add_related(photograph(), "image", "jpeg", cid="<two@x>", filename="map.jpg")

    assert [file.name for file in take_apart(message.as_bytes()).attachments] == ["map.jpg"]


def test_attachments_stay_apart_and_are_listed(tmp_path: Path) -> None:
    message = email()
    message.add_attachment(b"%PDF-1.7 x", "application", "pdf", filename="../..\\Annex ŵ.pdf")
    message.add_attachment("A note.", filename="note.txt")
    message.add_attachment(email("Forwarded words.\n", Subject="Inner"))

    reading = read_email(tmp_path, message)
    apart = take_apart(message.as_bytes()).attachments

    assert [file.name for file in apart] == ["Annex ŵ.pdf", "note.txt", "Forwarded email 3.eml"]
    assert apart[0].content == b"%PDF-1.7 x"
    assert "Forwarded words" in take_apart(apart[2].content).texts[0].content.decode()
    assert paragraphs(reading) == ["Words of evidence."]
    (listed,) = [f.words for f in reading.findings if f.code == "email-attachments"]
    assert listed == "Annex ŵ.pdf, note.txt, Forwarded email 3.eml"


def test_signature_of_an_email_is_no_attachment(tmp_path: Path) -> None:
    message = email()
    message.add_attachment(b"0", "application", "pkcs7-signature", filename="smime.p7s")

    assert take_apart(message.as_bytes()).attachments == []


def test_text_below_and_above_an_attachment_is_one_document(tmp_path: Path) -> None:
    message = email("Above.\n")
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="a.pdf")
    below = EmailMessage()
    below.set_content("<title>No words</title><p>Below.</p>", subtype="html")
    message.attach(below)

    assert paragraphs(read_email(tmp_path, message)) == ["Above.", "Below."]


@pytest.mark.parametrize(
    "charset", ["utf-8", "windows-1252", "gb18030", "iso-8859-14", "punycode", ""]
)
def test_every_encoding_that_pages_may_name_is_read(tmp_path: Path, charset: str) -> None:
    words = {"gb18030": "证据", "iso-8859-14": "tŷ"}.get(charset, "café")
    content = words.encode("utf-8" if charset in {"punycode", ""} else charset)
    named = f"; charset={charset}" if charset else ""
    raw = (
        f"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain{named}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(content).decode()}\r\n"
    )

    assert paragraphs(read_email(tmp_path, raw.encode())) == [words]


def test_lines_that_the_mail_program_broke_are_joined(tmp_path: Path) -> None:
    flowed = "One sentence that \r\ngoes on.\r\n\r\n-- \r\nA. Name\r\n"
    raw = (
        "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; format=flowed\r\n\r\n"
    )

    first, second = paragraphs(read_email(tmp_path, (raw + flowed).encode()))

    assert first == "One sentence that goes on."
    assert "A. Name" in second


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Mine.\n\n> Yours.\n", "plain"),
        ("Mine.\n\nOn 1 May 2026, Ann Othername <ann@c.example> wrote:\nYours.\n", "plain"),
        ("Mine.\n\n-----Original Message-----\nYours.\n", "plain"),
        ("Mine.\n\nFrom: Ann Othername\nSent: 1 May 2026\nYours.\n", "plain"),
        ("<p>Mine.</p><div class='gmail_quote'>Yours.</div>", "html"),
    ],
)
def test_earlier_email_below_is_kept_and_reported(tmp_path: Path, words: str, kind: str) -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["MIME-Version"] = "1.0"
    message.set_content(words, subtype=kind)

    reading = read_email(tmp_path, message)

    assert codes(reading.findings)["earlier-email"].severity == "warn"
    assert "Yours." in to_text(reading.document)


def test_letter_without_earlier_email_is_not_reported(tmp_path: Path) -> None:
    reading = read_email(tmp_path, email("He wrote:\n\nFrom: the first day on.\n"))

    assert "earlier-email" not in codes(reading.findings)


def test_hidden_text_of_an_email_holds_it(tmp_path: Path) -> None:
    message = email()
    message.add_alternative("<p>Seen.</p><p style='display:none'>Unseen.</p>", subtype="html")

    reading = read_email(tmp_path, message)

    assert codes(reading.findings)["hidden-text"].severity == "hold"
    assert "Unseen" not in to_text(reading.document)


NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
    for n in range(MOST_PARTS + 1)
)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"From: a@b.example\r\nMIME-Version: 1.0\r\n\r\n", "no text of its own"),
        (b"From: a\r\n" + NESTED, "more than 200 parts"),
        (b"From: a\r\nContent-Type: text/plain; a=" + b'";' * 2_000, "headers is too long"),
        (
            b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime\r\n\r\nMII",
            "only its recipient can read it",
        ),
    ],
)
def test_email_that_cannot_be_read_gets_a_plain_reason(
    tmp_path: Path, raw: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        read_email(tmp_path, raw)
