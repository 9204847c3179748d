"""Preparing 200 Word files: HTML, tagged PDF and text of each, against LibreOffice's PDF alone.

The files are made here from a fixed seed. LibreOffice is called once for each of a sample of
them, as a pipeline does that converts uploads one by one; its rate for one call with many files
is printed too. The last line is one JSON object.
"""

import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pypandoc

from evidence.documents.read import read
from evidence.documents.renderers.pdf import PageHeading, to_html, to_pdf, to_text

DOCUMENTS, SAMPLE = 200, 20
WORDS = (
    *("committee", "evidence", "university", "research", "student", "pressure", "funding"),
    *("visa", "seminar", "archive", "language", "contract", "partner", "regulator", "speech"),
    *("report", "office", "relative", "meeting", "question"),
)
HEADING = PageHeading(
    committee="Committee",
    inquiry="Inquiry",
    heading="Written evidence submitted by Dr A. Name (FIA0001)",
    reference="FIA0001",
    date="March 2026",
)


def markdown(chance: random.Random) -> str:
    """A paper of 300 to 1,500 words with headings, a table and footnotes."""

    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(8, 20))).capitalize() + "."

    parts, length, aim = ["# Evidence"], 0, chance.randint(300, 1500)
    while length < aim:
        paragraph = " ".join(sentence() for _ in range(chance.randint(3, 7)))
        length += len(paragraph.split())
        parts.append(paragraph + ("^[A note that says more.]" if chance.random() < 0.2 else ""))
        if chance.random() < 0.2:
            parts.append(f"## {sentence()}")
        if chance.random() < 0.1:
            parts.append("| Year | Cases |\n|---|---|\n| 2024 | 3 |\n| 2025 | 8 |")
    return "\n\n".join(parts)


def make(folder: Path) -> list[Path]:
    chance = random.Random(412)
    paths = []
    for number in range(DOCUMENTS):
        path = folder / f"{number:03}.docx"
        subprocess.run(
            [pypandoc.get_pandoc_path(), "-f", "markdown", "-o", str(path)],
            input=markdown(chance).encode(),
            check=True,
        )
        paths.append(path)
    return paths


def prepare(paths: Sequence[Path]) -> int:
    """All three forms of each file; the peak memory of this process and its children, in KB."""
    for path in paths:
        reading = read(path, "docx")
        html = to_html(reading.document, image_url=lambda name: name)
        text = to_text(reading.document)
        rendered = to_pdf(reading.document, reading.images, HEADING)
        if not (html and text and rendered.pages):
            raise SystemExit(f"{path.name} was not prepared")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def documents(paths: list[Path], cores: int) -> tuple[float, float]:
    """Documents a second with one process a core, and the peak memory of a process in MB."""
    shares = [paths[at::cores] for at in range(cores)]
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        began = time.perf_counter()
        peaks = list(pool.map(prepare, shares))
        seconds = time.perf_counter() - began
    return len(paths) / seconds, max(peaks) / 1024


def libreoffice(calls: list[list[Path]], folder: Path) -> float:
    """Documents a second, one call of the program for each list of files."""
    began, count = time.perf_counter(), 0
    for files in calls:
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
                *("--convert-to", "pdf", "--outdir", str(folder), *map(str, files)),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        count += len(files)
    return count / (time.perf_counter() - began)


def main() -> None:
    cores = cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="prepare-") as folder:
        paths = make(Path(folder))
        rate, peak = documents(paths, cores)
        single, _peak = documents(paths[:50], 1)
        print(f"document: {rate:.1f} documents/s on {cores} cores, {single:.1f} on one")
        result = {
            "per_second": round(rate, 2),
            "per_second_per_core": round(single, 2),
            "peak_mb": round(peak),
            "rate_ratio_libreoffice": None,
        }
        if shutil.which("soffice"):
            libreoffice([paths[:1]], Path(folder))  # its first start makes a profile
            each = libreoffice([[path] for path in paths[:SAMPLE]], Path(folder))
            batch = libreoffice([paths], Path(folder))
            print(f"LibreOffice: {each:.2f} documents/s one by one, {batch:.2f} in one call")
            result |= {
                "rate_ratio_libreoffice": round(single / each, 2),
                "libreoffice_per_second": round(each, 2),
                "libreoffice_batch_per_second": round(batch, 2),
            }
        else:
            print("LibreOffice is not installed; nothing to compare with.")
        print(json.dumps(result))


if __name__ == "__main__":
    main()
