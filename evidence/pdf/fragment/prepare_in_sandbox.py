"""Makes fragments of PDFs with a witness's own pages, in the sandbox (`evidence.sandbox.child`)."""

import tempfile
from pathlib import Path
from typing import Final

from evidence.pdf.exceptions import UnusableItemError
from evidence.pdf.fragment import prepare as fragments
from evidence.sandbox import child

SECONDS: Final = 180


def prepare(raw: bytes, *, ours: int, pages: int) -> bytes:
    """Makes a fragment as `prepare.prepare` does; in the sandbox unless all pages are `ours`.

    Raises `UnusableItemError`.
    """
    if ours >= pages:
        return fragments.prepare(raw, ours=ours)
    with tempfile.TemporaryDirectory(prefix="fragment-") as folder:
        source, target = Path(folder) / "pages.pdf", Path(folder) / "fragment"
        source.write_bytes(raw)
        order = {"source": str(source), "target": str(target), "ours": ours}
        try:
            refused = child.work("evidence.pdf.fragment.prepare_in_sandbox", order, seconds=SECONDS)
        except child.ChildFailedError as fault:
            raise UnusableItemError(f"It cannot be prepared. {fault}") from fault
        if refused:
            raise UnusableItemError(str(refused))
        return target.read_bytes()


def answer(source: str, target: str, ours: int) -> str:
    """Runs in the sandbox: why it failed, or an empty text."""
    try:
        Path(target).write_bytes(fragments.prepare(Path(source).read_bytes(), ours=ours))
    except UnusableItemError as problem:
        return str(problem)
    return ""


if __name__ == "__main__":
    child.serve(answer)
