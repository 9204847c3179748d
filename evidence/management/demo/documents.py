"""Makes the files of the demo, each as its sender's own program might have written it.

The texts are our own Markdown, so pandoc may read the pictures they name. The same texts always
give the same files: dates are fixed.
"""

import io
import os
import re
import struct
import subprocess
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import pypandoc
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evidence.management.demo.types import DemoSubmission
from evidence.pdf.sandbox.typst import typeset

ARTICLE: Final = Path(__file__).with_name("article.typ")
MARKDOWN: Final = "markdown-tex_math_dollars-citations-raw_html-raw_tex-implicit_figures"
WRITTEN_ON: Final = 1_767_000_000  # seconds since 1970: the fixed date inside every file
PANDOC_SECONDS: Final = 60
MACROS_TYPE: Final = b"application/vnd.ms-word.document.macroEnabled.main+xml"
WORD_TYPE: Final = (
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
SCAN_LINE: Final = 78  # letters
TYPED_LINE: Final = 72
SCAN_LINES: Final = 44
SCAN_SIZE: Final = (1240, 1754)  # A4 at 150 dots to the inch

Charts = Mapping[str, tuple[str, Mapping[str, int]]]

CHARTS: Final[Charts] = {
    "chart-fees.png": (
        "Share of tuition fee income by students' domicile (%)",
        {"United Kingdom": 46, "China": 23, "India": 12, "Other": 19},
    ),
    "chart-survey.png": (
        "Respondents who had changed what they said in class (%)",
        {"UK students": 9, "Staff": 24, "Chinese students": 41, "Hong Kong students": 63},
    ),
    "chart-reports.png": (
        "Incidents known to the union and to the university",
        {"Told to a friend": 58, "Told to the union": 31, "Reported": 11, "Recorded": 4},
    ),
}


def write_documents(
    submissions: Iterable[DemoSubmission], annexes: Mapping[str, str], folder: Path
) -> dict[str, Path]:
    """Write the file of every submission and every further file into `folder`; their paths by name.

    `annexes` are further documents by name, in Markdown. Raises `RuntimeError` with pandoc's
    message if it cannot write one.
    """
    beside = folder / "pictures"
    beside.mkdir(parents=True, exist_ok=True)
    for name, (title, bars) in CHARTS.items():
        (beside / name).write_bytes(chart(title, bars))
    jobs: list[tuple[str, str, str, str]] = [
        (submission.file_name, submission.title, submission.text, _person(submission))
        for submission in submissions
    ]
    jobs += [(name, "", text, "") for name, text in annexes.items()]
    with ThreadPoolExecutor(2) as pool:
        contents = pool.map(lambda job: content_of(*job, beside=beside), jobs)
        made = {job[0]: content for job, content in zip(jobs, contents, strict=True)}
    made |= PICTURES
    paths = {name: folder / name for name in made}
    for name, content in made.items():
        paths[name].write_bytes(content)
    return paths


def content_of(name: str, title: str, text: str, person: str, *, beside: Path) -> bytes:
    """The bytes of one file. Its name decides its type and its fault, if any."""
    if name in SPECIAL:
        plain = content_of("plain.docx", title, text, person, beside=beside)
        return SPECIAL[name](plain)
    match Path(name).suffix:
        case ".txt":
            return typed(text).encode(ENCODINGS.get(name, "utf-8"))
        case ".pdf" if name in SCANNED:
            return scanned(text)
        case ".pdf":
            return article(title, text, person)
        case suffix:
            return signed(pandoc(text, suffix.removeprefix("."), beside), person)


def pandoc(text: str, kind: str, beside: Path) -> bytes:
    """Markdown as a DOCX, ODT, RTF or HTML; pictures lie in the folder `beside`."""
    command = [
        pypandoc.get_pandoc_path(),
        f"--from={MARKDOWN}",
        f"--to={kind}",
        "--standalone",
        "--metadata=pagetitle:Evidence",
        f"--resource-path={beside}",
        "--output=-",
    ]
    run = subprocess.run(  # noqa: S603 - a fixed program, and texts of our own on its input
        command,
        input=text.encode(),
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(WRITTEN_ON)},
        timeout=PANDOC_SECONDS,
        check=False,
    )
    if run.returncode or run.stderr:
        raise RuntimeError(f"pandoc: {run.stderr.decode(errors='replace')}")
    return run.stdout


def signed(content: bytes, person: str) -> bytes:
    """The file with the author's name in its properties, where word processors put it
    automatically."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    name = escape(person).encode()
    return rewritten(
        content,
        lambda _part, raw: re.sub(
            rb"<(dc:creator|meta:initial-creator)>[^<]*<",
            lambda match: b"<" + match[1] + b">" + name + b"<",
            raw,
        ),
        only={"docProps/core.xml", "meta.xml"},
    )


def rewritten(
    content: bytes,
    change: Callable[[str, bytes], bytes],
    *,
    only: set[str],
    more: Mapping[str, bytes] = {},
) -> bytes:
    """A ZIP with some of its parts changed and some added; order and packing stay."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            raw = old.read(entry)
            new.writestr(entry, change(entry.filename, raw) if entry.filename in only else raw)
        for name, raw in more.items():
            new.writestr(zipfile.ZipInfo(name, time.gmtime(WRITTEN_ON)[:6]), raw)
    return out.getvalue()


