"""Opens any file that can become a document: text files of every kind, old Word, pictures.

A stranger's file is read in a sandbox, so a file that hangs or crashes its reader cannot stop a
worker.
"""

import tempfile
from pathlib import Path
from typing import Final

from evidence.documents.libreoffice import doc_to_docx
from evidence.documents.read import Reading, UnreadableFileError, read
from evidence.documents.readers.sandbox_result import Handed, taken
from evidence.files.accepted_types import Kind
from evidence.sandbox.child import ChildFailedError, work

SECONDS: Final = 150.0
"""pandoc alone may take a minute."""
SHORT: Final = 64 * 1024
"""Plain texts of at most so many bytes need no reader but our own, and hardly any time."""
_ASK: Final = "Please ask for it again, saved as a new Word document."


def opened(path: Path, kind: Kind) -> Reading:
    """The document of a file that is not a PDF. Raises `UnreadableFileError`."""
    if kind == Kind.TXT and path.stat().st_size <= SHORT:
        return read(path, kind.value)
    if kind == Kind.DOC:
        with tempfile.TemporaryDirectory(prefix="legacy-") as folder:
            converted = Path(folder) / "converted.docx"
            converted.write_bytes(doc_to_docx(path))
            return _apart(converted, Kind.DOCX)
    return _apart(path, kind)


def _apart(path: Path, kind: Kind) -> Reading:
    with tempfile.TemporaryDirectory(prefix="reading-") as folder:
        order = {"source": str(path.resolve()), "kind": kind.value, "folder": folder}
        try:
            answer = work(
                "evidence.documents.readers.in_sandbox", order, seconds=SECONDS, programs=True
            )
        except ChildFailedError as fault:
            raise UnreadableFileError(f"The file cannot be read. {fault} {_ASK}") from fault
        handed = Handed.from_answer(answer)
        if handed.refused:
            raise UnreadableFileError(handed.refused)
        return taken(handed, Path(folder))
