"""What a file is, by its content."""

import io
import struct
import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from evidence.files.file_types import Kind, NotAcceptedError, kind_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


def zipped(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return path


def docx(path: Path, *, kind: str = WORD, extra: dict[str, str] | None = None) -> Path:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    return zipped(path, {"[Content_Types].xml": types, "word/document.xml": "<a/>"} | (extra or {}))


def odt(path: Path, extra: dict[str, str] | None = None) -> Path:
    return zipped(path, {"mimetype": ODT, "content.xml": "<a/>"} | (extra or {}))


def pdf(path: Path, *, user: str | None = None) -> Path:
    with pikepdf.new() as made:
        made.add_blank_page()
        locked = pikepdf.Encryption(owner="owner", user=user) if user is not None else False
        made.save(path, encryption=locked)
    return path


def ole2(path: Path, *names: str, flags: int = 0) -> Path:
    """A container with these names in its directory, and a WordDocument stream in sector 2."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<H", header, 30, 9)
    directory = b""
    for name in names:
        entry = bytearray(name.encode("utf-16-le").ljust(128, b"\0"))
        struct.pack_into("<I", entry, 116, 2)
        directory += entry
    stream = bytearray(512)
    struct.pack_into("<H", stream, 10, flags)
    path.write_bytes(bytes(header) + bytes(512) + directory.ljust(512, b"\0") + bytes(stream))
    return path


def picture(path: Path, kind: str) -> Path:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    path.write_bytes(out.getvalue())
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def packed_by(path: Path, method: int) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return path


SOURCE_OF_PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< /Kids [] >>\nendobj\n"
    b"xref\n0 3\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
)

TAKEN = {
    "a Word file": (docx, Kind.DOCX),
    "an OpenDocument text": (odt, Kind.ODT),
    "a PDF": (pdf, Kind.PDF),
    "a PDF that opens without a password": (lambda p: pdf(p, user=""), Kind.PDF),
    "a PDF after other bytes": (lambda p: written(p, b"\0GIF" + pdf(p).read_bytes()), Kind.PDF),
    "a PDF after a line of words": (
        lambda p: written(p, b"\xef\xbb\xbfSaved by hand\n" + SOURCE_OF_PDF),
        Kind.PDF,
    ),
    "a letter about PDF": (
        lambda p: written(p, b"Each file begins with %PDF-1.4, and an endob j."),
        Kind.TXT,
    ),
    "a memorandum": (
        lambda p: written(p, b"To: The Clerk\nFrom: Dr A\nDate: 3 May\nSubject: Evidence\n\nWords"),
        Kind.TXT,
    ),
    "a submission of a web page": (lambda p: written(p, b"\n<p>Words</p>"), Kind.HTML),
    "text that begins with a sign": (lambda p: written(p, b"<3 and <i>words</i>"), Kind.TXT),
    "an old Word file": (lambda p: ole2(p, "WordDocument"), Kind.DOC),
    "an RTF": (lambda p: written(p, rb"{\rtf1 words}"), Kind.RTF),
    "an Outlook email": (
        lambda p: ole2(p, "__nameid_version1.0", "__properties_version1.0", "WordDocument"),
        Kind.MSG,
    ),
    "a spreadsheet": (
        lambda p: docx(p, kind="application/vnd.x-officedocument.spreadsheetml.sheet.main+xml"),
        Kind.XLSX,
    ),
    "a presentation": (
        lambda p: docx(p, kind="application/vnd.x.presentationml.presentation.main+xml"),
        Kind.PPTX,
    ),
    "an email": (
        lambda p: written(p, b"From: a@b.example\r\nMIME-Version: 1.0\r\n\r\nwords"),
        Kind.EML,
    ),
    "a web page": (lambda p: written(p, b"<!-- a --> <!DOCTYPE html><p>x</p>"), Kind.HTML),
    "a web page in XML": (lambda p: written(p, b"<?xml version='1.0'?><html/>"), Kind.HTML),
    "plain text": (lambda p: written(p, "Tŷ 中文".encode()), Kind.TXT),
    "text from Windows": (lambda p: written(p, "café – no".encode("cp1252")), Kind.TXT),
    "text in UTF-16": (lambda p: written(p, "BMA says".encode("utf-16")), Kind.TXT),
    "text that begins like a picture": (lambda p: written(p, b"BM is short for"), Kind.TXT),
    "a JPEG": (lambda p: picture(p, "JPEG"), Kind.JPEG),
    "a PNG": (lambda p: picture(p, "PNG"), Kind.PNG),
    "a WebP": (lambda p: picture(p, "WEBP"), Kind.WEBP),
}


@pytest.mark.parametrize("what", TAKEN)
def test_content_decides_the_type_whatever_the_name(what, tmp_path):
    make, kind = TAKEN[what]

    assert kind_of(make(tmp_path / "evidence.exe"), name="evidence.exe") is kind


REFUSED = {
    "nothing": (lambda p: written(p, b""), "empty"),
    "only blanks": (lambda p: written(p, b" \r\n\t" * 5_000), "empty"),
    "a macro file renamed to docx": (
        lambda p: docx(p, kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "macros",
    ),
    "a docx with a macro part": (lambda p: docx(p, extra={"word/vbaProject.bin": "x"}), "macros"),
    "an odt with Basic": (lambda p: odt(p, {"Basic/Standard/Module1.xml": "x"}), "macros"),
    "an odt with Python": (lambda p: odt(p, {"Scripts/python/a.py": "x"}), "macros"),
    "an old Word file with macros": (
        lambda p: ole2(p, "WordDocument", "_VBA_PROJECT"),
        "macros",
    ),
    "a Word file with a password": (lambda p: ole2(p, "EncryptedPackage"), "encrypted"),
    "an old Word file with a password": (
        lambda p: ole2(p, "WordDocument", flags=0x0100),
        "encrypted",
    ),
    "an odt with a password": (
        lambda p: odt(p, {"META-INF/manifest.xml": '<m xmlns="u:m"><encryption-data/></m>'}),
        "encrypted",
    ),
    "a PDF with a password": (lambda p: pdf(p, user="secret"), "encrypted"),
    "a zip cut short": (lambda p: written(p, docx(p).read_bytes()[:-30]), "damaged"),
    "a docx whose list of types is broken": (
        lambda p: zipped(p, {"[Content_Types].xml": "<Types><a"}),
        "damaged",
    ),
    "a binary spreadsheet": (lambda p: docx(p, kind="application/x-sheet.main"), "wrong-type"),
    "a spreadsheet with macros": (
        lambda p: docx(p, kind="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "macros",
    ),
    "a plain zip": (lambda p: zipped(p, {"a.txt": "a"}), "wrong-type"),
    "a program": (lambda p: written(p, b"MZ\x90\0\x03\0"), "wrong-type"),
    "an old spreadsheet": (lambda p: ole2(p, "Workbook"), "wrong-type"),
    "a PDF that begins far inside": (
        lambda p: written(p, b"words " * 200 + pdf(p).read_bytes()),
        "wrong-type",
    ),
    "the inside of a PDF": (lambda p: written(p, b"words\n" * 400 + SOURCE_OF_PDF), "wrong-type"),
    "the inside of a PDF without its head": (
        lambda p: written(p, SOURCE_OF_PDF.partition(b"\n")[2]),
        "wrong-type",
    ),
    "the inside of a PDF in a web page": (
        lambda p: written(p, b"<html><pre>\n" + b"words\n" * 400 + SOURCE_OF_PDF),
        "wrong-type",
    ),
    "Rich Text after blanks": (lambda p: written(p, b"\n {\\rtf1 words}"), "wrong-type"),
    "Rich Text after words": (lambda p: written(p, b"Dear all\n{\\rtf1 words}"), "wrong-type"),
    "a Word document in one submission of XML": (
        lambda p: written(p, b"<?xml version='1.0'?><pkg:package/>"),
        "wrong-type",
    ),
    "LaTeX": (lambda p: written(p, b"\\documentclass{article}\nwords"), "wrong-type"),
    "a docx packed in a way that Word does not know": (
        lambda p: packed_by(docx(p), zipfile.ZIP_LZMA),
        "damaged",
    ),
    "a docx whose types are written in escapes": (
        lambda p: docx(p, kind=WORD.replace("word", "w&#111;rd")),
        "damaged",
    ),
    "PostScript": (lambda p: written(p, b"%!PS-Adobe\nshowpage"), "wrong-type"),
    "content after a long blank beginning": (
        lambda p: written(p, b"\0" * 9_000 + b"x"),
        "wrong-type",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_unaccepted_file_is_refused_with_its_reason(what, tmp_path):
    make, code = REFUSED[what]

    with pytest.raises(NotAcceptedError) as refusal:
        kind_of(make(tmp_path / "evidence.docx"), name="evidence.docx")

    assert refusal.value.reason_code == refusal.value.code == code


@pytest.mark.parametrize("what", REFUSED)
def test_every_refusal_says_what_to_do(what, tmp_path):
    make, _ = REFUSED[what]

    with pytest.raises(NotAcceptedError, match=r"(upload|Upload) .*\.$"):
        kind_of(make(tmp_path / "evidence.docx"), name="evidence.docx")


def test_zip_with_a_false_directory_size_is_refused(tmp_path):
    path = docx(tmp_path / "a.docx")
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.rindex(b"PK\x05\x06") + 12, 500_000_000)
    path.write_bytes(raw)

    with pytest.raises(NotAcceptedError) as refusal:
        kind_of(path, name="a.docx")

    assert refusal.value.code == "damaged"


def test_text_after_thousands_of_comments_is_still_text(tmp_path):
    path = written(tmp_path / "a.txt", b"<!--a--> " * 5_000 + b"words")

    assert kind_of(path, name="a.txt") is Kind.TXT
