"""The manifest of a bundle: what it is made of, by digests. It names no witness."""

import json
from collections.abc import Sequence
from typing import Any

from evidence.bundles.listing import Paper
from evidence.bundles.models import Bundle
from evidence.files.shelves import Stored


def manifest_of(bundle: Bundle, papers: Sequence[Paper], pdf: Stored, pages: int) -> bytes:
    said = {
        "fingerprint": bundle.fingerprint,
        "pdf": {"sha256": pdf.sha256, "size": pdf.size, "pages": pages},
        "items": [_item(paper) for paper in papers],
    }
    return json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True).encode()


def _item(paper: Paper) -> dict[str, Any]:
    return {
        "position": paper.position,
        "reference": paper.reference,
        "sha256": paper.sha256,
        "first_page": paper.first,
        "last_page": paper.last,
        "not_included": paper.reason,
    }
