"""Puts a front page before the pages of a PDF. Works apart: see `evidence.apart`."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import pikepdf

from evidence import apart
from evidence.pdf import mention_places
from evidence.pdf.problems import CannotClean

SECONDS: Final = 60


def with_front(front: bytes, body: Path) -> bytes:
    """One PDF: the pages of `front`, then those of `body`. Same input, same bytes.

    Raises `CannotClean`.
    """
    with tempfile.TemporaryDirectory(prefix="front-") as folder:
        first, target = Path(folder) / "front.pdf", Path(folder) / "joined.pdf"
        first.write_bytes(front)
        order = {"front": str(first), "body": str(body.resolve()), "target": str(target)}
        try:
            apart.work("evidence.pdf.front", order, seconds=SECONDS)
        except apart.WorkFailed as fault:
            raise CannotClean(f"The pages cannot be put behind our heading. {fault}") from fault
        return target.read_bytes()


def answer(front: str, body: str, target: str) -> None:
    """The work itself, done apart."""
    with pikepdf.open(front) as joined, pikepdf.open(body) as pages:
        before = len(joined.pages)
        found = mention_places.read(pages, [page.obj for page in pages.pages])
        joined.pages.extend(pages.pages)
        mention_places.place(joined, (replace(one, page=one.page + before) for one in found))
        joined.save(target, deterministic_id=True)


if __name__ == "__main__":
    apart.serve(answer)