def article(title: str, text: str, person: str) -> bytes:
    """A PDF with real text. Supports only headings, lists and paragraphs of Markdown."""
    parts = [_part(part) for part in re.split(r"\n\s*\n", text.strip())]
    data = {"title": title, "byline": person, "author": person, "blocks": parts}
    return typeset(ARTICLE, data, standards=("1.7",))


def _part(part: str) -> dict[str, object]:
    if part.startswith("#"):
        return {"kind": "heading", "text": " ".join(part.lstrip("# ").split())}
    if part.startswith("- "):
        points = re.split(r"^- ", part, flags=re.MULTILINE)[1:]
        return {"kind": "list", "items": [" ".join(point.split()) for point in points]}
    return {"kind": "paragraph", "text": " ".join(part.split())}


def scanned(text: str) -> bytes:
    """Pages that are pictures of typed pages, a little askew: no word in them can be searched."""
    parts = re.split(r"\n\s*\n", text.strip())
    lines = [line for part in parts for line in (*textwrap.wrap(part, SCAN_LINE), "")]
    starts = range(0, len(lines), SCAN_LINES)
    pages = [_scanned_page(lines[at : at + SCAN_LINES], turn=at % 5) for at in starts]
    out = io.BytesIO()
    moment = time.gmtime(WRITTEN_ON)
    pages[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=150,
        quality=60,
        title="Scan",
        creationDate=moment,
        modDate=moment,
    )
    return out.getvalue()


def typed(text: str) -> str:
    """Text as a mail program sends it: lines of at most 72 characters, empty lines between
    paragraphs."""
    parts = re.split(r"\n\s*\n|\n(?=- )", text.strip())
    return "\n\n".join(textwrap.fill(" ".join(part.split()), TYPED_LINE) for part in parts) + "\n"


def _scanned_page(lines: list[str], *, turn: int) -> Image.Image:
    page = Image.new("L", SCAN_SIZE, 250)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=26)
    for row, line in enumerate(lines):
        pen.text((140, 150 + 34 * row), line, fill=40, font=font)
    askew = page.rotate((turn - 2) * 0.18, fillcolor=250, resample=Image.Resampling.BICUBIC)
    return askew.filter(ImageFilter.GaussianBlur(0.6))


def chart(title: str, bars: Mapping[str, int]) -> bytes:
    """A bar chart as a PNG."""
    picture = Image.new("RGB", (960, 110 + 80 * len(bars)), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=24)
    pen.text((24, 24), title, fill="#1a1a1a", font=ImageFont.load_default(size=28))
    longest = max(bars.values())
    for row, (label, value) in enumerate(bars.items()):
        top = 92 + 80 * row
        width = 560 * value // longest
        pen.rectangle((280, top, 280 + width, top + 44), fill="#2d5f8a")
        pen.text((24, top + 8), label, fill="#1a1a1a", font=font)
        pen.text((292 + width, top + 8), str(value), fill="#1a1a1a", font=font)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def poster() -> bytes:
    """A photograph of a notice board, with the place it was taken in its EXIF."""
    picture = Image.new("RGB", (900, 640), "#b58d5b")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((250, 90, 650, 550), fill="#f4f1e6", outline="#7a5a33", width=4)
    for row, line in enumerate(("PUBLIC LECTURE", "POSTPONED", "until further notice")):
        pen.text((300, 170 + 90 * row), line, fill="#222222", font=ImageFont.load_default(size=34))
    exif = Image.Exif()
    exif[0x010F] = "Camera of a telephone"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=80)
    return out.getvalue()


def with_macros(docx: bytes) -> bytes:
    """A Word file with macros: another content type, and a part that holds a program."""
    return rewritten(
        docx,
        lambda _part, raw: raw.replace(WORD_TYPE, MACROS_TYPE),
        only={"[Content_Types].xml"},
        more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(1024, b"\0")},
    )


def with_hidden_text(docx: bytes) -> bytes:
    """Marks the text of the style “Hidden” as hidden, as Word does."""
    return rewritten(
        docx,
        lambda _part, raw: re.sub(rb'<w:rStyle w:val="Hidden"\s*/>', b"<w:vanish/>", raw),
        only={"word/document.xml"},
    )


def locked(docx: bytes) -> bytes:
    """What Word makes of a file with a password: a container with the package inside, encrypted.

    Only the header and the directory are as MS-CFB has them; the package itself is no secret.
    """
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<H", header, 30, 9)
    directory = b""
    for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage"):
        entry = bytearray(name.encode("utf-16-le").ljust(128, b"\0"))
        struct.pack_into("<I", entry, 116, 2)
        directory += entry
    mixed = bytes(byte ^ 0x5A for byte in docx)
    return bytes(header) + bytes(512) + directory.ljust(512, b"\0") + mixed


def cut_short(docx: bytes) -> bytes:
    """A file that was truncated by a broken connection."""
    return docx[: len(docx) * 3 // 5]


def _person(submission: DemoSubmission) -> str:
    return submission.senders[0].name or submission.senders[0].organisation


SPECIAL: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "statement-with-form-fields.docm": with_macros,
    "evidence-protected.docx": locked,
    "evidence-final-upload.docx": cut_short,
    "response-to-call.docx": with_hidden_text,
}
SCANNED: Final = frozenset({"letter-scanned.pdf"})
ENCODINGS: Final[Mapping[str, str]] = {"my-letter.txt": "cp1252"}
PICTURES: Final[Mapping[str, bytes]] = {"notice-board.jpg": poster()}
