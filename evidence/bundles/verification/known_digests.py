"""Tells whoever holds a file whether it is one that was made here, and nothing more.

Who does not hold the exact bytes (or their digest, which cannot be guessed) learns nothing: not
even whether there is such a bundle.
"""

from dataclasses import dataclass
from datetime import datetime

from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import BundleFile


@dataclass(frozen=True)
class Known:
    """All that may be said to anybody of a file: not its title, its inquiry or for whom it is."""

    fingerprint: str
    made_at: datetime


def known(sha256: str) -> Known | None:
    """The first bundle that these bytes were made of, if there is one."""
    bundles = BundleFile.objects.filter(sha256=sha256).order_by("bundle__ready_at", "pk")
    bags = ArchiveBag.objects.filter(sha256=sha256).order_by("ready_at", "pk")
    rows = [
        *bundles.values_list("bundle__fingerprint", "bundle__ready_at")[:1],
        *bags.values_list("fingerprint", "ready_at")[:1],
    ]
    for fingerprint, made_at in rows:
        if made_at is not None:
            return Known(fingerprint, made_at)
    return None
