"""Say what a file is by its content. The name and the browser's claim are never believed."""

import mmap
import re
import struct
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final, Never

import pikepdf
import puremagic
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from lxml import etree

from evidence.errors import FileRefused


class Kind(StrEnum):
    """What is taken. Everything else is refused."""

    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    HTML = "html"
    TXT = "txt"
    JPEG = "jpeg"
    PNG = "png"


class Refused(FileRefused):
    """This file is not taken; `str(error)` tells its sender what to do.

    `reason_code` is one of: empty, wrong-type, macros, encrypted, damaged.
    """

    def __init__(self, reason_code: str, sentence: str) -> None:
        self.reason_code = reason_code
        super().__init__(reason_code, sentence)


EMPTY: Final = _("This file is empty. Check that the document was saved, and send it again.")
DAMAGED: Final = _(
    "This file is damaged and cannot be opened. "
    "Open it on your own computer, save it again and send the new copy."
)
ENCRYPTED_WORD: Final = _(
    "This Word file is protected by a password. Save it without a password and send it again."
)
ENCRYPTED_ODT: Final = _(
    "This OpenDocument file is protected by a password. "
    "Save it without a password and send it again."
)
ENCRYPTED_PDF: Final = _(
    "This PDF needs a password to open. Save it without a password and send it again."
)
MACROS_WORD: Final = _(
    "This Word file contains macros. Save it as a .docx without macros and send it again."
)
MACROS_ODT: Final = _(
    "This OpenDocument file contains macros. Save it without macros and send it again."
)
WRONG: Final = _(
    "“{name}” is not a kind of file that is taken. "
    "Send a Word (.docx), OpenDocument (.odt), RTF, PDF or plain text file instead."
)
WRONG_AND_SEEMS: Final = _(
    "“{name}” is not a kind of file that is taken. It seems to be: {what}. "
    "Send a Word (.docx), OpenDocument (.odt), RTF, PDF or plain text file instead."
)

OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG: Final = b"\x89PNG\r\n\x1a\n"
WORD_MAIN: Final = "wordprocessingml.document.main+xml"
ODT_TYPE: Final = "application/vnd.oasis.opendocument.text"
END_OF_DIRECTORY: Final = b"PK\x05\x06"
# 2,000 entries with long names and extra fields stay far below this many bytes.
LARGEST_DIRECTORY: Final = 4 * 1024 * 1024
LARGEST_CONTENT_TYPES: Final = 1024 * 1024
# What no text has; tab, line and form feed, return, escape and the old end-of-file mark may occur.
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1c-\x1f]")
# Atomic, so that a thousand comments cannot be read in more than one way.
LOOKS_LIKE_HTML: Final = re.compile(
    r"(?>\s+|<!--.*?-->|<\?xml[^>]*>)*+<(?:!doctype\s+html|html|body|head)\b",
    re.IGNORECASE | re.DOTALL,
)
LOOKS_LIKE_SOMETHING_ELSE: Final = re.compile(
    r"\s*(<\?xml|%!PS|MIME-Version:|<svg\b)", re.IGNORECASE
)


def kind_of(path: Path, *, name: str) -> Kind:
    """What this file is, decided by its content alone.

    `name` is what the sender called it: it is used in words, never to decide. Raises `Refused`.
    This says what the file claims to be from its own bytes; whether it is safe and whole is for
    `evidence.intake.checks`.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip(b"\0 \t\r\n"):
        raise Refused("empty", EMPTY) if not _has_content(path) else _wrong(name, head)
    if head.startswith(b"%PDF-"):
        return _pdf(path)
    if head.startswith((b"PK\x03\x04", END_OF_DIRECTORY)):
        return _archive(path, name)
    if head.startswith(OLE2):
        return _ole2(path, name)
    for start, kind in ((b"{\\rtf", Kind.RTF), (b"\xff\xd8\xff", Kind.JPEG), (PNG, Kind.PNG)):
        if head.startswith(start):
            return kind
    return _text(path, name)


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a ZIP whose list of contents is small enough to read.

    Raises `zipfile.BadZipFile` for anything else, so that a hostile list cannot fill the memory.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_557))
        tail = stream.read()
    at = tail.rfind(END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        message = "no list of contents"
        raise zipfile.BadZipFile(message)
    if struct.unpack_from("<I", tail, at + 12)[0] > LARGEST_DIRECTORY:
        message = "the list of contents is too long"
        raise zipfile.BadZipFile(message)
    return zipfile.ZipFile(path)


def decode_text(raw: bytes) -> str | None:
    """The words of a plain text file, or None where it is not text. Never guesses beyond
    Unicode and the Windows Western alphabet."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if CONTROL.search(text) else text
    return None


def _has_content(path: Path) -> bool:
    """Whether anything but blanks comes after a blank beginning."""
    with path.open("rb") as stream:
        return any(block.strip(b"\0 \t\r\n") for block in iter(lambda: stream.read(1 << 20), b""))


