"""How long one bundle of 1,000 pieces takes, beside plain qpdf on the same files.

Makes about 10,000 pages (tagged text, and scans as pictures) from a fixed seed in a temporary
folder, joins them with all furniture in a child process, joins them with qpdf, and compares
processor time. The last line is one JSON object.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pikepdf
import typst
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from evidence.pdf.join import Front, Index, Piece, join  # noqa: E402 - found beside this folder

PIECES = 1_000
SEED = 20_260_317
TEXT_PAGES = (1, 2, 3, 5, 8, 13, 21, 34)
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
    if sys.argv[1:2] == ["join"]:
        return join_here(Path(sys.argv[2]))
    with tempfile.TemporaryDirectory(prefix="bundle-") as name:
        folder = Path(name)
        began = time.perf_counter()
        paths = make_pieces(folder)
        megabytes = sum(path.stat().st_size for path in paths) / 1e6
        spent = time.perf_counter() - began
        print(f"made {len(paths):,} pieces, {megabytes:,.0f} MB, in {spent:.1f} s")
        theirs = measured(
            [qpdf, "--empty", "--pages", *map(str, paths), "--", str(folder / "q.pdf")]
        )
        ours = measured([sys.executable, __file__, "join", str(folder)])
        report(ours, theirs)
    return 0


def make_pieces(folder: Path) -> list[Path]:
    """The same pieces for the same seed. Few sources, each piece a variation with its own title."""
    chance = random.Random(SEED)
    texts = [text_source(pages, shift) for pages in TEXT_PAGES for shift in range(SOURCES_A_LENGTH)]
    scans = [scan_source(chance, pages) for pages in (2, 6, 12)]
    sources = [folder / f"source{index}.pdf" for index in range(len(texts) + len(scans))]
    for path, raw in zip(sources, [*texts, *scans], strict=True):
        path.write_bytes(raw)
    pieces = []
    for index in range(PIECES):
        is_scan = chance.random() < 0.1
        source = chance.choice(sources[len(texts) :] if is_scan else sources[: len(texts)])
        piece = folder / f"piece{index:04}.pdf"
        with pikepdf.open(source) as pdf:
            pdf.docinfo["/Title"] = f"Piece {index}"
            pdf.save(piece, static_id=True)
        pieces.append(piece)
    return pieces


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


def join_here(folder: Path) -> int:
    """In the child: the bundle, as the product makes it."""
    chance = random.Random(SEED)
    pieces = []
    for index, path in enumerate(sorted(folder.glob("piece*.pdf"))):
        reference = f"FIA{index + 1:04}"
        title = f"{reference} Dr A. Name {index}, University of Examples"
        groups = (f"Theme {index // 100 + 1}", f"Institution {index // 20 + 1}")
        marking = "CONFIDENTIAL" if index % 50 == 0 else ""
        pieces.append(Piece(f"{index}", path, reference, title, "March 2026", groups, marking))
    entries = tuple(
        (f"University {name}", tuple(str(chance.randrange(PIECES)) for _ in range(8)))
        for name in range(150)
    )
    front = Front(
        committee="Foreign Affairs Committee",
        inquiry="Interference in academia",
        hc_number="HC 123",
        title="All written evidence",
        marking="",
        lines=("For the meeting of 17 March 2026",),
        left_out=("Confidential evidence is left out.",),
        fingerprint="0" * 64,
    )
    joined = join(pieces, front, [Index("Index of institutions", entries)], folder / "ours.pdf")
    print(json.dumps({"pages": joined.pages, "missing": len(joined.not_included)}))
    return 0


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
    said = done.stderr.strip().splitlines()
    return {
        "wall": time.perf_counter() - began,
        "cpu": float(cpu),
        "peak": int(peak) / 1024,
        "said": said[-1] if said else "",
    }


def report(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    said = json.loads(ours["said"])
    print(f"{'':28}{'cpu s':>9}{'wall s':>9}{'peak MB':>9}")
    for name, one in (("qpdf --empty --pages", theirs), ("join, all furniture", ours)):
        print(f"{name:28}{one['cpu']:9.2f}{one['wall']:9.2f}{one['peak']:9.0f}")
    print(f"{said['pages']:,} pages, {said['missing']} pieces not included")
    result = {
        "cpu_ratio_qpdf": round(ours["cpu"] / theirs["cpu"], 3),
        "pages": said["pages"],
        "peak_mb": round(ours["peak"]),
        "wall_s": round(ours["wall"], 2),
        "qpdf_cpu_s": round(theirs["cpu"], 2),
        "qpdf_peak_mb": round(theirs["peak"]),
        "cpu_s": round(ours["cpu"], 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
