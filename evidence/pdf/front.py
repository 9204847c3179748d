"""Puts a front page before the pages of a PDF."""

import io
from dataclasses import replace
from pathlib import Path

import pikepdf

from evidence.pdf import mention_places


def with_front(front: bytes, body: Path) -> bytes:
    """One PDF: the pages of `front`, then those of `body`. Same input, same bytes."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(front)) as joined, pikepdf.open(body) as pages:
        before = len(joined.pages)
        found = mention_places.read(pages, [page.obj for page in pages.pages])
        joined.pages.extend(pages.pages)
        mention_places.place(joined, (replace(one, page=one.page + before) for one in found))
        joined.save(out, deterministic_id=True)
    return out.getvalue()
