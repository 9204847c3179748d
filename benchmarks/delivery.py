"""What is handed out of one bundle: its ZIP, its volumes, a hundred numbered copies of it.

On the submissions of `bundle.py` (1,000, about 12,000 pages; for copies as many as make 1,000
pages), prepared as the product does. Beside each, in the same run and on the same files, a peer
that does less: Python's `zipfile` packing the same files without digests, indexes or signature;
qpdf merging the files of each volume without contents, numbers or verification; qpdf laying one
line over each page of a finished bundle, without numbers of its own or a mark. Compares processor
time, children included. The last line is one JSON object.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
os.environ.setdefault("DATA_DIR", str(Path(tempfile.gettempdir()) / "delivery-data"))

import django

django.setup()

import pikepdf

from benchmarks.bundle import compile_all, make_submissions, measured, prepare_all
from benchmarks.joining import pages_of_ours, spent
from evidence.bundles.build.source_files import UNSAID
from evidence.bundles.build.volumes import bind
from evidence.bundles.export.index_rows import listed
from evidence.bundles.export.manifest import Pages
from evidence.bundles.export.zip_contents import pack
from evidence.bundles.models import Bundle, NumberedCopy
from evidence.bundles.volume import Source, Volume
from inquiry.calls.models import Inquiry

SUBMISSIONS, COPIES, PAGES_OF_A_PACK, PAGES_OF_A_VOLUME = 1_000, 100, 1_000, 2_000
# The peer for copies does the same each time: some are enough to know how long a hundred take.
OF_THE_PEER = 10
QPDF = shutil.which("qpdf") or "qpdf"


def main() -> int:
    if len(sys.argv) > 2:
        result = WORK[sys.argv[1]](Path(sys.argv[2]))
        print(json.dumps(result))
        return 0
    if shutil.which("qpdf") is None:
        print(
            "This benchmark compares with qpdf, which is not installed: install the package qpdf."
        )
        return 1
    compile_all()
    with tempfile.TemporaryDirectory(prefix="delivery-") as name:
        folder = Path(name)
        prepare_all(make_submissions(folder, SUBMISSIONS))
        print(json.dumps(run(folder)))
    return 0


def run(folder: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for what in ("zip", "volumes", "copies"):
        mine, peer = _measured(what, folder), _measured(f"{what}-peer", folder)
        result |= {f"{what}_{key}": value for key, value in mine.items()}
        result |= {f"{what}_peer_cpu_s": peer["cpu_s"], f"{what}_peer_peak_mb": peer["peak_mb"]}
        result[f"{what}_cpu_ratio"] = round(mine["cpu_s"] / peer["cpu_s"], 3)
        print(f"{what}: {mine}, peer: {peer}")
    return result


def _measured(what: str, folder: Path) -> dict[str, Any]:
    done = measured([sys.executable, __file__, what, str(folder)])
    result: dict[str, Any] = json.loads(done["said"])
    return result | {"peak_mb": round(done["peak"])}


def zipped(folder: Path) -> dict[str, Any]:
    """Packing alone: the bundle's PDF is made before the clock runs."""
    bundle, sources = _bundle(SUBMISSIONS), _sources(folder, SUBMISSIONS)
    volumes = bind(bundle, sources, folder, report=_silent)
    pages = [_pages(volume) for volume in volumes]
    began = spent()
    packed = pack(bundle, sources, listed(volumes), pages)
    used = spent() - began
    return {"cpu_s": round(used, 2), "megabytes": round(packed.path.stat().st_size / 1e6)}


