"""Puts a front page before the pages of a PDF."""

import io
from pathlib import Path

import pikepdf


def with_front(front: bytes, body: Path) -> bytes:
    """One PDF: the pages of `front`, then those of `body`. Same input, same bytes."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(front)) as joined, pikepdf.open(body) as pages:
        joined.pages.extend(pages.pages)
        joined.save(out, deterministic_id=True)
    return out.getvalue()
