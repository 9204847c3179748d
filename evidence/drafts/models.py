"""Drafts, their files, and what opens them: late codes, address codes and links."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone

from evidence.files.accepted_types import PICTURES, Kind
from evidence.findings import Finding
from evidence.submissions.models import Submission, SubmissionWitness
from evidence.witnesses.encrypted import EncryptedTextField
from inquiry.calls.models import Call, Openness
from inquiry.people.models import User

KEPT_AFTER_CLOSING = timedelta(days=30)
REMINDED_BEFORE_CLOSING = timedelta(days=2)


class LateCode(models.Model):
    """A clerk's permission to send after a call has closed. Anyone who types it can start a form.

    A form that was started with it can be sent until it expires, however often it was used since.
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
    """A form that a witness has started. Everything typed is encrypted, complete or not.

    Once sent it holds no answers; its return code then opens the submission.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="drafts")
    code_digest = models.CharField(max_length=64, unique=True)
    # Digest of the confirmed address: links go to no other.
    confirmed_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # Whether an address was typed, so that a reminder may be due.
    reminder_wanted = models.BooleanField(default=False)
    answers = EncryptedTextField(blank=True)
    language = models.CharField(max_length=10, default="en-gb")
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    # Empty until something is typed or a file is uploaded.
    first_saved_at = models.DateTimeField(null=True)
    late_code = models.ForeignKey(LateCode, models.PROTECT, null=True, related_name="drafts")
    supplements = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    submission = models.OneToOneField(Submission, models.CASCADE, null=True, related_name="draft")
    reminded_at = models.DateTimeField(null=True)
    # What `answers_by_page` made of which answers: pages ask for it dozens of times.
    _read: tuple[str, dict[str, Any]] | None = None

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @property
    def answers_by_page(self) -> dict[str, Any]:
        """The answers by page: what was typed and chosen, as the forms of the pages read it."""
        if self._read is None or self._read[0] != self.answers:
            self._read = self.answers, json.loads(self.answers) if self.answers else {}
        return self._read[1]

    @property
    def sent(self) -> bool:
        return self.submission_id is not None

    def may_be_sent(self, at: datetime) -> bool:
        """Whether it can be sent: the call is open, or it is in its grace period and something was
        saved before closing, or a late code still lasts."""
        openness = self.call.openness(at)
        if openness == Openness.OPEN:
            return True
        in_time = self.first_saved_at is not None and self.first_saved_at < self.call.closes_at
        if openness == Openness.GRACE and in_time:
            return True
        return self.late_code is not None and self.late_code.lasts(at)

    def ends_at(self) -> datetime:
        """When it can no longer be sent, as things are now."""
        ends = self.call.closes_at
        if self.late_code is not None and self.late_code.withdrawn_at is None:
            ends = max(ends, self.late_code.expires_at)
        return ends

    def accepted_until(self) -> datetime:
        """When it is no longer accepted, even marked as late."""
        return max(self.ends_at(), self.call.accepted_until())

    def dies_at(self) -> datetime:
        """When it is deleted, if it is not sent."""
        return self.ends_at() + KEPT_AFTER_CLOSING


class DraftFile(models.Model):
    """A file of a draft. The first one is the document, unless the evidence was typed."""

    class State(models.TextChoices):
        READING = "reading", "Being read"
        READ = "read", "Read"
        BAD = "bad", "Cannot be used"

    class CleanCopy(models.TextChoices):
        NONE = "", "Not requested"
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"

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

    # A copy that we make of it and that its witness may send instead.
    clean_copy = models.CharField(
        max_length=10, choices=CleanCopy.choices, default=CleanCopy.NONE, blank=True
    )
    is_clean_copy = models.BooleanField(default=False)
    # Whether what is attached to an email was made files of the draft. That happens once: a witness
    # may have removed or replaced them since.
    attachments_taken = models.BooleanField(default=False)

    class Meta:
        ordering = ["draft", "position", "arrived_at", "id"]

    def __str__(self) -> str:
        return f"file of {self.draft_id}"

    @property
    def findings(self) -> list[Finding]:
        return [Finding.from_json(row) for row in json.loads(self.report or "[]")]

    @property
    def folder(self) -> str:
        """The folder of its bytes, and of all files made from them, in the draft storage."""
        return f"{self.draft_id.hex}/{self.pk.hex}"

    @property
    def original(self) -> str:
        return f"{self.folder}/original"

    @property
    def is_picture(self) -> bool:
        return Kind(self.kind) in PICTURES


class Arrival(models.Model):
    """A running upload to a draft. It counts until `until`, which the upload renews."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="arrivals")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"file on its way to {self.draft_id}"


class AddressCode(models.Model):
    """A request for six digits, sent to an address to confirm that it belongs to the draft.

    The digits are derived from the key of the row (`email_confirmation`) and not stored. `email` is
    empty if too many emails went to the address already.
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
    """A request for a link by email, or a link that shows the progress of one draft, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = EncryptedTextField()
    language = models.CharField(max_length=10, default="en-gb")
    requested_at = models.DateTimeField(default=timezone.now)
    # The draft it leads to; empty in a request.
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="links")
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link asked for at {self.requested_at:%H:%M}"


class CoauthorLink(models.Model):
    """A link in a letter to another author, by which they say once whether they agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(SubmissionWitness, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"link for {self.author}"
