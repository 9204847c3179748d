"""Reads pictures of pages with tesseract, a program that is used if it is installed."""

import csv
import io
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from evidence.pdf.exceptions import TextExtractionError
from evidence.pdf.machine_reading import LEAST_SURE, LEAST_SURE_PAGE, PageReading
from evidence.pdf.sandbox.scanned_pages import draw_page
from evidence.pdf.sanitize.invisible_words import Word
from evidence.sandbox import programs

SECONDS: Final = 120.0
MEMORY_MB: Final = 1_536
ENGLISH: Final = "eng"
ORIENTATION: Final = "osd"
# A page that is read with less confidence may be on its side, which takes a second to find out.
SURE_IT_IS_UPRIGHT: Final = 75
_ROTATE: Final = re.compile(r"^Rotate: (90|180|270)\b", re.MULTILINE)
_WORD_ROW: Final = "5"


def is_installed() -> bool:
    return _program() is not None


def languages_for(*wanted: str) -> str:
    """Those of the wanted languages that are installed, as tesseract takes them, and English."""
    installed = _languages()
    chosen = [name for name in dict.fromkeys([*wanted, ENGLISH]) if name in installed]
    return "+".join(chosen) or ENGLISH


def read_page(path: Path, number: int, *, languages: str) -> PageReading:
    """Reads a page of a PDF as readers see it, also when what it shows lies on its side.

    Raises `TextExtractionError`.
    """
    with tempfile.TemporaryDirectory(prefix="scan-") as name:
        folder = Path(name)
        upright = _read(path, number, folder, languages, turn=0)
        if upright.confidence >= SURE_IT_IS_UPRIGHT or ORIENTATION not in _languages():
            return upright
        rotation = _ROTATE.search(_run(["page.png", "-", "--psm", "0"], folder))
        if rotation is None:
            return upright
        other = _read(path, number, folder, languages, turn=int(rotation[1]))
        return max(upright, other, key=lambda reading: reading.confidence)


def _read(path: Path, number: int, folder: Path, languages: str, *, turn: int) -> PageReading:
    picture = folder / ("page.png" if not turn else "turned.png")
    size = draw_page(path, number, picture, turn=turn)
    table = _run([picture.name, "-", "-l", languages, "--dpi", "300", "--psm", "3", "tsv"], folder)
    return _reading(number, table, size, turn)


def _run(arguments: list[str], folder: Path) -> str:
    """What tesseract writes; nothing where it finds nothing to read."""
    try:
        ended = programs.run(
            ["tesseract", *arguments],
            folder=folder,
            seconds=SECONDS,
            data_mb=MEMORY_MB,
        )
    except programs.ProgramFailedError as fault:
        raise TextExtractionError(f"A page could not be read by machine. {fault}") from fault
    return ended.stdout.decode("utf-8", "replace")


def _reading(number: int, table: str, size: tuple[float, float], turn: int) -> PageReading:
    """The words of tesseract's table. Its first row is the page, in dots."""
    rows = list(csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE))
    width, height = size
    across = height if turn in {90, 270} else width
    if not rows or not float(rows[0]["width"]):
        return PageReading(number, 0, ())
    scale = across / float(rows[0]["width"])
    begin = {0: 0.0, 90: 0.0, 180: -width, 270: -height}[turn]
    top = {0: height, 90: 0.0, 180: 0.0, 270: width}[turn]
    words, sure = [], []
    for row in rows:
        text = (row["text"] or "").strip()
        if row["level"] != _WORD_ROW or not text:
            continue
        sure.append(float(row["conf"]))
        if sure[-1] >= LEAST_SURE:
            left, down, wide, high = (
                float(row[key]) * scale for key in ("left", "top", "width", "height")
            )
            sides = (begin + left, top - down - high, begin + left + wide, top - down)
            left, bottom, right, upper = (round(side, 2) for side in sides)
            words.append(Word(text, left, bottom, right, upper, turn))
    confidence = round(sum(sure) / len(sure)) if sure else 0
    if confidence < LEAST_SURE_PAGE:
        return PageReading(number, 0, ())
    return PageReading(number, confidence, tuple(words))


def _program() -> str | None:
    return shutil.which("tesseract")


@cache
def _languages() -> frozenset[str]:
    """The languages that are installed, asked once per process."""
    program = _program()
    if program is None:
        return frozenset()
    listed = subprocess.run(  # noqa: S603 - our own list of arguments
        [program, "--list-langs"], capture_output=True, check=False, text=True
    )
    return frozenset(listed.stdout.split("\n")[1:]) - {""}
