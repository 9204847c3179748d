"""Puts a heading page before the pages of a PDF. Runs in the sandbox (`evidence.sandbox.child`)."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import pikepdf

from evidence.pdf.exceptions import SanitizeError
from evidence.pdf.fragment import reference_destinations
from evidence.sandbox import child

SECONDS: Final = 60


def with_front(front: bytes, body: Path) -> bytes:
    """One PDF: the pages of `front`, then those of `body`.

    The same input gives the same bytes. Raises `SanitizeError`.
    """
    with tempfile.TemporaryDirectory(prefix="front-") as folder:
        first, target = Path(folder) / "front.pdf", Path(folder) / "joined.pdf"
        first.write_bytes(front)
        order = {"front": str(first), "body": str(body.resolve()), "target": str(target)}
        try:
            child.work("evidence.pdf.fragment.prepend_pages", order, seconds=SECONDS)
        except child.ChildFailedError as fault:
            raise SanitizeError(f"The pages cannot be put behind our heading. {fault}") from fault
        return target.read_bytes()


def answer(front: str, body: str, target: str) -> None:
    """Runs in the sandbox."""
    with pikepdf.open(front) as joined, pikepdf.open(body) as pages:
        before = len(joined.pages)
        mentions = reference_destinations.read(pages, [page.obj for page in pages.pages])
        joined.pages.extend(pages.pages)
        reference_destinations.place(
            joined, (replace(mention, page=mention.page + before) for mention in mentions)
        )
        joined.save(target, deterministic_id=True)


if __name__ == "__main__":
    child.serve(answer)
