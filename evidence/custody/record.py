"""Writes custody entries in the transaction of the act they record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from evidence.custody.models import CustodyEntry, CustodyHead
from evidence.permissions import Person
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

Detail = str | int | bool | list[str] | None


@dataclass(frozen=True)
class NewCustodyEntry:
    """An entry to be written; `detail` as in `record`."""

    act: str
    subject: models.Model
    inquiry: Inquiry | int | None = None
    detail: Mapping[str, Detail] = field(default_factory=dict)


def record(
    act: str,
    subject: models.Model,
    *,
    by: Person | None,
    inquiry: Inquiry | int | None = None,
    **detail: Detail,
) -> CustodyEntry:
    """Add one entry to the chain. Must run inside the transaction of the act itself.

    `by` is None for what the system does. `detail` holds ids, digests and states;
    never a name, an address or a file name.
    """
    (entry,) = record_all([NewCustodyEntry(act, subject, inquiry, detail)], by=by)
    return entry


def record_all(new: Sequence[NewCustodyEntry], *, by: Person | None) -> list[CustodyEntry]:
    """Add several entries to the chain at once, in their order; otherwise as `record`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A custody entry is written in the transaction of its act.")
    if not new:
        return []
    head = _head_after(len(new))
    at, before = timezone.now().astimezone(UTC), head.digest
    entries = []
    for sequence, item in enumerate(new, start=head.sequence - len(new) + 1):
        entry = CustodyEntry(
            sequence=sequence,
            at=at,
            act=item.act,
            subject_type=item.subject._meta.model_name or "",
            subject_id=str(item.subject.pk),
            inquiry_id=item.inquiry.pk if isinstance(item.inquiry, Inquiry) else item.inquiry,
            by=by if isinstance(by, User) else None,
            detail=_plain(item.detail),
        )
        entry.digest = before = entry.digest_after(before)
        entries.append(entry)
    CustodyEntry.objects.bulk_create(entries)
    CustodyHead.objects.filter(pk=1).update(digest=before)
    return entries


def _head_after(count: int) -> CustodyHead:
    """The locked head of the chain, advanced by `count`."""
    if not CustodyHead.objects.filter(pk=1).update(sequence=F("sequence") + count):
        CustodyHead.objects.get_or_create(pk=1)
        CustodyHead.objects.filter(pk=1).update(sequence=F("sequence") + count)
    return CustodyHead.objects.get(pk=1)


def _plain(detail: Mapping[str, Detail]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, (int, list)) else str(value)
        for key, value in detail.items()
        if value is not None
    }