def zipped_by_python(folder: Path) -> dict[str, Any]:
    began = spent()
    with zipfile.ZipFile(folder / "peer.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(folder.glob("submission*.pdf")):
            out.write(path, path.name)
    return {"cpu_s": round(spent() - began, 2)}


def split(folder: Path) -> dict[str, Any]:
    bundle, sources = _bundle(SUBMISSIONS), _sources(folder, SUBMISSIONS)
    bundle.frozen["volumes"] = {"pages": PAGES_OF_A_VOLUME, "megabytes": 0}
    began = spent()
    volumes = bind(bundle, sources, folder, report=_silent)
    used = spent() - began
    parts = [[str(source.path) for source in volume.sources] for volume in volumes]
    (folder / "parts.json").write_text(json.dumps(parts))
    pages = sum(volume.joined.pages for volume in volumes)
    return {"cpu_s": round(used, 2), "files": len(volumes), "pages": pages}


def split_by_qpdf(folder: Path) -> dict[str, Any]:
    began = spent()
    for part in json.loads((folder / "parts.json").read_text()):
        target = str(folder / "peer.pdf")
        subprocess.run([QPDF, "--empty", "--pages", *part, "--", target], check=True)
    return {"cpu_s": round(spent() - began, 2)}


def copied(folder: Path) -> dict[str, Any]:
    """A hundred copies, each made as the product makes it when it is issued."""
    submissions = _pack_of(folder)
    bundle, sources = _bundle(submissions), _sources(folder, submissions)
    [volume] = bind(bundle, sources, folder, report=_silent)
    shutil.copy(volume.path, folder / "pack.pdf")
    began = spent()
    for number in range(1, COPIES + 1):
        copy = NumberedCopy(bundle=bundle, number=number, name=f"Recipient {number}", code=number)
        bind(bundle, sources, folder, report=_silent, copy=copy)
    return {"cpu_s": round(spent() - began, 2), "pages": volume.joined.pages}


def copied_by_qpdf(folder: Path) -> dict[str, Any]:
    """The finished pack with one line over each page: some times, scaled up to a hundred."""
    line = folder / "line.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842)).obj
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = pdf.make_stream(b"BT /F 8 Tf 250 830 Td (Copy 1 for Recipient 1) Tj ET")
        pdf.save(line)
    began = spent()
    for number in range(OF_THE_PEER):
        target = str(folder / f"peer-copy-{number}.pdf")
        over = ["--overlay", str(line), "--repeat=1", "--"]
        subprocess.run([QPDF, str(folder / "pack.pdf"), *over, target], check=True)
    return {"cpu_s": round((spent() - began) * COPIES / OF_THE_PEER, 2)}


def _pack_of(folder: Path) -> int:
    """How many submissions make 1,000 pages."""
    pages = 0
    for number, path in enumerate(sorted(folder.glob("submission*.pdf")), start=1):
        with pikepdf.open(path) as pdf:
            pages += len(pdf.pages)
        if pages >= PAGES_OF_A_PACK:
            return number
    return SUBMISSIONS


def _bundle(submissions: int) -> Bundle:
    inquiry = Inquiry(title="Interference in academia", prefix="FIA")
    entries = [
        [f"University {at}", [at, (at * 7) % submissions]] for at in range(min(150, submissions))
    ]
    front = {
        "committee": "Foreign Affairs Committee",
        "inquiry": inquiry.title,
        "hc_number": "HC 123",
        "title": "All written evidence",
        "marking": "For the committee",
        "left_out": ["Confidential evidence is left out."],
    }
    frozen = {
        "front": front,
        "indexes": {"Institutions": entries},
        "submissions": [None] * submissions,
    }
    return Bundle(inquiry=inquiry, title=front["title"], frozen=frozen, fingerprint="0" * 64)


def _sources(folder: Path, submissions: int) -> list[Source]:
    sources = []
    for at, path in enumerate(sorted(folder.glob("submission*.pdf"))[:submissions]):
        with pikepdf.open(path) as pdf:
            pages = len(pdf.pages)
        frozen = UNSAID | {
            "reference": f"FIA{at + 1:04}",
            "label": f"Dr A. Name {at}, University of Examples",
            "date": "March 2026",
            "marking": "",
            "groups": [f"Theme {at // 100 + 1}"],
            "pdf": hashlib.sha256(path.read_bytes()).hexdigest(),
            "pages": pages,
            "ours": pages_of_ours(path),
            "text": "",
            "institutions": [f"University {at % 150}"],
            "themes": [f"Theme {at // 100 + 1}"],
            "kind": "Written evidence",
            "status": "Accepted",
        }
        sources.append(Source(str(at), frozen, path, path.with_suffix(".fragment")))
    return sources


def _pages(volume: Volume) -> Pages:
    digest = hashlib.sha256(volume.path.read_bytes()).hexdigest()
    size = volume.path.stat().st_size
    return Pages(volume.name, volume.path, digest, size, count=volume.joined.pages)


def _silent(_done: int, _of: int, _doing: str) -> None:
    """For nobody."""


WORK = {
    "zip": zipped,
    "zip-peer": zipped_by_python,
    "volumes": split,
    "volumes-peer": split_by_qpdf,
    "copies": copied,
    "copies-peer": copied_by_qpdf,
}


if __name__ == "__main__":
    sys.exit(main())
