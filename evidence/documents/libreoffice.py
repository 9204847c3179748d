"""Runs LibreOffice: the original layout for clerks, and conversion of old .doc files.

LibreOffice is optional. It fetches linked pictures unless it has no network. When it fails, it
exits with 0 and writes no PDF. It copies the author's name into its output, so nothing made here is
published.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.documents.errors import UnreadableFileError
from evidence.files.accepted_types import Kind
from evidence.sandbox import programs

SECONDS = 120.0
MEMORY_MB = 8192
"""Address space; LibreOffice maps about 2 GB before it has read anything."""

_FAILED = (
    "LibreOffice could not open the file. It may be damaged, protected with a password, or of "
    "another kind than its name says."
)
_ABSENT = (
    "Old Word files (.doc) cannot be read on this machine. Please ask for the file again, saved "
    "as a new Word document (.docx)."
)
_NO_SLIDES = (
    "Presentations (.pptx) cannot be read on this machine. Please ask for a PDF of the slides."
)
PAGED = frozenset({Kind.PDF, Kind.PPTX})
"""Kinds whose pages stay as they are; of all others we read the words."""
_FILTERS = {"pdf": "pdf", "docx": "docx:MS Word 2007 XML"}


def libreoffice_facsimile(path: Path, kind: str) -> bytes | None:
    """A PDF of how the original looks, or None where LibreOffice is not installed.

    `kind` is the file's ending, since names are not trusted. Raises `UnreadableFileError`.
    """
    return _converted(path, kind, "pdf") if _program() else None


def is_installed() -> bool:
    """Whether this machine has LibreOffice."""
    return _program() is not None


def doc_to_docx(path: Path) -> bytes:
    """An old .doc as a .docx. Raises `UnreadableFileError`, also where LibreOffice is not
    installed."""
    if not _program():
        raise UnreadableFileError(_ABSENT)
    return _converted(path, "doc", "docx")


@contextmanager
def as_pages(path: Path, kind: Kind) -> Iterator[Path]:
    """A PDF of the pages or slides of a file, until the block ends; a PDF is its own.

    Hidden slides and speaker notes are not among them. Raises `UnreadableFileError`, also where
    LibreOffice is not installed.
    """
    if kind == Kind.PDF:
        yield path
        return
    if not _program():
        raise UnreadableFileError(_NO_SLIDES)
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        pages = Path(folder) / "pages.pdf"
        pages.write_bytes(_converted(path, kind.value, "pdf"))
        yield pages


def _program() -> str | None:
    return shutil.which("soffice")


def _converted(path: Path, kind: str, wanted: str) -> bytes:
    """Converts one file with a profile of its own, because two runs cannot share a profile."""
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        source = folder / f"original.{kind}"
        shutil.copyfile(path, source)
        made = folder / "made"
        argv = [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--convert-to",
            _FILTERS[wanted],
            "--outdir",
            str(made),
            str(source),
        ]
        try:
            programs.run(argv, folder=folder, seconds=SECONDS, memory_mb=MEMORY_MB)
        except programs.ProgramFailedError as error:
            raise UnreadableFileError(str(error)) from error
        result = made / f"original.{wanted}"
        if not result.is_file() or not result.stat().st_size:
            raise UnreadableFileError(_FAILED)
        return result.read_bytes()
