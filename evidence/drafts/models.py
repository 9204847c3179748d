"""What a witness has begun and not yet sent, and the ways back to it."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone

from evidence.files.file_types import Kind
from evidence.submissions.models import Submission
from evidence.witnesses.encrypted import EncryptedTextField
from inquiry.calls.models import Call, Openness
from inquiry.people.models import User

KEPT_AFTER_CLOSING = timedelta(days=30)
REMINDED_BEFORE_CLOSING = timedelta(days=2)


class LateCode(models.Model):
    """A clerk's leave to send after a call has closed. Whoever types it may begin a form.

    A form that was begun with it may be sent until it expires, however often it was used since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="late_codes")
    code = EncryptedTextField(editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    for_whom = EncryptedTextField("who it is for, and why", blank=True)
    uses_allowed = models.PositiveIntegerField(
        "number of uses", null=True, blank=True, default=1, help_text="Leave blank for no limit."
    )
    uses = models.PositiveIntegerField("times used", default=0, editable=False)
    expires_at = models.DateTimeField("expires")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="late_code_is_not_used_too_often",
                violation_error_message="This late code has no uses left.",
                condition=models.Q(uses_allowed__isnull=True)
                | models.Q(uses__lte=models.F("uses_allowed")),
            )
        ]

    def __str__(self) -> str:
        return f"late code for {self.call}"

    @property
    def spent(self) -> bool:
        """Whether it has opened as many forms as it may."""
        return self.uses_allowed is not None and self.uses >= self.uses_allowed

    def lasts(self, at: datetime) -> bool:
        """Whether a form that was begun with it may still be sent."""
        return self.withdrawn_at is None and at < self.expires_at


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> Self:
        return self.filter(submission__isnull=True)


class Draft(models.Model):
    """A form that a witness has begun. Everything typed is encrypted, incomplete or not.

    Once sent, it holds no answers any more: it is the witness's way back to their submission.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="drafts")
    code_digest = models.CharField(max_length=64, unique=True)
    # Of the address that whoever has this form open has confirmed: links go to no other.
    confirmed_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # Whether an address was typed, so that somebody may have to be reminded.
    reminder_wanted = models.BooleanField(default=False)
    answers = EncryptedTextField(blank=True)
    language = models.CharField(max_length=10, default="en-gb")
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    # Empty while nothing was typed and no file was sent.
    first_saved_at = models.DateTimeField(null=True)
    late_code = models.ForeignKey(LateCode, models.PROTECT, null=True, related_name="drafts")
    supplements = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    submission = models.OneToOneField(Submission, models.CASCADE, null=True, related_name="draft")
    reminded_at = models.DateTimeField(null=True)
    # What `said` made of which answers: pages ask for it dozens of times.
    _read: tuple[str, dict[str, Any]] | None = None

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @property
    def said(self) -> dict[str, Any]:
        """The answers by page: what was typed and chosen, as the forms of the pages read it."""
        if self._read is None or self._read[0] != self.answers:
            self._read = self.answers, json.loads(self.answers) if self.answers else {}
        return self._read[1]

    @property
    def sent(self) -> bool:
        return self.submission_id is not None

    def may_be_sent(self, at: datetime) -> bool:
        """While the call is open; in its grace, if something of it was saved before closing; or by
        late code. Who goes on typing within the grace has saved before all the same."""
        openness = self.call.openness(at)
        if openness == Openness.OPEN:
            return True
        in_time = self.first_saved_at is not None and self.first_saved_at < self.call.closes_at
        if openness == Openness.GRACE and in_time:
            return True
        return self.late_code is not None and self.late_code.lasts(at)

    def ends_at(self) -> datetime:
        """When it may be sent no longer, as things stand."""
        ends = self.call.closes_at
        if self.late_code is not None and self.late_code.withdrawn_at is None:
            ends = max(ends, self.late_code.expires_at)
        return ends

    def dies_at(self) -> datetime:
        """When it is deleted, if it is not sent."""
        return self.ends_at() + KEPT_AFTER_CLOSING


class DraftFile(models.Model):
    """A file of a draft. The first one is the evidence itself unless that was typed."""

    class State(models.TextChoices):
        READING = "reading", "Being read"
        READ = "read", "Read"
        BAD = "bad", "Cannot be used"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField(default=0)
    name = EncryptedTextField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    arrived_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    words = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    # What was found in it, as JSON; the words of a finding may name people.
    report = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["draft", "position", "arrived_at", "id"]

    def __str__(self) -> str:
        return f"file of {self.draft_id}"

    @property
    def found(self) -> list[dict[str, str]]:
        report: list[dict[str, str]] = json.loads(self.report) if self.report else []
        return report

    @property
    def folder(self) -> str:
        """Where its bytes and all that was made of them lie among the files of drafts."""
        return f"{self.draft_id.hex}/{self.pk.hex}"

    @property
    def original(self) -> str:
        return f"{self.folder}/original"

    @property
    def is_picture(self) -> bool:
        return Kind(self.kind) in {Kind.JPEG, Kind.PNG}


class Arrival(models.Model):
    """A file that is on its way to a draft. It counts for as long as signs of life come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="arrivals")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"file on its way to {self.draft_id}"


class AddressCode(models.Model):
    """Six digits sent to an address: typed into the form they show that both belong together.

    The digits are made from the key of the row (`drafts.confirm`) and stored nowhere. `email` is
    empty where so many letters went to the address that no more go.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="address_codes")
    email = EncryptedTextField()
    language = models.CharField(max_length=10, default="en-gb")
    requested_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    wrong_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"code asked for at {self.requested_at:%H:%M}"


class EntryLink(models.Model):
    """A way by letter to see where a form is: one address asks, whoever reads its letters may look
    once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = EncryptedTextField()
    language = models.CharField(max_length=10, default="en-gb")
    requested_at = models.DateTimeField(default=timezone.now)
    # Of the draft it leads to; empty until the letter is written.
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="links")
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link asked for at {self.requested_at:%H:%M}"
