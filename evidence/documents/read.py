"""Reads a witness's file into a document, with findings for a clerk."""

import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from evidence.documents import readers
from evidence.documents.document import Document
from evidence.documents.errors import UnreadableFileError
from evidence.documents.metadata import Detail, as_checked, carried, places_of, unseen
from evidence.documents.readers import pandoc
from evidence.documents.readers.completeness import Passage, merged, missing_and_added, texts
from evidence.documents.readers.images import Album
from evidence.documents.readers.pandoc_blocks import Builder
from evidence.documents.readers.source import Original
from evidence.documents.readers.typed_numbers import with_one_number_each
from evidence.documents.text_cleaning import count_words
from evidence.findings import Finding, Location

__all__ = ["Reading", "UnreadableFileError", "read"]

_EMPTY = (
    "The file has no text that can be read. If its pages are pictures (a scan), please ask for it "
    "as a PDF or as text."
)
LONGEST = 5_000_000
"""Letters of a document; the longest novels have fewer."""
_TOO_LONG = "The text is far longer than a submission, so it was not read."
# The module that reads each kind. Only the one that is needed is loaded: each file is read in a
# process of its own, which would take longer to load all of them than to read.
_READERS = {
    "docx": "docx",
    "odt": "odt",
    "rtf": "rtf",
    "html": "html",
    "eml": "email",
    "msg": "email",
    "txt": "text",
    "xlsx": "xlsx",
}
# The format in which pandoc reads what was written for it, where that is not the kind itself.
_AS = {"eml": "html", "msg": "html"}
# Kinds of which pandoc takes title and authors from paragraph styles. For the others it takes
# them from the file's metadata.
_STYLED = frozenset({"docx", "odt"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, its pictures by name, and the findings.

    `details` are the metadata that a reader of the file does not see. No rendition may contain
    them.
    """

    document: Document
    images: dict[str, bytes]
    findings: tuple[Finding, ...]
    words: int
    details: tuple[Detail, ...] = ()


def read(path: Path, kind: str) -> Reading:
    """Read a file of the kind "docx", "odt", "rtf", "html", "eml", "msg", "xlsx" or "txt".

    No part of the file itself is copied: text is cleaned, pictures are re-encoded, and hidden text
    is removed (with a finding that holds the submission). Findings list every word of the original
    that is missing from the document, and the reverse. Raises `UnreadableFileError`.
    """
    if kind == "txt":
        document, findings = _reader(kind).read(path.read_bytes())
        document, typed_numbers = with_one_number_each(document)
        findings += typed_numbers
        return _checked(Reading(document, {}, tuple(findings), _count(document)))
    if kind == "xlsx":
        return _checked(_spreadsheet(path))
    if kind not in _READERS:
        raise UnreadableFileError(f"Files of the kind {kind} cannot be read into the document.")
    with tempfile.TemporaryDirectory(prefix="read-") as folder:
        return _checked(_read_in(Path(folder), path, kind))


def _reader(kind: str) -> Any:
    return _module(_READERS[kind])


def _module(name: str) -> Any:
    return import_module(f"{readers.__name__}.{name}")


def _read_in(folder: Path, path: Path, kind: str) -> Reading:
    target = folder / f"original.{kind}"
    original: Original = _reader(kind).prepare_for_pandoc(path, target)
    if kind == "rtf":
        rich_text = _module("rtf_tree").read(target.read_text(encoding="utf-8"), original.labels)
        tree = rich_text.tree
        original.pictures |= rich_text.pictures
        # Numbers of headings and of rows, which are words of the document.
        place = Location("text")
        original.passages += [Passage(words, place) for words in rich_text.words]
    else:
        tree = pandoc.tree(target, _AS.get(kind, kind), folder=folder)
    album = Album(original.pictures, descriptions=original.descriptions)
    builder = Builder(album.fetch, original.labels)
    document = builder.document(
        tree, language=original.language or "en", uses_styled_title=kind in _STYLED
    )
    findings = [
        *original.findings,
        *(r for r in builder.findings if r.code != "formula" or kind != "docx"),
        *album.findings,
        *album.unseen(),
        *missing_and_added(original.passages, document),
    ]
    # Only now, so that a number taken off is not reported as a missing word.
    document, typed_numbers = with_one_number_each(document)
    findings += typed_numbers
    visible = "\n".join(passage.words for passage in original.passages)
    details = unseen([*original.details, *album.details], visible)
    findings = [*as_checked(findings, details), *carried(details, places_of(document))]
    return Reading(document, album.images, merged(findings), _count(document), details)


def _spreadsheet(path: Path) -> Reading:
    document, findings, properties = _reader("xlsx").read(path)
    details = unseen(properties, "\n".join(texts(document)))
    findings += [
        Finding.quoting("metadata-left-out", "info", detail.words, detail.location)
        for detail in details
        if detail.location.code in {"author", "saved-by", "company", "manager"}
    ]
    findings += carried(details, places_of(document))
    return Reading(document, {}, merged(findings), _count(document), details)


def _count(document: Document) -> int:
    return sum(count_words(text) for text in texts(document))


def _checked(reading: Reading) -> Reading:
    if not reading.words and not reading.images:
        raise UnreadableFileError(_EMPTY)
    if sum(map(len, texts(reading.document))) > LONGEST:
        raise UnreadableFileError(_TOO_LONG)
    return reading
