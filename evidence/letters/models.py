import uuid
from typing import Self

from django.db import models

from evidence.witnesses.encrypted import EncryptedTextField
from evidence.witnesses.models import Witness
from inquiry.people.models import User


class LetterQuerySet(models.QuerySet["Letter"]):
    def to_release(self) -> Self:
        """What a clerk is to read and send: refusals, and what could go by email if a clerk says
        so. A receipt for who gave no address waits for nobody."""
        refusal = models.Q(kind=Letter.Kind.DECLINED)
        may_go = models.Q(witness__contact__may_email=True) & ~models.Q(witness__contact__email="")
        return self.filter(state=Letter.State.DRAFT).filter(refusal | may_go)


class Letter(models.Model):
    """A letter in the outbox. Most wait for a clerk; acknowledgements go by themselves."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "Acknowledgement"
        DECLINED = "declined", "Not accepted"
        QUESTION = "question", "Question to the witness"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft: awaiting approval"
        RELEASED = "released", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be sent"
        UNWANTED = "unwanted", "Not sent: email not agreed"
        DISCARDED = "discarded", "Discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey("evidence.Submission", models.PROTECT, related_name="letters")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    subject = models.CharField(max_length=200)
    body = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True, editable=False)
    # The digest of what was on the page about safe ways to write when a clerk released it.
    precautions_read = models.CharField(max_length=64, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "witness", "kind"],
                name="letter_of_a_sort_goes_once",
                violation_error_message="There is already a letter of this kind to this witness.",
                condition=~models.Q(kind="question"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_with_a_clerk(self) -> bool:
        """Whether it goes nowhere until a clerk has said what becomes of it."""
        return self.state in WITH_A_CLERK


WITH_A_CLERK = frozenset({Letter.State.DRAFT, Letter.State.FAILED, Letter.State.UNWANTED})
