"""Looks up whether a file was made here, by its digest.

Without the exact bytes, or their digest, which cannot be guessed, the answer reveals nothing, not
even whether such a bundle exists.
"""

from dataclasses import dataclass
from datetime import datetime

from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import BundleFile


@dataclass(frozen=True)
class Known:
    """What anybody may be told of a file: not its title, inquiry or recipient."""

    fingerprint: str
    made_at: datetime


def known(sha256: str) -> Known | None:
    """The first bundle with these bytes, if there is one."""
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
