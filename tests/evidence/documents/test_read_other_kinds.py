"""OpenDocument, Rich Text, web pages and plain text, read into the document."""

import zipfile
from pathlib import Path

import pytest
from document_builders import by_pandoc, changed, codes, photograph

from evidence.documents.document import Image, Paragraph, plain
from evidence.documents.errors import UnreadableFileError
from evidence.documents.read import read
from evidence.documents.renderers.text import to_text
from evidence.findings import Location
from evidence.intake.finding_messages import message

OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def open_document(folder: Path, body: str, styles: str = "") -> Path:
    content = (
        f"<office:document-content {OPEN}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    return changed(by_pandoc(folder, "placeholder", "odt"), {"content.xml": content})


def rich_text(folder: Path, body: str) -> Path:
    path = folder / "made.rtf"
    path.write_bytes(b"{\\rtf1\\ansi\\ansicpg1252 " + body.encode("ascii") + b"}")
    return path


def page(folder: Path, body: str, head: str = "") -> Path:
    path = folder / "made.html"
    path.write_text(f"<html lang='cy'><head>{head}</head><body>{body}</body></html>", "utf-8")
    return path


MARKDOWN = (
    "# Head\n\nOne *two*[^1].\n\n- four\n\n| a | b |\n|---|---|\n| c | d |\n\n> six\n\n"
    "[^1]: A note.\n"
)


@pytest.mark.parametrize("kind", ["odt", "html"])
def test_plain_letter_is_read_without_loss(tmp_path: Path, kind: str) -> None:
    reading = read(by_pandoc(tmp_path, MARKDOWN, kind), kind)

    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    assert reading.words == 11
    assert len(reading.document.notes) == 1


def test_odt_changes_comments_and_hidden_text_are_handled_and_reported(tmp_path: Path) -> None:
    hidden = (
        '<style:style style:name="H" style:family="text">'
        '<style:text-properties text:display="none"/></style:style>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>struck words</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Seen <office:annotation><dc:creator>B. R.</dc:creator><text:p>Not sure</text:p>"
        '</office:annotation>and <text:span text:style-name="H">secret name</text:span> read.'
        "</text:p>"
        "<text:p><text:hidden-text text:string-value='more'>more secrets</text:hidden-text>"
        "</text:p>"
    )

    reading = read(open_document(tmp_path, body, hidden), "odt")

    by_code = codes(reading.findings)
    assert to_text(reading.document) == "1. Seen and read.\n"
    assert by_code["deletion-dropped"].words == "struck words"
    assert (by_code["comment-left-out"].words, by_code["comment-left-out"].location) == (
        "Not sure",
        Location("comment", name="B. R."),
    )
    assert by_code["hidden-text"].words == "secret name … more secrets"
    assert by_code["hidden-text"].severity == "hold"


def test_odt_text_boxes_are_read_once(tmp_path: Path) -> None:
    body = (
        "<text:p>Before.<draw:frame><draw:text-box><text:p>Boxed words.</text:p></draw:text-box>"
        "</draw:frame></text:p><text:p>After.<draw:custom-shape><text:p>In a shape.</text:p>"
        "</draw:custom-shape></text:p>"
    )

    reading = read(open_document(tmp_path, body), "odt")

    lines = to_text(reading.document).split("\n\n")
    assert [line.strip() for line in lines] == [
        "1. Before.",
        "2. Boxed words.",
        "3. After.",
        "4. In a shape.",
    ]
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_odt_page_headers_are_left_out_and_reported(tmp_path: Path) -> None:
    styles = (
        f"<office:document-styles {OPEN}><office:master-styles><style:master-page>"
        "<style:header><text:p>My address</text:p></style:header>"
        "<style:footer><text:p>Page 3</text:p></style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )
    path = changed(open_document(tmp_path, "<text:p>Text.</text:p>"), {"styles.xml": styles})

    by_code = codes(read(path, "odt").findings)

    assert (by_code["header-left-out"].words, by_code["header-left-out"].severity) == (
        "My address",
        "warn",
    )
    assert (by_code["footer-left-out"].words, by_code["footer-left-out"].severity) == (
        "Page 3",
        "info",
    )


def test_odt_fields_show_their_words(tmp_path: Path) -> None:
    body = (
        '<text:p>Table <text:sequence text:name="Table">3</text:sequence> by '
        "<text:author-name>A. Name</text:author-name><text:s/>on "
        '<text:date text:date-value="2026-03-01">1 March</text:date>.</text:p>'
    )

    reading = read(open_document(tmp_path, body), "odt")

    assert to_text(reading.document) == "1. Table 3 by A. Name on 1 March.\n"
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_odt_pictures_keep_their_description(tmp_path: Path) -> None:
    body = (
        '<text:p>Text.<draw:frame><draw:image xlink:href="Pictures/a.jpg"/>'
        '<svg:desc xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0">A view'
        "</svg:desc></draw:frame></text:p>"
    )
    path = changed(open_document(tmp_path, body), {"Pictures/a.jpg": photograph()})

    reading = read(path, "odt")

    [image] = [block for block in reading.document.blocks if isinstance(block, Image)]
    assert image.alt == "A view"
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_odt_fetches_and_copies_no_external_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(photograph())
    body = "<text:p>Text.</text:p>" + "".join(
        f'<text:p><draw:frame><draw:image xlink:href="{address}"/></draw:frame></text:p>'
        for address in ("http://192.0.2.1/spy.png", str(secret), f"../{secret.name}")
    )

    reading = read(open_document(tmp_path, body), "odt")

    assert reading.images == {}
    finding = codes(reading.findings)["picture-left-out"]
    assert message(finding) == "A picture was left out. It is not in the file."


def test_odt_with_a_password_is_refused_with_a_message(tmp_path: Path) -> None:
    path = open_document(tmp_path, "<text:p>Text.</text:p>")
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"

    with pytest.raises(UnreadableFileError, match="protected with a password"):
        read(changed(path, {"META-INF/manifest.xml": manifest}), "odt")


def test_zip_that_is_no_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")

    for kind in ("docx", "odt"):
        with pytest.raises(UnreadableFileError, match="damaged"):
            read(path, kind)


def test_rtf_is_read_in_its_character_set(tmp_path: Path) -> None:
    body = (
        r"{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset204 Times;}}\f0 Caf\'e9 \u8212?dash "
        r"{\f1\'cf\'f0\'e8}\par Second \u-10179?\u-8704? end\par}"
    ).rstrip("}")

    reading = read(rich_text(tmp_path, body), "rtf")

    assert "Café —dash При" in to_text(reading.document)
    assert "Second \U0001f600 end" in to_text(reading.document)
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


@pytest.mark.parametrize("star", ["", "\\*"])
def test_rtf_footnotes_are_kept(tmp_path: Path, star: str) -> None:
    body = rf"Text{{{star}\footnote \pard A note here.}} more.\par"

    reading = read(rich_text(tmp_path, body), "rtf")

    assert to_text(reading.document) == "1. Text[1] more.\n\n[1] A note here.\n"
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()


def test_rtf_hidden_text_is_removed_and_holds_the_submission(tmp_path: Path) -> None:
    body = r"Seen {\v secret \'e9 name}\par More {\v0 open}\v quiet\v0  end\par"

    reading = read(rich_text(tmp_path, body), "rtf")

    hidden_text = codes(reading.findings)["hidden-text"]
    text = to_text(reading.document)
    assert hidden_text.severity == "hold"
    assert "secret" not in text
    assert "quiet" not in text
    assert "secret" in hidden_text.words
    assert "quiet" in hidden_text.words
    assert "open" in text


def test_rtf_headers_comments_and_authors_are_left_out_and_reported(tmp_path: Path) -> None:
    body = (
        r"{\info{\author Zhang Hidden}}{\header Private header}{\*\annotation Not sure}"
        r"Text {\deleted struck words} end\par"
    )

    by_code = codes(read(rich_text(tmp_path, body), "rtf").findings)

    assert by_code["header-left-out"].words == "Private header"
    assert by_code["comment-left-out"].words == "Not sure"
    assert by_code["metadata-left-out"].words == "Zhang Hidden"
    assert by_code["deletion-dropped"].words == "struck words"


def test_rtf_note_that_was_deleted_is_left_out_and_reported(tmp_path: Path) -> None:
    body = r"Text {\deleted gone{\footnote \pard\plain Old note.}} end\par"

    reading = read(rich_text(tmp_path, body), "rtf")

    assert to_text(reading.document) == "1. Text end\n"
    assert codes(reading.findings)["deletion-dropped"].words == "gone Old note."


def test_rtf_words_lost_by_pandoc_are_found(tmp_path: Path) -> None:
    body = r"Text\par{\shp{\*\shpinst{\shptxt Boxed words\par}}}"

    reading = read(rich_text(tmp_path, body), "rtf")

    if "Boxed words" not in to_text(reading.document):
        assert codes(reading.findings)["words-missing"].words == "Boxed words"
        assert codes(reading.findings)["words-missing"].location == Location("text-box")


def test_rtf_pictures_are_reencoded(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(photograph())
    path = by_pandoc(tmp_path, "Text.\n\n![A view](photo.jpg)\n", "rtf")

    [content] = read(path, "rtf").images.values()

    assert b"SpyCamera" not in content


def test_file_that_is_no_rtf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made.rtf"
    path.write_bytes(b"hello")

    with pytest.raises(UnreadableFileError, match="not in Rich Text Format"):
        read(path, "rtf")


def test_html_scripts_are_dropped_and_reported(tmp_path: Path) -> None:
    frame = "<iframe src='http://192.0.2.1/'></iframe>"
    body = f"<p onclick='x()'>Text</p><script>alert(1)</script>{frame}"

    reading = read(page(tmp_path, body), "html")

    assert to_text(reading.document) == "1. Text\n"
    assert reading.document.language == "cy"
    assert {r.location.name for r in reading.findings} == {"script", "iframe"}


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>secret</p>",
        "<p style='DISPLAY : none'>secret</p>",
        "<p style='color:red;visibility:hidden'>secret</p>",
        "<p class='a ghost'>secret</p>",
    ],
)
def test_html_hidden_text_is_removed_and_holds_the_submission(tmp_path: Path, hidden: str) -> None:
    head = "<style>p.ghost, .x { display: none }</style>"

    reading = read(page(tmp_path, f"<p>Seen</p>{hidden}", head), "html")

    assert to_text(reading.document) == "1. Seen\n"
    assert codes(reading.findings)["hidden-text"].words == "secret"


def test_html_levels_without_words_have_no_label(tmp_path: Path) -> None:
    body = "<ol><li><ol><li><ol><li>deep</li><li>more</li></ol></li></ol></li></ol>"

    assert to_text(read(page(tmp_path, body), "html").document) == "1. deep\n2. more\n"


def test_html_comments_are_reported(tmp_path: Path) -> None:
    reading = read(page(tmp_path, "<p>Seen<!-- by Zhang --> text</p>"), "html")

    assert to_text(reading.document) == "1. Seen text\n"
    assert codes(reading.findings)["comment-left-out"].words == "by Zhang"


def test_html_pictures_are_never_fetched(tmp_path: Path) -> None:
    reading = read(page(tmp_path, "<p>Text <img src='http://192.0.2.1/spy.png'></p>"), "html")

    assert reading.images == {}
    finding = codes(reading.findings)["picture-left-out"]
    assert finding.location == Location("picture", name="http://192.0.2.1/spy.png")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("ŵ one\n\ntwo".encode(), ["ŵ one", "two"]),
        ("\ufeffone\r\ntwo".encode(), ["one", "two"]),
        ("“one”\r\n\r\ntwo – three".encode("cp1252"), ["“one”", "two – three"]),
        ("one\n\ntwo".encode("utf-16"), ["one", "two"]),
        (b"one\nstill one\n \ntwo\x07", ["one\nstill one", "two"]),
    ],
)
def test_plain_text_keeps_its_characters_and_paragraphs(
    tmp_path: Path, content: bytes, expected: list[str]
) -> None:
    path = tmp_path / "made.txt"
    path.write_bytes(content)

    document = read(path, "txt").document

    assert [plain(b.runs) for b in document.blocks if isinstance(b, Paragraph)] == expected


def test_executable_is_not_read_as_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "made.txt"
    path.write_bytes(b"\x7fELF\x00\x00\x01")

    with pytest.raises(UnreadableFileError, match="not a text"):
        read(path, "txt")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"words\n%PDF-1.4\n1 0 obj\nendobj\n2 0 obj\nendobj\nstartxref\n", "PDF"),
        (b"{\\rtf1\\ansi words}", "RTF"),
        (b"Received: by mail\r\nMIME-Version: 1.0\r\n\r\nwords", "email"),
    ],
)
def test_source_of_another_file_type_is_not_read_as_plain_text(
    tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "made.txt"
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError, match=what):
        read(path, "txt")
