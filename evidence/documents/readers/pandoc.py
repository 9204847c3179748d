"""Runs pandoc: a witness's file in, its syntax tree out."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from evidence.documents.errors import UnreadableFileError
from evidence.sandbox import programs

SECONDS = 60.0
HEAP_MB = 512

_UNREADABLE = (
    "The file could not be read as a document of its kind. It may be damaged, or be of another "
    "kind than its name says. Please ask for it again, saved as a new Word document."
)


def tree(
    path: Path,
    kind: str,
    *,
    folder: Path,
    seconds: float = SECONDS,
    heap_mb: int = HEAP_MB,
) -> dict[str, Any]:
    """pandoc's JSON syntax tree of the file. Raises `UnreadableFileError`.

    Always uses `--sandbox`: without it an ODT can make pandoc fetch addresses and copy local files.
    The heap limit is pandoc's own, because it reserves a terabyte of address space.
    """
    argv = [str(program()), "--sandbox", "--from", kind, "--to", "json"]
    argv += [str(path.resolve()), "+RTS", f"-M{heap_mb}M", "-RTS"]
    try:
        ended = programs.run(argv, folder=folder, seconds=seconds)
    except programs.ProgramFailedError as error:
        raise UnreadableFileError(str(error)) from error
    if ended.returncode != 0:
        raise UnreadableFileError(_UNREADABLE)
    try:
        parsed: dict[str, Any] = json.loads(ended.stdout)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(_UNREADABLE) from error
    return parsed


@cache
def program() -> Path:
    """The pandoc from the Python package, not one that happens to be on the path.

    The package is looked up, not loaded: that takes as long as reading a short file.
    """
    package = find_spec("pypandoc")
    if package is None or package.origin is None:
        raise UnreadableFileError("The program pandoc is not installed on this machine.")
    return Path(package.origin).parent / "files" / "pandoc"
