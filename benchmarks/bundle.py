"""How long one bundle of 1,000 submissions takes, beside plain qpdf on the same files.

Makes about 12,000 pages (tagged text, and scans as pictures) from a fixed seed in a temporary
folder, no font or picture the same in two submissions. Prepares a fragment of each, as the product
does when a submission is prepared; then joins them with all furniture and verifies the bundle, in a
process of its own (`joining.py`), and lets qpdf join the same files without any. Compares
processor time. With `--large` it does the same with five times as many submissions. The last line
is one JSON object.
"""

import compileall
import json
import os
import random
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import fontTools
import numpy
import pikepdf
import pypdfium2
import typst
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.joining import (
    SEED,
    SUBMISSIONS,
    TEXT_PAGES,
    pages_of_ours,
)
from evidence.pdf.fragment.prepare import prepare_file

JOINING = Path(__file__).with_name("joining.py")
LARGER = 5
LIBRARIES: tuple[Any, ...] = (fontTools, numpy, pikepdf, pypdfium2)
SOURCES_A_LENGTH = 3
WORDS_A_PAGE = 560

METER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=2)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""

DOCUMENT = """
#set document(title: sys.inputs.title, date: none)
#set text(lang: "en", size: 11pt)
#set page(numbering: "1")
= #sys.inputs.title
#for part in range(int(sys.inputs.parts)) [
  == Part #(part + 1)
  #lorem(110 + calc.rem(part * 37 + int(sys.inputs.shift), 60))

  - #lorem(30)
  - #lorem(25)
]
"""


def main() -> int:
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        print(
            "This benchmark compares with qpdf, which is not installed: install the package qpdf."
        )
        return 1
    compile_all()
    result = run(qpdf, SUBMISSIONS)
    if "--large" in sys.argv[1:]:
        large = run(qpdf, SUBMISSIONS * LARGER)
        result |= {
            "pages_50k": large["pages"],
            "cpu_50k_s": large["cpu_s"],
            "wall_50k_s": large["wall_s"],
            "time_ratio_50k": round(large["cpu_s"] / result["cpu_s"], 2),
            "peak_50k_mb": large["peak_mb"],
            "cpu_ratio_qpdf_50k": large["cpu_ratio_qpdf"],
            "qpdf_peak_50k_mb": large["qpdf_peak_mb"],
        }
    print(json.dumps(result))
    return 0


def compile_all() -> None:
    """As in any installation, the code lies compiled beside its source."""
    for package in (ROOT / "evidence", *(Path(library.__file__).parent for library in LIBRARIES)):
        compileall.compile_dir(package, quiet=2)


def run(qpdf: str, count: int) -> dict[str, Any]:
    """One size: submissions, fragments, qpdf's bundle, ours."""
    with tempfile.TemporaryDirectory(prefix="bundle-") as name:
        folder = Path(name)
        began = time.perf_counter()
        paths = make_submissions(folder, count)
        megabytes = sum(path.stat().st_size for path in paths) / 1e6
        spent = time.perf_counter() - began
        print(f"made {len(paths):,} submissions, {megabytes:,.0f} MB, in {spent:.1f} s")
        prepared = prepare_all(paths)
        theirs = measured(
            [qpdf, "--empty", "--pages", *map(str, paths), "--", str(folder / "q.pdf")]
        )
        (folder / "q.pdf").unlink()
        ours = measured([sys.executable, str(JOINING), str(folder)])
        return report(ours, theirs) | prepared


def make_submissions(folder: Path, count: int) -> list[Path]:
    """The same submissions for the same seed: few sources, each submission a variation with its
    own title, and its own bytes in every font and picture."""
    chance = random.Random(SEED)
    texts = [text_source(pages, shift) for pages in TEXT_PAGES for shift in range(SOURCES_A_LENGTH)]
    scans = [scan_source(chance, pages) for pages in (2, 6, 12)]
    sources = [folder / f"source{index}.pdf" for index in range(len(texts) + len(scans))]
    for path, raw in zip(sources, [*texts, *scans], strict=True):
        path.write_bytes(raw)
    submissions = []
    for index in range(count):
        is_scan = chance.random() < 0.1
        source = chance.choice(sources[len(texts) :] if is_scan else sources[: len(texts)])
        submission = folder / f"submission{index:05}{'s' if is_scan else 't'}.pdf"
        with pikepdf.open(source) as pdf:
            pdf.docinfo["/Title"] = f"Submission {index}"
            make_different(pdf, index)
            pdf.save(submission, static_id=True)
        submissions.append(submission)
    return submissions


