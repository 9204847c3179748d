"""Read what a witness sent into the house form, and say what a clerk should know about it."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence.house import opendocument, pandoc, plaintext, richtext, webpage, word
from evidence.house.account import merged, missing_and_added, texts
from evidence.house.album import Album
from evidence.house.errors import CannotRead, Remark
from evidence.house.letters import count_words
from evidence.house.model import Document
from evidence.house.original import Original
from evidence.house.tree import Builder

__all__ = ["CannotRead", "Reading", "Remark", "read"]

_EMPTY = (
    "The file has no text that can be read. If its pages are pictures (a scan), please ask for it "
    "as a PDF or as text."
)
_TIDIERS: dict[str, Callable[[Path, Path], Original]] = {
    "docx": word.tidied,
    "odt": opendocument.tidied,
    "rtf": richtext.tidied,
    "html": webpage.tidied,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A document in the house form, its pictures by name, and what was noticed on the way."""

    document: Document
    images: dict[str, bytes]
    remarks: tuple[Remark, ...]
    words: int


def read(path: Path, kind: str) -> Reading:
    """Read a file of the kind "docx", "odt", "rtf", "html" or "txt".

    Nothing of the file itself is carried over: text is cleaned, pictures are made anew, hidden
    text is taken out (and named in a remark that holds the piece). Every word of the original that
    is not in the document, or the reverse, is in a remark. Raises `CannotRead`.
    """
    if kind == "txt":
        document, remarks = plaintext.read(path.read_bytes())
        return _checked(Reading(document, {}, tuple(remarks), _count(document)))
    if kind not in _TIDIERS:
        raise CannotRead(f"Files of the kind {kind} cannot be read into the house form.")
    with tempfile.TemporaryDirectory(prefix="read-") as folder:
        return _checked(_read_in(Path(folder), path, kind))


def _read_in(folder: Path, path: Path, kind: str) -> Reading:
    target = folder / f"original.{kind}"
    original = _TIDIERS[kind](path, target)
    tree = pandoc.tree(target, kind, folder=folder)
    album = Album(
        original.pictures,
        descriptions=original.descriptions,
        folder=folder / pandoc.MEDIA if kind == "rtf" else None,
    )
    builder = Builder(album.fetch)
    document = builder.document(tree, language=original.language or "en", face=kind != "html")
    remarks = [
        *original.remarks,
        *(r for r in builder.remarks if r.code != "formula" or kind != "docx"),
        *album.remarks,
        *album.unseen(),
        *missing_and_added(original.passages, document),
    ]
    return Reading(document, album.images, merged(remarks), _count(document))


def _count(document: Document) -> int:
    return sum(count_words(text) for text in texts(document))


def _checked(reading: Reading) -> Reading:
    if not reading.words and not reading.images:
        raise CannotRead(_EMPTY)
    return reading
