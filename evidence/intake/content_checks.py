"""Checks files of every kind except PDF for hidden or dangerous content.

Archives are judged by inflating them, never by their headers. Runs in a child process; see
`evidence.sandbox.child`.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from evidence.files.accepted_types import Kind
from evidence.files.text_types import decode_text
from evidence.files.zip_files import END_OF_DIRECTORY, open_archive
from evidence.intake import office_xml
from evidence.pdf.sanitize.photo_metadata import has_place
from evidence.sandbox import child

Severity = Literal["info", "warn", "hold"]

MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_ENTRIES: Final = 2_000
MOST_RATIO: Final = 100
RATIO_MATTERS_OVER: Final = 1024 * 1024
CHUNK: Final = 256 * 1024
LARGEST_PICTURE: Final = 50 * 1024 * 1024
LONGEST: Final = 200
MOST_FINDINGS: Final = 200
SEVERITIES: Final[dict[str, Severity]] = {"info": "info", "warn": "warn", "hold": "hold"}


@dataclass(frozen=True)
class FileFinding:
    """One thing a check found: a code, a sentence for a clerk, and its location.

    "hold" stops the submission until a clerk decides; "warn" asks a clerk to check; "info" is for
    information. For metadata the words are the value itself.
    """

    code: str
    severity: Severity
    words: str
    where: str


def look(path: Path, kind: Kind) -> list[FileFinding]:
    """Findings without repeats, at most 200. Never raises on a hostile file."""
    findings: dict[FileFinding, None] = {}
    try:
        findings |= dict.fromkeys(_polyglot(path, kind))
        for finding in LOOKS[kind](path) if kind in LOOKS else ():
            findings.setdefault(finding)
            if len(findings) >= MOST_FINDINGS:
                break
    except Exception as fault:  # noqa: BLE001 - a file may provoke anything in its readers
        findings.setdefault(unreadable(fault))
    return list(findings)


def answer(source: str, kind: str) -> list[dict[str, Any]]:
    """What the child process runs; findings as dictionaries."""
    return [asdict(finding) for finding in look(Path(source), Kind(kind))]


class _StopError(Exception):
    """An archive is not to be read further."""

    def __init__(self, finding: FileFinding) -> None:
        self.finding = finding


def unreadable(fault: BaseException) -> FileFinding:
    words = f"The file cannot be read to its end ({type(fault).__name__}). It may be damaged."
    return FileFinding("unreadable", "hold", words, "")


def _polyglot(path: Path, kind: Kind) -> Iterator[FileFinding]:
    """A file that is two kinds at once shows one thing to one program and another to the next."""
    with path.open("rb") as stream:
        head = stream.read(1024)
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_557))
        tail = stream.read()
    at = tail.rfind(END_OF_DIRECTORY)
    archive = kind in {Kind.DOCX, Kind.ODT}
    if archive and b"%PDF-" in head:
        words = "This file is a document and pretends to be a PDF as well."
        yield FileFinding("polyglot", "hold", words, "")
    if (
        archive
        and at >= 0
        and len(tail) - at - 22 != int.from_bytes(tail[at + 20 : at + 22], "little")
    ):
        yield FileFinding("polyglot", "hold", "Something else follows the end of the document.", "")
    if not archive and kind != Kind.DOC and at >= 0 and _is_archive(path):
        yield FileFinding(
            "polyglot", "hold", "A ZIP archive is hidden at the end of this file.", ""
        )


def _is_archive(path: Path) -> bool:
    try:
        with open_archive(path) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _office(path: Path) -> Iterator[FileFinding]:
    """DOCX and ODT: first the archive as such, then, if it is harmless, what its XML says."""
    try:
        archive = open_archive(path)
    except zipfile.BadZipFile:
        yield FileFinding("truncated", "hold", "The file is cut short or damaged.", "")
        return
    with archive:
        try:
            yield from _entries(archive)
        except _StopError as stop:
            yield stop.finding
            return
        for code, severity, words, where in office_xml.findings(archive):
            yield FileFinding(code, SEVERITIES[severity], words, where)


def _entries(archive: zipfile.ZipFile) -> Iterator[FileFinding]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        words = f"The document has {len(entries):,} parts; {MOST_ENTRIES:,} are allowed."
        raise _StopError(FileFinding("zip-bomb", "hold", words, ""))
    unpacked = 0
    for entry in entries:
        size, start = _inflate(archive, entry, MOST_UNPACKED - unpacked)
        unpacked += size
        yield from _entry(archive, entry, start)


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> tuple[int, bytes]:
    """The true size of an entry and its first bytes. Raises `_StopError` for a zip bomb."""
    size, start = 0, b""
    try:
        with archive.open(entry) as stream:
            while block := stream.read(CHUNK):
                start = start or block[:16]
                size += len(block)
                ratio = size / max(1, entry.compress_size)
                if size > room or (size > RATIO_MATTERS_OVER and ratio > MOST_RATIO):
                    words = "Unpacked, this document would be far larger than a document is."
                    raise _StopError(FileFinding("zip-bomb", "hold", words, _short(entry.filename)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        words = "A part of the document is damaged or protected by a password."
        raise _StopError(FileFinding("truncated", "hold", words, _short(entry.filename))) from fault
    return size, start


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, start: bytes) -> Iterator[FileFinding]:
    name, where = entry.filename.casefold(), _short(entry.filename)
    if "activex" in name:
        yield FileFinding("activex", "hold", "The document contains a control (ActiveX).", where)
    elif start.startswith(b"PK\x03\x04"):
        yield FileFinding(
            "embedded", "warn", "Another document or archive is inside this one.", where
        )
    elif start.startswith(b"\xd0\xcf\x11\xe0") or "/embeddings/" in name:
        yield FileFinding(
            "embedded", "warn", "An object of another program is inside this one.", where
        )
    if start.startswith(b"\xff\xd8\xff") and entry.file_size <= LARGEST_PICTURE:
        with archive.open(entry) as stream:
            if has_place(stream.read(LARGEST_PICTURE)):
                yield FileFinding("gps", "warn", "A picture says where it was taken.", where)


def _picture(path: Path) -> Iterator[FileFinding]:
    if has_place(path.read_bytes()):
        yield FileFinding("gps", "warn", "The picture says where it was taken.", "")


def _doc(_path: Path) -> Iterator[FileFinding]:
    words = "This is the old Word format: what may be hidden in it cannot be listed here."
    yield FileFinding("legacy-word", "warn", words, "")


Sign = tuple[str, Severity, str]
# Control words of RTF that matter (RTF specification 1.9.1), with what they mean for a clerk.
RTF_SIGNS: Final[tuple[tuple[re.Pattern[bytes], Sign], ...]] = (
    (
        re.compile(rb"\\(objdata|object|objocx)\b"),
        ("embedded", "warn", "An object of another program is inside this document."),
    ),
    (
        re.compile(rb"\\v(?![a-z0-9-])|\\v1\b"),
        ("hidden-text", "warn", "The document has hidden text."),
    ),
    (
        re.compile(rb"\\\*\\template\b|INCLUDEPICTURE|INCLUDETEXT|DDEAUTO"),
        ("external", "warn", "The document loads something from elsewhere."),
    ),
    (
        re.compile(rb"\\(revised|deleted)(?![a-z0-9])"),
        ("tracked-changes", "warn", "The document has tracked changes."),
    ),
    (
        re.compile(rb"\\\*\\annotation\b"),
        ("comment", "warn", "The document has comments."),
    ),
)
RTF_PERSON: Final = re.compile(rb"\{\\(author|operator|company|manager) ?([^{}]{1,300})\}")


def _rtf(path: Path) -> Iterator[FileFinding]:
    raw = path.read_bytes()
    for pattern, sign in RTF_SIGNS:
        if pattern.search(raw):
            yield FileFinding(*sign, "")
    for match in RTF_PERSON.finditer(raw):
        what, name = match[1].decode(), match[2].decode("cp1252", "replace").strip()
        yield FileFinding(f"metadata-{what}", "info", _short(name), "document properties")
    if not raw.rstrip(b"\0\r\n\t ").endswith(b"}"):
        yield FileFinding(
            "truncated", "hold", "The document has no end: a part was probably lost.", ""
        )


HTML_SIGNS: Final[tuple[tuple[re.Pattern[str], Sign], ...]] = (
    (
        re.compile(r"<script\b|\bjavascript:", re.IGNORECASE),
        ("script", "warn", "The page contains a script. It is left out of what is published."),
    ),
    (
        re.compile(
            r"display\s*:\s*none|visibility\s*:\s*hidden|<[^<>]{0,500}\shidden[\s=>]",
            re.IGNORECASE,
        ),
        ("hidden-text", "warn", "The page has hidden text."),
    ),
    (
        re.compile(
            r"<(img|iframe|link|object|embed|video|audio)\b[^<>]{0,2000}\bhttps?:", re.IGNORECASE
        ),
        (
            "external",
            "warn",
            "The page loads something from elsewhere; what is published does not.",
        ),
    ),
    (
        re.compile(r"<!--(?!\[if)"),
        ("comment", "warn", "The page has comments in its source."),
    ),
)
HTML_AUTHOR: Final = re.compile(
    r"<meta\b[^<>]{0,500}\bname=[\"']?(author|generator)[\"']?[^<>]{0,500}\bcontent=[\"']([^\"']{1,300})",
    re.IGNORECASE,
)


def _html(path: Path) -> Iterator[FileFinding]:
    text = decode_text(path.read_bytes()) or ""
    for pattern, sign in HTML_SIGNS:
        if pattern.search(text):
            yield FileFinding(*sign, "")
    for match in HTML_AUTHOR.finditer(text):
        yield FileFinding(
            f"metadata-{match[1].lower()}", "info", _short(match[2]), "head of the page"
        )


def _short(words: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


LOOKS: Final[dict[Kind, Callable[[Path], Iterator[FileFinding]]]] = {
    Kind.DOCX: _office,
    Kind.ODT: _office,
    Kind.DOC: _doc,
    Kind.RTF: _rtf,
    Kind.HTML: _html,
    Kind.JPEG: _picture,
    Kind.PNG: _picture,
}


if __name__ == "__main__":
    child.serve(answer)
