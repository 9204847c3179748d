"""Reads one file into the house form. Works apart: see `evidence.apart`."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from evidence import apart
from evidence.house.details import unseen
from evidence.house.errors import CannotRead
from evidence.house.file_details import of_picture
from evidence.house.handing import Handed, handed
from evidence.house.model import Document, Image
from evidence.house.pictures import CannotShow, remade
from evidence.house.read import Reading, read

PICTURES = frozenset({"jpeg", "png"})


def answer(source: str, kind: str, folder: str) -> dict[str, Any]:
    """The work itself, done apart."""
    path = Path(source)
    try:
        reading = _picture(path) if kind in PICTURES else read(path, kind)
    except CannotRead as problem:
        return asdict(Handed(refused=str(problem)))
    return handed(reading, Path(folder))


def _picture(path: Path) -> Reading:
    """A picture sent as an extra file: a document that holds it alone, made anew."""
    content = path.read_bytes()
    try:
        picture = remade(content)
    except CannotShow as problem:
        raise CannotRead(f"The picture cannot be used: {problem}.") from None
    block = Image(name=picture.name, alt="Picture sent by the witness", sha=picture.sha)
    details = unseen(of_picture(content), block.alt)
    return Reading(Document(blocks=(block,)), {picture.name: picture.content}, (), 0, details)


if __name__ == "__main__":
    apart.serve(answer)