def make_different(pdf: pikepdf.Pdf, index: int) -> None:
    """Put a number into every font and picture, where it changes nothing that is seen."""
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Stream):
            continue
        if thing.get("/Subtype") == pikepdf.Name.Image:
            raw = thing.read_raw_bytes()
            at = raw.index(b"JFIF\0") + 8  # the density, which PDF does not look at
            different = raw[:at] + struct.pack(">HH", index + 1, index + 1) + raw[at + 4 :]
            thing.write(different, filter=thing.Filter, decode_parms=thing.get("/DecodeParms"))
        elif "/Length1" in thing or thing.get("/Subtype") == pikepdf.Name.CIDFontType0C:
            thing.write(thing.read_bytes() + b"submission %05d" % index)


def prepare_all(paths: list[Path]) -> dict[str, Any]:
    """A fragment beside each submission, and what that cost."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    spent = []
    size = 0
    for path in paths:
        began = time.perf_counter()
        fragment = prepare_file(path, ours=pages_of_ours(path))
        spent.append((time.perf_counter() - began) * 1000)
        path.with_suffix(".fragment").write_bytes(fragment)
        size += len(fragment)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "fragment_ms_median": round(statistics.median(spent), 1),
        "fragment_ms_p95": round(statistics.quantiles(spent, n=20)[-1], 1),
        "prepare_cpu_s": round(after.ru_utime - before.ru_utime + after.ru_stime, 2),
        "fragments_mb": round(size / 1e6),
    }


def text_source(pages: int, shift: int) -> bytes:
    """A tagged text of about this many pages, with fonts, headings and lists."""
    inputs = {
        "title": f"Written evidence {pages}.{shift}",
        "parts": str(max(1, round(pages * WORDS_A_PAGE / 190))),
        "shift": str(shift * 11),
    }
    made: Any = typst.compile(DOCUMENT.encode(), sys_inputs=inputs, pdf_standards=["ua-1"])
    return bytes(made)


def scan_source(chance: random.Random, pages: int) -> bytes:
    """Pages that are pictures, as scanners send them."""
    sheets = []
    for _ in range(pages):
        sheet = Image.new("L", (1_240, 1_754), 250)
        pen = ImageDraw.Draw(sheet)
        for row in range(120, 1_600, 34):
            for column in range(110, 1_100, 60):
                pen.line((column, row, column + chance.randint(12, 50), row), fill=30, width=9)
        sheets.append(sheet)
    with tempfile.TemporaryFile() as out:
        sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
        out.seek(0)
        return out.read()


def measured(command: list[str]) -> dict[str, Any]:
    """Run one program; its time, processor time and peak memory, its own children included."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", METER, *command],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    cpu, peak = done.stdout.split()
    lines = done.stderr.strip().splitlines()
    return {
        "wall": time.perf_counter() - began,
        "cpu": float(cpu),
        "peak": int(peak) / 1024,
        "said": lines[-1] if lines else "",
    }


def report(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    figures = json.loads(ours["said"])
    print(f"{'':28}{'cpu s':>9}{'wall s':>9}{'peak MB':>9}")
    for name, run in (("qpdf --empty --pages", theirs), ("join, all furniture", ours)):
        print(f"{name:28}{run['cpu']:9.2f}{run['wall']:9.2f}{run['peak']:9.0f}")
    print(f"{figures['pages']:,} pages, {figures['missing']} submissions not included")
    return {
        "cpu_ratio_qpdf": round(ours["cpu"] / theirs["cpu"], 3),
        "cpu_ratio_qpdf_unverified": round(figures["link_cpu_s"] / theirs["cpu"], 3),
        "pages": figures["pages"],
        "peak_mb": round(ours["peak"]),
        "wall_s": round(ours["wall"], 2),
        "cpu_s": round(ours["cpu"], 2),
        "link_cpu_s": figures["link_cpu_s"],
        "verify_cpu_s": figures["verify_cpu_s"],
        "first_progress_s": figures["first_progress_s"],
        "size_mb": figures["size_mb"],
        "qpdf_cpu_s": round(theirs["cpu"], 2),
        "qpdf_wall_s": round(theirs["wall"], 2),
        "qpdf_peak_mb": round(theirs["peak"]),
    }


if __name__ == "__main__":
    sys.exit(main())
