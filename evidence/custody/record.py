"""Writes the record of custody, in the transaction of the act it records."""

from datetime import UTC
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from evidence.custody.models import Entry, Head
from evidence.permissions import Person
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


def record(
    act: str,
    subject: models.Model,
    *,
    by: Person | None,
    inquiry: Inquiry | int | None = None,
    **detail: str | int | bool | list[str] | None,
) -> Entry:
    """Add one entry to the chain. Must run inside the transaction of the act itself.

    `by` is None for what the system does. `detail` holds ids, digests and states;
    never a name, an address or a file name.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A custody entry is written in the transaction of its act.")
    if not Head.objects.filter(pk=1).update(sequence=F("sequence") + 1):
        Head.objects.get_or_create(pk=1)
        Head.objects.filter(pk=1).update(sequence=F("sequence") + 1)
    head = Head.objects.get(pk=1)
    entry = Entry(
        sequence=head.sequence,
        at=timezone.now().astimezone(UTC),
        act=act,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        inquiry_id=inquiry.pk if isinstance(inquiry, Inquiry) else inquiry,
        by=by if isinstance(by, User) else None,
        detail=_plain(detail),
    )
    entry.digest = entry.digest_after(head.digest)
    entry.save(force_insert=True)
    Head.objects.filter(pk=1).update(digest=entry.digest)
    return entry


def _plain(detail: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, (int, list)) else str(value)
        for key, value in detail.items()
        if value is not None
    }
