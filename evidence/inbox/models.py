import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Submission
from evidence.witnesses.encrypted import EncryptedTextField
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class NoteQuerySet(models.QuerySet["Note"]):
    def shown_to(self, person: Person) -> Self:
        """Notes may name a witness: only for those who may know every name in the inquiry."""
        allowed = inquiries_where(person, Action.READ_NOTES)
        return self.filter(
            submission__in=Submission.objects.visible_to(person).with_name_known_to(person),
            submission__inquiry__in=allowed,
        )

    def open(self) -> Self:
        return self.filter(done_at__isnull=True)


class Note(models.Model):
    """A note of staff on a submission. It is never part of the evidence or of a bundle."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="notes")
    text = EncryptedTextField("note")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField("deal with by", null=True, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "made_at"]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(done_at__isnull=True), name="note_open_by_date"
            )
        ]

    def __str__(self) -> str:
        return f"note on {self.submission_id}"


class Mention(models.Model):
    """A person whose name stands in a note, until they have dealt with it."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    dealt_with_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["note", "person"],
                name="mention_once",
                violation_error_message="This person is already mentioned in the note.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.note}"


class Snooze(models.Model):
    """Hides a submission from one person's inbox until a date."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "person"],
                name="snooze_once",
                violation_error_message="You have already snoozed this submission.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} until {self.until}"


class Visit(models.Model):
    """When a person last looked at the inbox of an inquiry, and the time before that."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "inquiry"],
                name="visit_once",
                violation_error_message="This visit is already recorded.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.at}"


class OpenPage(models.Model):
    """When a person last had the triage page of a submission open."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "person"],
                name="open_page_once",
                violation_error_message="This page is already recorded as open.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.submission_id}"


class Check(models.Model):
    """A clerk's answer to one question of the checklist."""

    class Question(models.TextChoices):
        SCOPE = "scope", "Within the terms of reference"
        ORIGINAL = "original", "Not published elsewhere"
        SUB_JUDICE = "sub_judice", "Not about a case before a court"
        DEFAMATION = "defamation", "Nothing defamatory"
        THIRD_PARTIES = "third_parties", "Nobody else named who should not be"
        PERSONAL_DATA = "personal_data", "No signatures or contact details in the text"

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        CONCERN = "concern", "Concern"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="checks")
    question = models.CharField(max_length=20, choices=Question.choices)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "question"],
                name="check_once",
                violation_error_message="This question already has an answer.",
            ),
            models.CheckConstraint(
                name="check_answer_is_known",
                violation_error_message="Choose an answer from the list.",
                condition=Q(answer__in=["yes", "concern"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_question_display()}: {self.get_answer_display()}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def shown_to(self, person: Person) -> Self:
        """A person's own, and those shared with all on the inquiry."""
        if not isinstance(person, User):
            return self.none()
        mine = Q(owner=person) | Q(shared=True)
        return self.filter(mine, inquiry__in=inquiries_where(person, Action.READ_UNPUBLISHED))


class SavedView(models.Model):
    """Filters of the list of evidence, kept under a name. What it shows depends on who opens it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, editable=False)
    shared = models.BooleanField("shared with everybody on the inquiry", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "owner", "name"],
                name="saved_view_once",
                violation_error_message="You already have a view with this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
