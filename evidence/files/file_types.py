"""Decides the kind of a file by its content, never by its name or the browser's claim.

This runs in the web process while a witness waits. So nothing here parses the file, and the time is
proportional to its length.
"""

import mmap
import re
import struct
import zipfile
from pathlib import Path
from typing import Final

import puremagic
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from evidence.errors import FileRefusedError
from evidence.files import ole2
from evidence.files.accepted_types import Kind
from evidence.files.text_types import EMAIL, another_format, decode_text, is_web_page
from evidence.files.zip_files import END_OF_DIRECTORY, open_archive, read_small
from evidence.sandbox import child

__all__ = ["Kind", "NotAcceptedError", "kind_of"]


class NotAcceptedError(FileRefusedError):
    """The file is not accepted. `str(error)` tells its sender what to do.

    `reason_code` is one of: empty, wrong-type, macros, encrypted, damaged.
    """

    def __init__(self, reason_code: str, sentence: str) -> None:
        self.reason_code = reason_code
        super().__init__(reason_code, sentence)


EMPTY: Final = _("This file is empty. Check that the document was saved, and upload it again.")
DAMAGED: Final = _(
    "This file is damaged and cannot be opened. Open it on your own computer, save it "
    "again and upload the new copy."
)
ENCRYPTED_OFFICE: Final = _(
    "This file is protected by a password. Save it without a password and upload it again."
)
ENCRYPTED_ODT: Final = _(
    "This OpenDocument file is protected by a password. Save it without a password and "
    "upload it again."
)
ENCRYPTED_PDF: Final = _(
    "This PDF needs a password to open. Save it without a password and upload it again."
)
MACROS_OFFICE: Final = _(
    "This file contains macros. Save it without macros (as .docx, .xlsx or .pptx) and upload it "
    "again."
)
MACROS_ODT: Final = _(
    "This OpenDocument file contains macros. Save it without macros and upload it again."
)
WRONG: Final = _(
    "“{name}” is not a file type we accept. Upload a Word (.docx), OpenDocument "
    "(.odt), RTF, PDF or plain text file instead."
)
WRONG_AND_SEEMS: Final = _(
    "“{name}” is not a file type we accept. It looks like: {what}. Upload a Word "
    "(.docx), OpenDocument (.odt), RTF, PDF or plain text file instead."
)
# What every email of Outlook holds (MS-OXMSG 2.2).
OUTLOOK: Final = ("__nameid_version1.0", "__properties_version1.0")

STARTS: Final = {
    re.compile(rb"\{\\rtf"): Kind.RTF,
    re.compile(rb"\xff\xd8\xff"): Kind.JPEG,
    re.compile(rb"\x89PNG\r\n\x1a\n"): Kind.PNG,
    re.compile(rb"RIFF.{4}WEBP", re.DOTALL): Kind.WEBP,
    # ISO/IEC 23008-12, the brands of pictures and of sequences of them.
    re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cx]|mif1)", re.DOTALL): Kind.HEIC,
}
# The type of the main part of each kind of Office file (ECMA-376 part 1, clause 11 to 13).
OFFICE_MAIN: Final = {
    "wordprocessingml.document.main+xml": Kind.DOCX,
    "spreadsheetml.sheet.main+xml": Kind.XLSX,
    "presentationml.presentation.main+xml": Kind.PPTX,
    "presentationml.slideshow.main+xml": Kind.PPTX,
}
ODT_TYPE: Final = "application/vnd.oasis.opendocument.text"
PDF_HEADER: Final = re.compile(rb"%PDF-\d")
HEADER_WITHIN: Final = 1_024
"""Readers look for the first line of a PDF this far: ISO 32000-1, annex H, note 13."""
PDF_SECONDS: Final = 20
PDF_WALL_SECONDS: Final = 40
_CONTENT_TYPE: Final = re.compile(
    rb"ContentType\s{0,20}=\s{0,20}(?:\"([^\"]{0,300})\"|'([^']{0,300})')"
)


