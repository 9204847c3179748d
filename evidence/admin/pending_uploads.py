"""Keeps files that were taken in while the rest of a form is put right.

The bytes lie on the quarantine storage already. What ties them to this form is a signed note in
the form itself, so that nobody else can use them and nothing is stored about a witness who
never sends.
"""

from datetime import timedelta

from django.core import signing

from evidence.files.file_types import Kind
from evidence.files.storage import Stored
from evidence.submissions.receive import Parcel

LIFETIME = timedelta(hours=24)
SALT = "parked"


def park(parcel: Parcel, *, idempotency_key: str) -> str:
    said = [
        parcel.name,
        parcel.kind.value,
        parcel.stored.sha256,
        parcel.stored.size,
        idempotency_key,
    ]
    return signing.dumps(said, salt=SALT, compress=True)


def unpark(note: str, *, idempotency_key: str) -> Parcel | None:
    """The parcel a note stands for; None for a note that is old, altered or of another form."""
    try:
        name, kind, sha256, size, form = signing.loads(note, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    return Parcel(name, Kind(kind), Stored(sha256, size)) if form == idempotency_key else None
