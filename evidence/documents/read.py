"""Reads a witness's file into a document, with findings for a clerk."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence.documents.document import Document
from evidence.documents.errors import DocumentFinding, UnreadableFileError
from evidence.documents.metadata import Detail, as_checked, carried, places_of, unseen
from evidence.documents.readers import docx, html, odt, pandoc, rtf
from evidence.documents.readers import text as plaintext
from evidence.documents.readers.completeness import merged, missing_and_added, texts
from evidence.documents.readers.images import Album
from evidence.documents.readers.pandoc_blocks import Builder
from evidence.documents.readers.source import Original
from evidence.documents.text_cleaning import count_words

__all__ = ["DocumentFinding", "Reading", "UnreadableFileError", "read"]

_EMPTY = (
    "The file has no text that can be read. If its pages are pictures (a scan), please ask for it "
    "as a PDF or as text."
)
LONGEST = 5_000_000
"""Letters of a document; the longest novels have fewer."""
_TOO_LONG = "The text is far longer than a submission, so it was not read."
_PREPARE: dict[str, Callable[[Path, Path], Original]] = {
    "docx": docx.prepare_for_pandoc,
    "odt": odt.prepare_for_pandoc,
    "rtf": rtf.prepare_for_pandoc,
    "html": html.prepare_for_pandoc,
}
# Kinds of which pandoc takes title and authors from paragraph styles. For the others it takes
# them from the file's metadata.
_STYLED = frozenset({"docx", "odt"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, its pictures by name, and what was noticed on the way.

    `details` are what the file says about itself and no reader of its text sees: nothing that is
    made of the document may hold it.
    """

    document: Document
    images: dict[str, bytes]
    findings: tuple[DocumentFinding, ...]
    words: int
    details: tuple[Detail, ...] = ()


def read(path: Path, kind: str) -> Reading:
    """Read a file of the kind "docx", "odt", "rtf", "html" or "txt".

    Nothing of the file itself is carried over: text is cleaned, pictures are made anew, hidden
    text is taken out (and named in a finding that holds the submission). Every word of the original
    that is not in the document, or the reverse, is in a finding. Raises `UnreadableFileError`.
    """
    if kind == "txt":
        document, findings = plaintext.read(path.read_bytes())
        return _checked(Reading(document, {}, tuple(findings), _count(document)))
    if kind not in _PREPARE:
        raise UnreadableFileError(f"Files of the kind {kind} cannot be read into the document.")
    with tempfile.TemporaryDirectory(prefix="read-") as folder:
        return _checked(_read_in(Path(folder), path, kind))


def _read_in(folder: Path, path: Path, kind: str) -> Reading:
    target = folder / f"original.{kind}"
    original = _PREPARE[kind](path, target)
    tree = pandoc.tree(target, kind, folder=folder)
    album = Album(
        original.pictures,
        descriptions=original.descriptions,
        folder=folder / pandoc.MEDIA if kind == "rtf" else None,
    )
    builder = Builder(album.fetch)
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
    visible = "\n".join(passage.words for passage in original.passages)
    details = unseen([*original.details, *album.details], visible)
    findings = [*as_checked(findings, details), *carried(details, places_of(document))]
    return Reading(document, album.images, merged(findings), _count(document), details)


def _count(document: Document) -> int:
    return sum(count_words(text) for text in texts(document))


def _checked(reading: Reading) -> Reading:
    if not reading.words and not reading.images:
        raise UnreadableFileError(_EMPTY)
    if sum(map(len, texts(reading.document))) > LONGEST:
        raise UnreadableFileError(_TOO_LONG)
    return reading
