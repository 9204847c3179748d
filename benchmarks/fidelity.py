"""How much of 200 papers is right in our document, and in LibreOffice's web pages of the files.

The papers are made by rules from a fixed seed, and written here as DOCX, ODT and RTF, so what they
hold is known. Counted are words, their order, labels of list items and headings, places of cells,
notes at their words, and styles of words. The last line is one JSON object; `behind` names what
LibreOffice does better.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

from fidelity_docx import Docx
from fidelity_odt import Odt
from fidelity_rtf import Rtf
from fidelity_truth import Paper, Writer
from fidelity_views import OurView, PageView, View, of_truth

from evidence.documents.read import read

PAPERS, SEED, AT_ONCE = 200, 412, 100
KINDS = ("docx", "odt", "rtf")
MEASURES = ("words", "order", "labels", "cells", "notes", "styles")
SHOWN = 3


def made(folder: Path) -> list[tuple[Path, View]]:
    """The papers, a third in each format, and what each shows in truth."""
    writer = Writer(random.Random(SEED))
    files = []
    for number in range(PAPERS):
        kind = KINDS[number % len(KINDS)]
        paper = writer.paper(spans_first=kind != "rtf")
        path = written(paper, folder / f"{number:03}.{kind}", number)
        files.append((path, of_truth(paper, formulas=kind != "rtf")))
    return files


def written(paper: Paper, path: Path, number: int) -> Path:
    match path.suffix:
        case ".docx":
            return Docx(paper).write(path)
        case ".odt":
            return Odt(paper).write(path)
        case _:
            return Rtf(paper, shows_labels=number % 2 == 0).write(path)


def pages(files: list[Path], folder: Path) -> dict[str, View]:
    """LibreOffice's web pages of the files, several files in one call."""
    for start in range(0, len(files), AT_ONCE):
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
                *("--convert-to", "html", "--outdir", str(folder / "pages")),
                *map(str, files[start : start + AT_ONCE]),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    out = {}
    for path in files:
        page = folder / "pages" / f"{path.stem}.html"
        out[path.name] = PageView(page.read_bytes()).view if page.is_file() else View()
    return out


def right(truth: View, view: View) -> dict[str, tuple[int, int]]:
    """For each measure how many are right, of how many."""
    times, places = Counter(view.words), {word: at for at, word in enumerate(truth.words)}
    once = sum(times[word] == 1 for word in places)
    more = sum(count for word, count in times.items() if word not in places)
    in_order = _longest_rise([places[word] for word in view.words if word in places])
    result = {"words": (once, len(places) + more), "order": (in_order, len(places))}
    for name in MEASURES[2:]:
        expected, present = getattr(truth, name), getattr(view, name)
        extra = len(present.keys() & places.keys() - expected.keys()) if name == "labels" else 0
        hits = sum(present.get(word) == value for word, value in expected.items())
        result[name] = hits, len(expected) + extra
    return result


def _longest_rise(places: list[int]) -> int:
    """How many of the words stand in the right order."""
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def differences(name: str, truth: View, view: View) -> list[str]:
    """Examples of what is wrong, for whoever mends it."""
    out = [f"{name} words: {word} is missing" for word in set(truth.words) - set(view.words)]
    for measure in MEASURES[2:]:
        expected, present = getattr(truth, measure), getattr(view, measure)
        out += [
            f"{name} {measure}: {word} is {present.get(word)}, not {value}"
            for word, value in expected.items()
            if present.get(word) != value
        ]
    return out


def share(sums: Mapping[str, list[int]], name: str) -> float:
    hits, every = sums[name]
    return hits / every if every else 1.0


def counted(files: list[tuple[Path, View]], views: Mapping[str, View]) -> dict[str, list[int]]:
    sums = {name: [0, 0] for name in MEASURES}
    for path, truth in files:
        for name, (hits, every) in right(truth, views[path.name]).items():
            sums[name][0] += hits
            sums[name][1] += every
    return sums


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fidelity-") as name:
        folder = Path(name)
        files = made(folder)
        ours = {path.name: OurView(read(path, path.suffix[1:]).document).view for path, _ in files}
        examples = [
            line for path, truth in files for line in differences(path.name, truth, ours[path.name])
        ]
        print(*examples[: int(sys.argv[1]) if sys.argv[1:] else SHOWN], sep="\n")
        result: dict[str, Any] = {"behind": None}
        has_office = shutil.which("soffice") is not None
        theirs = pages([path for path, _ in files], folder) if has_office else {}
        for kind in (*KINDS, ""):
            some = [(path, truth) for path, truth in files if path.suffix.endswith(kind)]
            own = counted(some, ours)
            other = counted(some, theirs) if theirs else None
            for measure in MEASURES:
                beside = f", LibreOffice {share(other, measure):.4f}" if other else ""
                print(f"{kind or 'all':5}{measure:7}{share(own, measure):.4f}{beside}")
            if not kind:
                result |= {measure: round(share(own, measure), 4) for measure in MEASURES}
            if other is not None and not kind:
                result["behind"] = [m for m in MEASURES if share(own, m) < share(other, m)]
        print(json.dumps(result))


if __name__ == "__main__":
    main()