def _wrong(name: str, head: bytes) -> Refused:
    """The refusal of something else, with a hint of what it seems to be."""
    try:
        hints = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        hints = []
    what = next((str(hint.name) for hint in hints if hint.name), "")
    sentence = gettext(WRONG_AND_SEEMS if what else WRONG).format(name=name, what=what)
    return Refused("wrong-type", sentence)


def _pdf(path: Path) -> Kind:
    try:
        pikepdf.open(path).close()
    except pikepdf.PasswordError:
        raise Refused("encrypted", ENCRYPTED_PDF) from None
    except (pikepdf.PdfError, RuntimeError, ValueError, OverflowError):
        # Whether a damaged PDF can be saved is for the checks: a clerk may be able to help.
        return Kind.PDF
    return Kind.PDF


def _archive(path: Path, name: str) -> Kind:
    try:
        with open_archive(path) as archive:
            return _office(archive, name)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise Refused("damaged", DAMAGED) from fault
    except (EOFError, etree.XMLSyntaxError, struct.error) as fault:
        raise Refused("damaged", DAMAGED) from fault
    except zipfile.zlib.error as fault:  # type: ignore[attr-defined]
        raise Refused("damaged", DAMAGED) from fault


def _office(archive: zipfile.ZipFile, name: str) -> Kind:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        return _docx(archive, names, name)
    if "mimetype" in names and _read(archive, "mimetype").strip().decode("latin-1") == ODT_TYPE:
        return _odt(archive, names)
    raise _wrong(name, b"PK\x03\x04")


def _docx(archive: zipfile.ZipFile, names: set[str], name: str) -> Kind:
    types = {
        str(element.get("ContentType", "")).casefold()
        for element in _parse(_read(archive, "[Content_Types].xml")).iter()
        if isinstance(element.tag, str)
    }
    macro_parts = any(entry.casefold().endswith("vbaproject.bin") for entry in names)
    if macro_parts or any("macroenabled" in kind or "vbaproject" in kind for kind in types):
        raise Refused("macros", MACROS_WORD)
    if not any(kind.endswith(WORD_MAIN) for kind in types):
        raise _wrong(name, b"PK\x03\x04")
    return Kind.DOCX


def _odt(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    manifest = "META-INF/manifest.xml"
    if manifest in names:
        tags = (element.tag for element in _parse(_read(archive, manifest)).iter())
        if any(isinstance(tag, str) and tag.endswith("}encryption-data") for tag in tags):
            raise Refused("encrypted", ENCRYPTED_ODT)
    if any(e.startswith(("Basic/", "Scripts/")) and not e.endswith("/") for e in names):
        raise Refused("macros", MACROS_ODT)
    return Kind.ODT


def _read(archive: zipfile.ZipFile, entry: str) -> bytes:
    with archive.open(entry) as stream:
        raw = stream.read(LARGEST_CONTENT_TYPES + 1)
    if len(raw) > LARGEST_CONTENT_TYPES:
        _damaged()
    return raw


def _damaged() -> Never:
    raise Refused("damaged", DAMAGED)


def _parse(raw: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return etree.fromstring(raw, parser)


def _ole2(path: Path, name: str) -> Kind:
    """The old Word format, or a new one behind a password: both are OLE2 containers."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        if raw.find(_entry_name("EncryptedPackage")) >= 0:
            raise Refused("encrypted", ENCRYPTED_WORD)
        entry = raw.find(_entry_name("WordDocument"))
        if entry < 0:
            raise _wrong(name, OLE2)
        if raw.find(_entry_name("_VBA_PROJECT")) >= 0:
            raise Refused("macros", MACROS_WORD)
        if _old_word_is_encrypted(raw, entry):
            raise Refused("encrypted", ENCRYPTED_WORD)
    return Kind.DOC


def _entry_name(name: str) -> bytes:
    """A name as an OLE2 directory entry holds it (MS-CFB 2.6.1: UTF-16, ended by a zero)."""
    return f"{name}\0".encode("utf-16-le")


def _old_word_is_encrypted(raw: mmap.mmap, entry: int) -> bool:
    """MS-DOC 2.5.2: bit 0x0100 of the flags at offset 10 of the WordDocument stream."""
    try:
        sector_size = 1 << min(struct.unpack_from("<H", raw, 30)[0], 20)
        sector = struct.unpack_from("<I", raw, entry + 116)[0]
        flags = struct.unpack_from("<H", raw, (sector + 1) * sector_size + 10)[0]
    except struct.error:
        return False
    return bool(flags & 0x0100)


def _text(path: Path, name: str) -> Kind:
    raw = path.read_bytes()
    text = decode_text(raw)
    if text is None:
        raise _wrong(name, raw[:4096])
    if LOOKS_LIKE_HTML.match(text[:65_536]):
        return Kind.HTML
    if LOOKS_LIKE_SOMETHING_ELSE.match(text[:1024]):
        raise _wrong(name, raw[:4096])
    return Kind.TXT
