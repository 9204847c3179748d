"""Checks files of every kind except PDF for hidden or dangerous content.

Archives are judged by inflating them, never by their headers. Runs in a child process; see
`evidence.sandbox.child`.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from evidence.files.accepted_types import Kind
from evidence.files.text_types import decode_text
from evidence.files.zip_files import (
    END_OF_DIRECTORY,
    LARGEST_METAFILE,
    open_archive,
    packs_tightly,
)
from evidence.findings import Finding, Location, Parameter, Severity
from evidence.intake import office_xml, slides
from evidence.pdf.sanitize.photo_properties import STARTS, findings_in
from evidence.sandbox import child

MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_ENTRIES: Final = 2_000
MOST_RATIO: Final = 100
RATIO_MATTERS_OVER: Final = 1024 * 1024
CHUNK: Final = 256 * 1024
LARGEST_PICTURE: Final = 50 * 1024 * 1024
LONGEST: Final = 200
MOST_FINDINGS: Final = 200
UNREADABLE: Final = Finding("unreadable", "hold", {"kind": "damaged"})


def look(path: Path, kind: Kind) -> list[Finding]:
    """Findings without repeats, at most 200. Never raises on a hostile file."""
    findings: dict[Finding, None] = {}
    try:
        findings |= dict.fromkeys(_polyglot(path, kind))
        for finding in LOOKS[kind](path) if kind in LOOKS else ():
            findings.setdefault(finding)
            if len(findings) >= MOST_FINDINGS:
                break
    except Exception:  # noqa: BLE001 - a file may provoke anything in its readers
        findings.setdefault(UNREADABLE)
    return list(findings)


def answer(source: str, kind: str) -> list[dict[str, Any]]:
    """What the child process runs; findings as JSON."""
    return [finding.to_json() for finding in look(Path(source), Kind(kind))]


class _StopError(Exception):
    """An archive is not to be read further."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def _polyglot(path: Path, kind: Kind) -> Iterator[Finding]:
    """Finds files that are valid in two formats, which different programs show differently."""
    with path.open("rb") as stream:
        head = stream.read(1024)
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_557))
        tail = stream.read()
    at = tail.rfind(END_OF_DIRECTORY)
    archive = kind in {Kind.DOCX, Kind.ODT, Kind.XLSX, Kind.PPTX}
    if archive and b"%PDF-" in head:
        yield Finding("polyglot", "hold", {"kind": "pdf-as-well"})
    if (
        archive
        and at >= 0
        and len(tail) - at - 22 != int.from_bytes(tail[at + 20 : at + 22], "little")
    ):
        yield Finding("polyglot", "hold", {"kind": "more-after-end"})
    if not archive and kind not in {Kind.DOC, Kind.MSG} and at >= 0 and _is_archive(path):
        yield Finding("polyglot", "hold", {"kind": "archive-at-end"})


def _is_archive(path: Path) -> bool:
    try:
        with open_archive(path) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _office(path: Path) -> Iterator[Finding]:
    """DOCX and ODT: first the archive itself, then, if it is harmless, its XML."""
    try:
        archive = open_archive(path)
    except zipfile.BadZipFile:
        yield Finding("truncated", "hold")
        return
    with archive:
        try:
            yield from _entries(archive)
        except _StopError as stop:
            yield stop.finding
            return
        yield from office_xml.findings(archive)


def _presentation(path: Path) -> Iterator[Finding]:
    yield from (holds := list(_office(path)))
    if not any(finding.severity == "hold" for finding in holds):
        with open_archive(path) as archive:
            yield from slides.findings(archive)


