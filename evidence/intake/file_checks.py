"""Checks a file for content a clerk should know about. Never raises on a hostile file.

Files are opened in a child process. `examine` decides what follows.
"""

from pathlib import Path
from typing import Final, cast

from evidence.files.accepted_types import EMAILS, Kind
from evidence.findings import Finding
from evidence.intake.content_checks import MOST_ENTRIES, MOST_FINDINGS, look
from evidence.pdf.sanitize.inspect import examine
from evidence.sandbox.child import ChildFailedError, work

__all__ = ["MOST_ENTRIES", "inspect"]

SECONDS: Final = 60.0
SHORT: Final = 64 * 1024
# Kinds checked by patterns alone; others must be unpacked.
_PLAIN: Final = frozenset({Kind.TXT, Kind.HTML, Kind.RTF, Kind.DOC, *EMAILS})


def inspect(path: Path, kind: Kind) -> list[Finding]:
    """All findings about a file of this kind (from `evidence.files.file_types.kind_of`).

    Bounded in time and memory; at most 200 findings. A fault in reading is itself a finding,
    "unreadable", and holds the submission.
    """
    if kind == Kind.PDF:
        return [*look(path, kind), *_pdf(path)][:MOST_FINDINGS]
    if kind in _PLAIN and path.stat().st_size <= SHORT:
        return look(path, kind)
    order = {"source": str(path.resolve()), "kind": kind.value}
    try:
        answer = work("evidence.intake.content_checks", order, seconds=SECONDS)
    except ChildFailedError as fault:
        return [Finding("unreadable", "hold", {"detail": str(fault)})]
    return [Finding.from_json(fields) for fields in cast("list[object]", answer)]


def _pdf(path: Path) -> list[Finding]:
    try:
        return examine(path)
    except ChildFailedError as fault:
        return [Finding("unreadable", "hold", {"kind": "pdf", "detail": str(fault)})]
