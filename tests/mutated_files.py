"""Makes damaged files: small ones of every accepted kind, changed by chance in a repeatable way."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
from openpyxl import Workbook
from PIL import Image

from evidence.documents.document import Cell, Document, Heading, Paragraph, Run, Table
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.files.accepted_types import Kind
from tests.factories import pandoc_made
from tests.outlook_files import outlook_email
from tests.phone_photo import PHOTO

MARKDOWN = (
    "# Head\n\nOne *two* **three**[^1].\n\n1. four\n    - five\n\n"
    "| a | b |\n|---|---|\n| c | d |\n\n> six\n\n"
    "$x^2$ and [a link](https://a.example).\n\n[^1]: A note.\n"
)
EMAIL = (
    b"From: Ann <ann@b.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<p>caf=C3=A9</p>\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n--b--\r\n"
)
HEADING = PageHeading("Committee", "Inquiry", "Written evidence", "FIA0001", "March 2026")
# What a length, a count, a depth or a reference may be replaced by.
NUMBERS = (b"0", b"-1", b"1", b"65535", b"65536", b"2147483647", b"99999999999", b"1e9", b"NaN")
TAG = re.compile(rb"<[^<>]{1,200}>")
DIGITS = re.compile(rb"\d{1,9}")


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize((64, 64)).save(out, kind)
    return out.getvalue()


def _workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Payee", "Amount", "=1+1"])
    book.active.append(["College", 12.5, None])
    book.active.merge_cells("A3:B4")
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.save(out)
    return out.getvalue()


def _pdf() -> bytes:
    cell = Cell((Paragraph((Run("cell"),)),))
    blocks = (
        Heading(1, (Run("Head"),)),
        Paragraph((Run("Words."),), 1),
        Table((), ((cell, cell),)),
    )
    return to_pdf(Document(blocks), {}, HEADING).pdf


def _plain_pdf() -> bytes:
    """The same with its objects readable, so that changes reach them."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(_pdf())) as made:
        made.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
        )
    return out.getvalue()


SOURCES: dict[str, tuple[Kind, Callable[[], bytes]]] = {
    "docx": (Kind.DOCX, lambda: pandoc_made(MARKDOWN, "docx")),
    "odt": (Kind.ODT, lambda: pandoc_made(MARKDOWN, "odt")),
    "rtf": (Kind.RTF, lambda: pandoc_made(MARKDOWN, "rtf")),
    "html": (Kind.HTML, lambda: pandoc_made(MARKDOWN, "html")),
    "pptx": (Kind.PPTX, lambda: pandoc_made(MARKDOWN, "pptx")),
    "xlsx": (Kind.XLSX, _workbook),
    "eml": (Kind.EML, lambda: EMAIL),
    "msg": (Kind.MSG, lambda: outlook_email("Words.", attachments=[("a.txt", b"x" * 5000)])),
    "pdf": (Kind.PDF, _pdf),
    "plain-pdf": (Kind.PDF, _plain_pdf),
    "jpeg": (Kind.JPEG, lambda: _picture("JPEG")),
    "png": (Kind.PNG, lambda: _picture("PNG")),
    "webp": (Kind.WEBP, lambda: _picture("WEBP")),
    "heic": (Kind.HEIC, lambda: PHOTO),
}


@cache
def source(name: str) -> bytes:
    return SOURCES[name][1]()


def mutated(name: str, seed: int) -> bytes:
    """The source with one to four changes; the same for the same seed."""
    chance = random.Random(f"{name}:{seed}")
    content = source(name)
    for _ in range(chance.randint(1, 4)):
        if content.startswith(b"PK") and chance.random() < 0.8:
            content = _inside_zip(content, chance)
        else:
            content = _change(content, chance)
    return content


def _inside_zip(content: bytes, chance: random.Random) -> bytes:
    """One part changed, left out, doubled or emptied; the ZIP itself stays whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError):
        return _change(content, chance)
    if not parts:
        return _change(content, chance)
    at = chance.randrange(len(parts))
    name, part = parts[at]
    what = chance.random()
    if what < 0.1:
        del parts[at]
    elif what < 0.15:
        parts[at] = name, b""
    elif what < 0.2:
        parts[at] = name, parts[chance.randrange(len(parts))][1]
    else:
        parts[at] = name, _change(part, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return out.getvalue()


def _change(content: bytes, chance: random.Random) -> bytes:
    changes = (_flip, _cut, _repeat, _delete, _renumber, _move_tag, _truncate)
    return chance.choice(changes)(content, chance) if content else b"\0"


def _flip(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def _span(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(content))
    return start, min(len(content), start + chance.choice((1, 4, 16, 64, 512)))


def _cut(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 10, 1000)) + content[end:]


def _delete(content: bytes, chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + bytes(end - start) + content[end:]


def _renumber(content: bytes, chance: random.Random) -> bytes:
    matches = list(DIGITS.finditer(content))
    if not matches:
        return _flip(content, chance)
    match = chance.choice(matches)
    return content[: match.start()] + chance.choice(NUMBERS) + content[match.end() :]


def _move_tag(content: bytes, chance: random.Random) -> bytes:
    matches = list(TAG.finditer(content))
    if not matches:
        return _cut(content, chance)
    tag, place = chance.choice(matches), chance.choice(matches).start()
    times = chance.choice((1, 1, 1, 300))
    return content[:place] + tag[0] * times + content[place:]


def _truncate(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(1, len(content) + 1)]


def written(folder: Path, name: str, seed: int) -> Path:
    path = folder / f"mutated.{SOURCES[name][0].value}"
    path.write_bytes(mutated(name, seed))
    return path
