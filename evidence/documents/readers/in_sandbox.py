"""Reads one file into the document. Runs in the sandbox (`evidence.sandbox.child`)."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from evidence.documents.document import Document, Image
from evidence.documents.errors import UnreadableFileError
from evidence.documents.metadata import unseen
from evidence.documents.read import Reading, read
from evidence.documents.readers.image_reencode import ImageUnreadableError, remade
from evidence.documents.readers.metadata import of_picture
from evidence.documents.readers.sandbox_result import Handed, handed
from evidence.sandbox import child

PICTURES = frozenset({"jpeg", "png", "webp", "heic"})


def answer(source: str, kind: str, folder: str) -> dict[str, Any]:
    """Runs in the sandbox."""
    path = Path(source)
    try:
        reading = _picture(path) if kind in PICTURES else read(path, kind)
    except UnreadableFileError as problem:
        return asdict(Handed(refused=str(problem)))
    return handed(reading, Path(folder))


def _picture(path: Path) -> Reading:
    """A picture sent as an extra file: a document with nothing but the re-encoded picture."""
    content = path.read_bytes()
    try:
        picture = remade(content)
    except ImageUnreadableError as problem:
        raise UnreadableFileError(f"The picture cannot be used: {problem}.") from None
    block = Image(name=picture.name, alt="Picture sent by the witness", sha=picture.sha)
    details = unseen(of_picture(content), block.alt)
    return Reading(Document(blocks=(block,)), {picture.name: picture.content}, (), 0, details)


if __name__ == "__main__":
    child.serve(answer)
