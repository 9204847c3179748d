"""Keeps uploaded files while the rest of a form is corrected.

The bytes are already in the quarantine file store. A signed note in the form ties them to it, so
nobody else can use them and no row is stored for a form that is never sent.
"""

from datetime import timedelta

from django.core import signing

from evidence.files.file_types import Kind
from evidence.files.storage import Stored
from evidence.submissions.receive import Parcel

LIFETIME = timedelta(hours=24)
SALT = "parked"


def park(parcel: Parcel, *, idempotency_key: str) -> str:
    parts = [
        parcel.name,
        parcel.kind.value,
        parcel.stored.sha256,
        parcel.stored.size,
        idempotency_key,
    ]
    return signing.dumps(parts, salt=SALT, compress=True)


def unpark(note: str, *, idempotency_key: str) -> Parcel | None:
    """The file a note stands for; None if the note is too old, altered or from another form."""
    try:
        name, kind, sha256, size, form = signing.loads(note, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    return Parcel(name, Kind(kind), Stored(sha256, size)) if form == idempotency_key else None
