"""One bundle of prepared submissions, in a process that has nothing but what a bundle needs.

Run by `bundle.py` on a folder of submissions and their fragments. Says in one line of JSON what it
took. Its processor time is that of a worker which has to be started first.
"""

import json
import random
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from evidence.pdf.assemble.bundle import Front, Index, Item, verify, write_bundle

SUBMISSIONS = 1_000
SEED = 20_260_317
TEXT_PAGES = (1, 2, 3, 5, 8, 13, 21, 34)


def main(folder: Path) -> None:
    """The bundle, as the product makes it, and the second reader's look at it."""
    began = time.perf_counter()
    chance = random.Random(SEED)
    submissions = []
    paths = sorted(folder.glob("submission*.pdf"))
    for index, path in enumerate(paths):
        reference = f"FIA{index + 1:04}"
        submissions.append(
            Item(
                key=f"{index}",
                path=path,
                reference=reference,
                title=f"{reference} Dr A. Name {index}, University of Examples",
                date="March 2026",
                groups=(f"Theme {index // 100 + 1}", f"Institution {index // 20 + 1}"),
                marking="CONFIDENTIAL" if index % 50 == 0 else "",
                ours=pages_of_ours(path),
                fragment=path.with_suffix(".fragment"),
            )
        )
    entries = tuple(
        (f"University {name}", tuple(str(chance.randrange(len(paths))) for _ in range(8)))
        for name in range(150 * len(paths) // SUBMISSIONS)
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
        of_pages=True,
    )
    moments: list[float] = []
    joined = write_bundle(
        submissions,
        front,
        [Index("Index of institutions", entries)],
        folder / "ours.pdf",
        progress=lambda *_: moments.append(time.perf_counter() - began),
    )
    linked = spent()
    verify(folder / "ours.pdf", joined, submissions)
    result = {
        "pages": joined.pages,
        "missing": len(joined.not_included),
        "first_progress_s": round(moments[0], 2),
        "link_cpu_s": round(linked, 2),
        "verify_cpu_s": round(spent() - linked, 2),
        "size_mb": round((folder / "ours.pdf").stat().st_size / 1e6),
    }
    print(json.dumps(result))


def pages_of_ours(path: Path) -> int:
    """How many of a submission's pages we set: all of a text, none of a scan."""
    return max(TEXT_PAGES) * 2 if path.stem.endswith("t") else 0


def spent() -> float:
    """Processor time of this process and its children, from its start."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
