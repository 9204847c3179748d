"""Opens any file that can be read as a document: text of every kind, the old Word, pictures."""

import tempfile
from pathlib import Path

from evidence.files.sniff import Kind
from evidence.house.details import unseen
from evidence.house.facsimile import doc_to_docx
from evidence.house.file_details import of_picture
from evidence.house.model import Document, Image
from evidence.house.pictures import CannotShow, remade
from evidence.house.read import CannotRead, Reading, read

PICTURES = frozenset({Kind.JPEG, Kind.PNG})


def opened(path: Path, kind: Kind) -> Reading:
    """The house form of a file that is not a PDF. Raises `CannotRead`."""
    if kind in PICTURES:
        return _picture(path)
    if kind == Kind.DOC:
        with tempfile.TemporaryDirectory(prefix="legacy-") as folder:
            converted = Path(folder) / "converted.docx"
            converted.write_bytes(doc_to_docx(path))
            return read(converted, Kind.DOCX.value)
    return read(path, kind.value)


def _picture(path: Path) -> Reading:
    """A picture sent as an extra file: a document that holds it alone, made anew."""
    try:
        content = path.read_bytes()
        picture = remade(content)
    except CannotShow as problem:
        raise CannotRead(f"The picture cannot be used: {problem}.") from None
    block = Image(name=picture.name, alt="Picture sent by the witness", sha=picture.sha)
    details = unseen(of_picture(content), block.alt)
    return Reading(Document(blocks=(block,)), {picture.name: picture.content}, (), 0, details)
