"""Preparing 200 Word files: HTML, tagged PDF and text of each, against LibreOffice's PDF alone.

The files are made here from a fixed seed. LibreOffice is called once for each of a sample of
them, as a pipeline does that converts uploads one by one; its rate for one call with many files
is printed too.

Then the time of the processor for the whole way of a file, from its first check to the pages that
bundles are made of: of Word, OpenDocument and Rich Text against pandoc making HTML of the same
file, of PDF against qpdf writing the same file anew. The last line is one JSON object: `cpu_ms` for
each kind, `ratio_pandoc` and `ratio_qpdf`.

    --ratios    only this last part
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")

import django
import pypandoc

django.setup()

from evidence.documents.document import Document
from evidence.documents.metadata_check import check_document, check_pdf
from evidence.documents.read import read
from evidence.documents.readers.any_format import opened
from evidence.documents.renderers.pdf import PageHeading, to_html, to_pdf, to_text
from evidence.files.accepted_types import Kind
from evidence.intake.file_checks import inspect
from evidence.pdf.fragment.prepare_in_sandbox import prepare as prepare_fragment
from evidence.pdf.fragment.prepend_pages import with_front
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.pdf.sanitize.sanitize import sanitize
from evidence.sandbox.fork_client import keep_ready
from evidence.tasks.reader_modules import READERS

DOCUMENTS, SAMPLE = 200, 20
# Files of each kind for the ratios, and those before them that only load what is loaded once.
MEASURED, WARM = 30, 3
TICKS = os.sysconf("SC_CLK_TCK")
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


def whole_way(path: Path, folder: Path) -> None:
    """What is done with one file from its first check to the pages that bundles are made of."""
    kind = Kind(path.suffix[1:])
    inspect(path, kind)
    if kind == Kind.PDF:
        target = folder / "clean.pdf"
        cleaned = sanitize(path, target)
        extract_text(target)
        front = to_pdf(Document(blocks=()), {}, HEADING)
        pdf, ours, pages = with_front(front.pdf, target), front.pages, cleaned.pages + front.pages
        check_pdf(cleaned.details, path, target, pdf=pdf, heading=HEADING)
    else:
        reading = opened(path, kind)
        to_text(reading.document)
        rendered = to_pdf(reading.document, reading.images, HEADING)
        pdf, ours, pages = rendered.pdf, rendered.pages, rendered.pages
        check_document(reading.details, reading.document, reading.images, pdf=pdf, heading=HEADING)
    prepare_fragment(pdf, ours=ours, pages=pages)


def cpu_seconds() -> float:
    """Of this process, of those it has started and that ended, and of those that still run."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    below = {os.getpid()}
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    for pid, (parent, ticks) in sorted(stats.items()):
        if parent in below:
            below.add(pid)
            seconds += ticks / TICKS
    return seconds


def cpu_each(what: Callable[[Path], object], paths: Sequence[Path]) -> float:
    """Seconds of the processor for one file."""
    for path in paths[:WARM]:
        what(path)
    before = cpu_seconds()
    for path in paths[WARM:]:
        what(path)
    return (cpu_seconds() - before) / len(paths[WARM:])


def converted(paths: Sequence[Path], kind: str) -> list[Path]:
    made = [path.with_suffix(f".{kind}") for path in paths]
    for path, target in zip(paths, made, strict=True):
        if kind == "pdf":
            reading = read(path, "docx")
            target.write_bytes(to_pdf(reading.document, reading.images, HEADING).pdf)
        elif kind != "docx":
            subprocess.run([pypandoc.get_pandoc_path(), "-s", path, "-o", target], check=True)
    return made


def quietly(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def ratios(paths: Sequence[Path], folder: Path) -> dict[str, object]:
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    pandoc = pypandoc.get_pandoc_path()
    for kind in ("docx", "odt", "rtf"):
        made = converted(paths[: WARM + MEASURED], kind)
        ours[kind] = cpu_each(lambda path: whole_way(path, folder), made)
        theirs[kind] = cpu_each(lambda path: quietly(pandoc, path, "-t", "html"), made)
    result: dict[str, object] = {"ratio_qpdf": None}
    made = converted(paths[: WARM + MEASURED], "pdf")
    ours["pdf"] = cpu_each(lambda path: whole_way(path, folder), made)
    if shutil.which("qpdf"):
        theirs["pdf"] = cpu_each(lambda path: quietly("qpdf", path, folder / "q.pdf"), made)
        result["ratio_qpdf"] = round(ours["pdf"] / theirs["pdf"], 2)
    each = {kind: round(ours[kind] / theirs[kind], 2) for kind in ("docx", "odt", "rtf")}
    return {
        "cpu_ms": {kind: round(seconds * 1000) for kind, seconds in ours.items()},
        "peer_cpu_ms": {kind: round(seconds * 1000) for kind, seconds in theirs.items()},
        "ratios": each,
        "ratio_pandoc": max(each.values()),
        **result,
    }


def main() -> None:
    options = argparse.ArgumentParser(description="Preparing files.")
    options.add_argument("--ratios", action="store_true")
    with tempfile.TemporaryDirectory(prefix="prepare-") as folder:
        keep_ready(READERS)
        paths = make(Path(folder))
        result = ratios(paths, Path(folder))
        if not options.parse_args().ratios:
            result = {**rates(paths, Path(folder)), **result}
    print(json.dumps(result))


def rates(paths: list[Path], folder: Path) -> dict[str, object]:
    """Documents a second, beside LibreOffice."""
    cores = cpu_count() or 1
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
        libreoffice([paths[:1]], folder)  # its first start makes a profile
        each = libreoffice([[path] for path in paths[:SAMPLE]], folder)
        batch = libreoffice([paths], folder)
        print(f"LibreOffice: {each:.2f} documents/s one by one, {batch:.2f} in one call")
        result |= {
            "rate_ratio_libreoffice": round(single / each, 2),
            "libreoffice_per_second": round(each, 2),
            "libreoffice_batch_per_second": round(batch, 2),
        }
    else:
        print("LibreOffice is not installed; nothing to compare with.")
    return result


if __name__ == "__main__":
    main()
