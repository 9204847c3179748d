"""Neutral names for downloads: the reference, never the witness's own file name."""

import re

from evidence.unicode_normal_form import normalised


def neutral(reference: str, ending: str) -> str:
    """A name such as `FIA0012.pdf`, of letters, digits, dots and hyphens only."""
    plain = normalised("NFKD", reference[:200]).encode("ascii", "ignore").decode()
    stem = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9.-]+", "-", plain)).strip("-.")[:80]
    return f"{stem.rstrip('-.') or 'evidence'}.{ending}"
