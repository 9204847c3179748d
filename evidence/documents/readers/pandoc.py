"""Runs pandoc: a witness's file in, its syntax tree out."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pypandoc

from evidence.documents.errors import UnreadableFileError
from evidence.sandbox import programs

SECONDS = 60.0
HEAP_MB = 512
MEDIA = "media"
"""The folder, below the working folder, that pandoc writes an RTF's pictures to."""

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

    `--sandbox` is never left out: without it an ODT makes pandoc fetch addresses and copy local
    files. The heap limit is pandoc's own, because it reserves a terabyte of address space.
    """
    argv = [str(program()), "--sandbox", "--from", kind, "--to", "json"]
    if kind == "rtf":
        argv.append(f"--extract-media={MEDIA}")
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
    """The pandoc that the package brings along, not whichever is on the path."""
    return Path(pypandoc.__file__).parent / "files" / "pandoc"