def _entries(archive: zipfile.ZipFile) -> Iterator[Finding]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        parameters: dict[str, Parameter] = {
            "kind": "parts",
            "count": len(entries),
            "limit": MOST_ENTRIES,
        }
        raise _StopError(Finding("zip-bomb", "hold", parameters))
    unpacked = 0
    for entry in entries:
        size, start = _inflate(archive, entry, MOST_UNPACKED - unpacked)
        unpacked += size
        yield from _entry(archive, entry, start)


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> tuple[int, bytes]:
    """The true size of an entry and its first bytes. Raises `_StopError` for a zip bomb."""
    size, start = 0, b""
    matters_over = LARGEST_METAFILE if packs_tightly(entry.filename) else RATIO_MATTERS_OVER
    try:
        with archive.open(entry) as stream:
            while block := stream.read(CHUNK):
                start = start or block[:16]
                size += len(block)
                ratio = size / max(1, entry.compress_size)
                if size > room or (size > matters_over and ratio > MOST_RATIO):
                    raise _StopError(Finding("zip-bomb", "hold", location=_place(entry)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        finding = Finding("truncated", "hold", {"kind": "part"}, _place(entry))
        raise _StopError(finding) from fault
    return size, start


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, start: bytes) -> Iterator[Finding]:
    name, location = entry.filename.casefold(), _place(entry)
    if "activex" in name:
        yield Finding("activex", "hold", location=location)
    elif start.startswith(b"PK\x03\x04"):
        yield Finding("embedded", "warn", {"kind": "archive"}, location)
    elif start.startswith(b"\xd0\xcf\x11\xe0") or "/embeddings/" in name:
        yield Finding("embedded", "warn", location=location)
    if start.startswith(STARTS) and entry.file_size <= LARGEST_PICTURE:
        with archive.open(entry) as stream:
            yield from findings_in(stream.read(LARGEST_PICTURE), location)


def _picture(path: Path) -> Iterator[Finding]:
    yield from findings_in(path.read_bytes())


def _doc(_path: Path) -> Iterator[Finding]:
    yield Finding("legacy-word", "warn")


Sign = tuple[str, Severity, dict[str, str]]
# Control words of RTF (specification 1.9.1) that are checked, with the findings they cause.
RTF_SIGNS: Final[tuple[tuple[re.Pattern[bytes], Sign], ...]] = (
    (
        re.compile(rb"\\(objdata|object|objocx)\b"),
        ("embedded", "warn", {}),
    ),
    (
        re.compile(rb"\\v(?![a-z0-9-])|\\v1\b"),
        ("hidden-text", "warn", {"kind": "document"}),
    ),
    (
        re.compile(rb"\\\*\\template\b|INCLUDEPICTURE|INCLUDETEXT|DDEAUTO"),
        ("external", "warn", {"kind": "elsewhere"}),
    ),
    (
        re.compile(rb"\\(revised|deleted)(?![a-z0-9])"),
        ("tracked-changes", "warn", {}),
    ),
    (
        re.compile(rb"\\\*\\annotation\b"),
        ("comment", "warn", {}),
    ),
)
RTF_PERSON: Final = re.compile(rb"\{\\(author|operator|company|manager) ?([^{}]{1,300})\}")


def _rtf(path: Path) -> Iterator[Finding]:
    raw = path.read_bytes()
    for pattern, sign in RTF_SIGNS:
        if pattern.search(raw):
            yield Finding(*sign)
    for match in RTF_PERSON.finditer(raw):
        what, name = match[1].decode(), match[2].decode("cp1252", "replace").strip()
        yield Finding.quoting(f"metadata-{what}", "info", _short(name), Location("properties"))
    if not raw.rstrip(b"\0\r\n\t ").endswith(b"}"):
        yield Finding("truncated", "hold", {"kind": "no-end"})


HTML_SIGNS: Final[tuple[tuple[re.Pattern[str], Sign], ...]] = (
    (
        re.compile(r"<script\b|\bjavascript:", re.IGNORECASE),
        ("script", "warn", {"kind": "page"}),
    ),
    (
        re.compile(
            r"display\s*:\s*none|visibility\s*:\s*hidden|<[^<>]{0,500}\shidden[\s=>]",
            re.IGNORECASE,
        ),
        ("hidden-text", "warn", {"kind": "page"}),
    ),
    (
        re.compile(
            r"<(img|iframe|link|object|embed|video|audio)\b[^<>]{0,2000}\bhttps?:", re.IGNORECASE
        ),
        ("external", "warn", {"kind": "page"}),
    ),
    (
        re.compile(r"<!--(?!\[if)"),
        ("comment", "warn", {"kind": "page"}),
    ),
)
HTML_AUTHOR: Final = re.compile(
    r"<meta\b[^<>]{0,500}\bname=[\"']?(author|generator)[\"']?[^<>]{0,500}\bcontent=[\"']([^\"']{1,300})",
    re.IGNORECASE,
)


def _html(path: Path) -> Iterator[Finding]:
    text = decode_text(path.read_bytes()) or ""
    for pattern, sign in HTML_SIGNS:
        if pattern.search(text):
            yield Finding(*sign)
    for match in HTML_AUTHOR.finditer(text):
        code = f"metadata-{match[1].lower()}"
        yield Finding.quoting(code, "info", _short(match[2]), Location("page-head"))


def _place(entry: zipfile.ZipInfo) -> Location:
    return office_xml.part_of(_short(entry.filename))


def _short(words: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


LOOKS: Final[dict[Kind, Callable[[Path], Iterator[Finding]]]] = {
    Kind.DOCX: _office,
    Kind.ODT: _office,
    Kind.XLSX: _office,
    Kind.PPTX: _presentation,
    Kind.DOC: _doc,
    Kind.RTF: _rtf,
    Kind.HTML: _html,
    Kind.JPEG: _picture,
    Kind.PNG: _picture,
    Kind.WEBP: _picture,
    Kind.HEIC: _picture,
}


if __name__ == "__main__":
    child.serve(answer)
