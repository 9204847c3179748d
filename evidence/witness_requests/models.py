"""What staff ask a witness, and what a witness asks of the committee, about a submission."""

import uuid
from typing import Self

from django.db import models

from evidence.submissions.models import Submission
from evidence.witnesses.encrypted import EncryptedTextField
from inquiry.people.models import User


class WitnessQuestion(models.Model):
    """A question to the witnesses of a submission, and their answer. Never published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="witness_questions")
    question = EncryptedTextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    answer = EncryptedTextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    # When a clerk dealt with the answer. Until then the desk counts it.
    dealt_with_at = models.DateTimeField(null=True)
    dealt_with_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["requested_at"]
        verbose_name = "question to the witness"
        verbose_name_plural = "questions to witnesses"

    def __str__(self) -> str:
        return f"question about {self.submission}"


class WithdrawalRequestQuerySet(models.QuerySet["WithdrawalRequest"]):
    def waiting(self) -> Self:
        return self.filter(settled_at__isnull=True)


class WithdrawalRequest(models.Model):
    """A witness's request to withdraw an accepted submission. The committee decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="withdrawals")
    reason = EncryptedTextField()
    requested_at = models.DateTimeField(auto_now_add=True)
    granted = models.BooleanField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = WithdrawalRequestQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                name="withdrawal_one_waiting",
                violation_error_message="The witness has already asked to withdraw this.",
                condition=models.Q(settled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"request to withdraw {self.submission}"
