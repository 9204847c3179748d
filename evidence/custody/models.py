import hashlib
import json
from typing import Any, NoReturn

from django.db import models

from inquiry.calls.models import Inquiry
from inquiry.people.models import User

START = "0" * 64


class RecordIsFinalError(TypeError):
    """An attempt to change or delete a custody entry."""


class CustodyEntryQuerySet(models.QuerySet["CustodyEntry"]):
    """Allows only adding and reading entries."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise RecordIsFinalError("Custody entries are never altered.")

    def delete(self) -> NoReturn:
        raise RecordIsFinalError("Custody entries are never deleted.")


class CustodyHead(models.Model):
    """The newest digest of the chain. One row; its lock gives entries their order."""

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=START)

    def __str__(self) -> str:
        return f"after entry {self.sequence}"


class CustodyEntry(models.Model):
    """One act, or one reading of protected evidence. Holds ids only, no names.

    Each digest covers the entry and the digest before it, so a row that is altered, removed or
    inserted breaks the chain there.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, unique=True)

    objects = CustodyEntryQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        verbose_name = "audit trail entry"
        verbose_name_plural = "audit trail"
        indexes = [models.Index(fields=["subject_type", "subject_id", "sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RecordIsFinalError("Custody entries are never altered.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RecordIsFinalError("Custody entries are never deleted.")

    def digest_after(self, before: str) -> str:
        """SHA-256 over the previous digest and this entry's content in canonical JSON."""
        content = [
            before,
            self.sequence,
            self.at.isoformat(timespec="microseconds"),
            self.act,
            self.subject_type,
            self.subject_id,
            self.inquiry_id,
            self.by_id,
            self.detail,
        ]
        written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(written.encode()).hexdigest()
