"""Makes fragments of PDFs that hold a witness's own pages. Works apart: see `evidence.apart`."""

import tempfile
from pathlib import Path
from typing import Final

from evidence import apart
from evidence.pdf import fragments
from evidence.pdf.problems import PieceUnusable

SECONDS: Final = 180


def prepare(raw: bytes, *, ours: int, pages: int) -> bytes:
    """What `fragments.prepare` makes. Pages that are all `ours` are safe to work on here.

    Raises `PieceUnusable`.
    """
    if ours >= pages:
        return fragments.prepare(raw, ours=ours)
    with tempfile.TemporaryDirectory(prefix="fragment-") as folder:
        source, target = Path(folder) / "pages.pdf", Path(folder) / "fragment"
        source.write_bytes(raw)
        order = {"source": str(source), "target": str(target), "ours": ours}
        try:
            refused = apart.work("evidence.pdf.fragments_apart", order, seconds=SECONDS)
        except apart.WorkFailed as fault:
            raise PieceUnusable(f"It cannot be prepared. {fault}") from fault
        if refused:
            raise PieceUnusable(str(refused))
        return target.read_bytes()


def answer(source: str, target: str, ours: int) -> str:
    """The work itself, done apart: why it came to nothing, or an empty text."""
    try:
        Path(target).write_bytes(fragments.prepare(Path(source).read_bytes(), ours=ours))
    except PieceUnusable as problem:
        return str(problem)
    return ""


if __name__ == "__main__":
    apart.serve(answer)
