"""The signed manifest of a bundle: the digests of all its files. It names no witness."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.bundles.export.deterministic_zip import Member
from evidence.bundles.export.index_rows import Paper
from evidence.bundles.models import Bundle

FORMAT = "evidence-bundle-1"
NAME, SIGNATURE = "manifest.json", "manifest.json.sig"


@dataclass(frozen=True)
class Pages:
    """A PDF of the bundle: name, path, digest, size in bytes and number of pages."""

    name: str
    path: Path
    sha256: str
    size: int
    count: int


def manifest_of(
    bundle: Bundle, papers: Sequence[Paper], volumes: Sequence[Pages], members: Sequence[Member]
) -> bytes:
    """The manifest as canonical JSON in UTF-8. `members` are the other files of the ZIP."""
    pdf, *more = volumes
    content = {
        "format": FORMAT,
        "fingerprint": bundle.fingerprint,
        "pdf": {"sha256": pdf.sha256, "size": pdf.size, "pages": pdf.count},
        **(
            {
                "volumes": [
                    {
                        "name": volume.name,
                        "sha256": volume.sha256,
                        "size": volume.size,
                        "pages": volume.count,
                    }
                    for volume in volumes
                ]
            }
            if more
            else {}
        ),
        "files": [
            {"name": member.name, "sha256": member.sha256, "size": member.size}
            for member in members
        ],
        "items": [_item(paper) for paper in papers],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).encode()


def _item(paper: Paper) -> dict[str, Any]:
    return {
        "position": paper.position,
        "reference": paper.reference,
        "sha256": paper.sha256,
        "volume": paper.volume,
        "first_page": paper.first,
        "last_page": paper.last,
        "not_included": paper.reason,
    }
