from typing import Self

from django.db import models

from evidence.lifecycle import Disclosure
from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Submission
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme


class Standing(models.TextChoices):
    SUGGESTED = "suggested", "Suggested"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


SUGGESTED = models.Q(standing=Standing.SUGGESTED)


class Tag(models.Model):
    """Fields of every tag: its standing, who tagged, and the sentence that suggests it."""

    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.SUGGESTED)
    sentence = models.TextField("sentence that suggests it", blank=True)
    tagged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    tagged_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class InstitutionTagQuerySet(models.QuerySet["InstitutionTag"]):
    def known_to(self, person: Person) -> Self:
        """Leaves out tags that would reveal the institution of a protected witness."""
        knows = inquiries_where(person, Action.SEE_IDENTITY)
        return self.exclude(
            models.Q(part=InstitutionTag.Part.SUBMITTER)
            & ~models.Q(submission__disclosure=Disclosure.OPEN)
            & ~models.Q(submission__inquiry__in=knows)
        )


class InstitutionTag(Tag):
    """An institution in a submission, with its role there."""

    class Part(models.TextChoices):
        SUBMITTER = "submitter", "Submitter's own institution"
        SUBJECT = "subject", "Subject of the allegation"
        MENTIONED = "mentioned", "Mentioned"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="institution_tags")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="tags")
    part = models.CharField("role", max_length=10, choices=Part.choices, default=Part.MENTIONED)

    objects = InstitutionTagQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "institution__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "institution", "part"],
                name="institution_tag_once",
                violation_error_message="This institution already has this role in the submission.",
            )
        ]
        indexes = [
            models.Index(
                fields=["submission"], condition=SUGGESTED, name="institution_tag_suggested"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} ({self.get_part_display()})"

    @property
    def form_value(self) -> str:
        """Names this tag in a form. Not its key: a gap would reveal a hidden tag."""
        return f"{self.institution_id}-{self.part}"


class ThemeTag(Tag):
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="theme_tags")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="tags")

    class Meta:
        ordering = ["submission", "theme__position", "theme__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "theme"],
                name="theme_tag_once",
                violation_error_message="This theme is already tagged.",
            )
        ]
        indexes = [
            models.Index(fields=["submission"], condition=SUGGESTED, name="theme_tag_suggested")
        ]

    def __str__(self) -> str:
        return str(self.theme)

    @property
    def form_value(self) -> str:
        return str(self.theme_id)


class StateTag(Tag):
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="state_tags")
    state = models.ForeignKey(State, models.PROTECT, related_name="tags")

    class Meta:
        ordering = ["submission", "state__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "state"],
                name="state_tag_once",
                violation_error_message="This state is already tagged.",
            )
        ]

    def __str__(self) -> str:
        return str(self.state)

    @property
    def form_value(self) -> str:
        return str(self.state_id)