def kind_of(path: Path, *, name: str) -> Kind:
    """The kind of the file, decided by its content alone.

    `name` is the sender's name for it, used in messages only. Raises `NotAcceptedError`.
    `evidence.intake.file_checks` decides later whether it is safe and complete.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip(b"\0 \t\r\n"):
        raise NotAcceptedError("empty", EMPTY) if not _has_content(path) else _wrong(name, head)
    if head.startswith(b"%PDF-"):
        return _pdf(path)
    if head.startswith((b"PK\x03\x04", END_OF_DIRECTORY)):
        return _archive(path, name)
    if head.startswith(ole2.MAGIC):
        return _ole2(path, name)
    for start, kind in STARTS.items():
        if start.match(head):
            return kind
    if _begins_late(path, head):
        return _pdf(path)
    return _text(path, name)


def _has_content(path: Path) -> bool:
    """Whether a file that begins with blanks has any other content."""
    with path.open("rb") as stream:
        return any(block.strip(b"\0 \t\r\n") for block in iter(lambda: stream.read(1 << 20), b""))


def _wrong(name: str, head: bytes) -> NotAcceptedError:
    """The error for a wrong kind of file, with a hint of what it seems to be."""
    try:
        hints = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        hints = []
    what = next((str(hint.name) for hint in hints if hint.name), "")
    sentence = gettext(WRONG_AND_SEEMS if what else WRONG).format(name=name, what=what)
    return NotAcceptedError("wrong-type", sentence)


def _begins_late(path: Path, head: bytes) -> bool:
    """Whether this is a PDF with bytes before its header, and not a text that mentions PDF."""
    if PDF_HEADER.search(head[: HEADER_WITHIN + len(b"%PDF-")]) is None:
        return False
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        return raw.find(b"endobj") >= 0 or raw.find(b"startxref") >= 0


def _pdf(path: Path) -> Kind:
    """Only a PDF that is encrypted is opened, elsewhere, to see whether it needs a password."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        encrypted = raw.find(b"/Encrypt") >= 0
    if encrypted:
        order = {"source": str(path.resolve())}
        try:
            locked = child.work(
                "evidence.pdf.sanitize.password",
                order,
                seconds=PDF_SECONDS,
                wall_seconds=PDF_WALL_SECONDS,
            )
        except child.ChildFailedError:
            # The file checks decide on damaged PDFs: a clerk may be able to help.
            return Kind.PDF
        if locked:
            raise NotAcceptedError("encrypted", ENCRYPTED_PDF)
    return Kind.PDF


def _archive(path: Path, name: str) -> Kind:
    try:
        with open_archive(path) as archive:
            return _office(archive, name)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise NotAcceptedError("damaged", DAMAGED) from fault
    except (EOFError, KeyError, struct.error) as fault:
        raise NotAcceptedError("damaged", DAMAGED) from fault
    except zipfile.zlib.error as fault:  # type: ignore[attr-defined]
        raise NotAcceptedError("damaged", DAMAGED) from fault


def _office(archive: zipfile.ZipFile, name: str) -> Kind:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        return _open_xml(archive, names, name)
    if "mimetype" in names:
        kind = read_small(archive, "mimetype").strip().decode("latin-1")
        if kind == ODT_TYPE:
            return _odt(archive, names)
    raise _wrong(name, b"PK\x03\x04")


def _open_xml(archive: zipfile.ZipFile, names: set[str], name: str) -> Kind:
    types = _content_types(read_small(archive, "[Content_Types].xml"))
    macro_parts = any(entry.casefold().endswith("vbaproject.bin") for entry in names)
    if macro_parts or any("macroenabled" in kind or "vbaproject" in kind for kind in types):
        raise NotAcceptedError("macros", MACROS_OFFICE)
    for main, kind in OFFICE_MAIN.items():
        if any(named.endswith(main) for named in types):
            return kind
    raise _wrong(name, b"PK\x03\x04")


def _content_types(raw: bytes) -> set[str]:
    """The types that the list of a DOCX names. Word writes it in UTF-8, without escapes.

    It is not parsed as XML, so a hostile file cannot break a parser. Content that XML would read
    differently is refused.
    """
    types = {(double or single).decode("latin-1") for double, single in _CONTENT_TYPE.findall(raw)}
    if b"\0" in raw or b"<!" in raw or any("&" in kind for kind in types):
        raise NotAcceptedError("damaged", DAMAGED)
    if not raw.rstrip().endswith(b">"):
        raise NotAcceptedError("damaged", DAMAGED)
    return {kind.casefold() for kind in types}


def _odt(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in read_small(archive, manifest):
        raise NotAcceptedError("encrypted", ENCRYPTED_ODT)
    if any(e.startswith(("Basic/", "Scripts/")) and not e.endswith("/") for e in names):
        raise NotAcceptedError("macros", MACROS_ODT)
    return Kind.ODT


def _ole2(path: Path, name: str) -> Kind:
    """The old Word format, or a new one behind a password: both are OLE2 containers."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        if ole2.entry_of(raw, "EncryptedPackage") >= 0:
            raise NotAcceptedError("encrypted", ENCRYPTED_OFFICE)
        if all(ole2.entry_of(raw, entry) >= 0 for entry in OUTLOOK):
            return Kind.MSG
        entry = ole2.entry_of(raw, "WordDocument")
        if entry < 0:
            raise _wrong(name, ole2.MAGIC)
        if ole2.entry_of(raw, "_VBA_PROJECT") >= 0:
            raise NotAcceptedError("macros", MACROS_OFFICE)
        if ole2.is_encrypted_word(raw, entry):
            raise NotAcceptedError("encrypted", ENCRYPTED_OFFICE)
    return Kind.DOC


def _text(path: Path, name: str) -> Kind:
    raw = path.read_bytes()
    text = decode_text(raw)
    if text is None:
        raise _wrong(name, raw[:4096])
    page = is_web_page(text)
    what = another_format(text)
    if what == EMAIL and not page:
        return Kind.EML
    # A page may be written in XML, and show how a letter in RTF looks.
    if what == "PDF" or (what and not page):
        raise NotAcceptedError("wrong-type", gettext(WRONG_AND_SEEMS).format(name=name, what=what))
    return Kind.HTML if page else Kind.TXT
