import json
import uuid
from typing import Any, Self

from django.db import models

from evidence.files.accepted_types import EMAILS
from evidence.files.file_types import Kind
from evidence.files.storage import Stored
from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Submission
from evidence.submissions.receive import Parcel
from evidence.witnesses.encrypted import EncryptedTextField
from inquiry.calls.models import Call
from inquiry.people.models import User


class BatchQuerySet(models.QuerySet["Batch"]):
    def open_to(self, person: Person) -> Self:
        """This person's own batches, and for those who may know all witnesses also those of others.

        Only of inquiries for which the person may add evidence.
        """
        mine = models.Q(made_by=person) if isinstance(person, User) else models.Q(pk__in=[])
        all_of = models.Q(call__inquiry__in=inquiries_where(person, Action.READ_CONTACT))
        return self.filter(mine | all_of, call__inquiry__in=inquiries_where(person, Action.RECEIVE))


class Batch(models.Model):
    """Files and emails for one call, uploaded together, while a clerk completes who sent them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="batches")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "id"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"batch of {self.made_at:%-d %B %Y}"


class BatchFile(models.Model):
    """One file of a batch. What is typed about it is encrypted, and erased once it is added."""

    class State(models.TextChoices):
        OPEN = "open", "To complete"
        ADDING = "adding", "Being added"
        ADDED = "added", "Added"
        FAILED = "failed", "Not added"
        DISCARDED = "discarded", "Discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="files")
    # The digest of name and content: the same file uploaded again is in the batch already.
    key = models.CharField(max_length=64)
    # A file name may identify the witness, so it is erased with the answers.
    name = EncryptedTextField("file name as sent", blank=True)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField("why it was not added", max_length=500, blank=True)
    answers_json = EncryptedTextField("answers", blank=True)
    submission = models.OneToOneField(
        Submission, models.PROTECT, null=True, editable=False, related_name="batch_file"
    )
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["batch", "uploaded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "key"],
                name="batch_file_once",
                violation_error_message="This file is already in the batch.",
            ),
            models.CheckConstraint(
                name="batch_file_added_is_a_submission",
                violation_error_message="A file that was added needs its submission.",
                condition=models.Q(state="added", submission__isnull=False)
                | (~models.Q(state="added") & models.Q(submission__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"file of {self.batch_id}"

    @property
    def answers(self) -> dict[str, Any]:
        """What is typed about the file, by field."""
        answers: dict[str, Any] = json.loads(self.answers_json) if self.answers_json else {}
        return answers

    @answers.setter
    def answers(self, answers: dict[str, Any]) -> None:
        self.answers_json = json.dumps(answers, sort_keys=True)

    @property
    def is_email(self) -> bool:
        return self.kind in EMAILS

    @property
    def is_editable(self) -> bool:
        return self.state in {self.State.OPEN, self.State.FAILED}

    @property
    def parcel(self) -> Parcel:
        return Parcel(self.name, Kind(self.kind), Stored(self.sha256, self.size))
