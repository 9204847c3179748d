import uuid
from collections.abc import Mapping
from typing import Self

from django.db import models
from django.db.models import F, Q

from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class Meeting(models.Model):
    """A meeting of the committee at which it decided on evidence."""

    # A number would tell how many meetings other inquiries held.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField("meeting number", help_text="For example, 14.")
    held_on = models.DateField("date")
    members_present = models.TextField(blank=True, help_text="One per line, Chair first.")
    interests = models.TextField(
        "interests declared", blank=True, help_text="One declaration per line."
    )
    minute = models.CharField(
        "reference in the Formal Minutes",
        max_length=200,
        blank=True,
        help_text="For example, “Minutes, para 4”.",
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-held_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "number"],
                name="meeting_one_per_number_and_inquiry",
                violation_error_message="There is already a meeting with this number.",
            )
        ]

    def __str__(self) -> str:
        return f"Meeting {self.number}, {self.held_on.day} {self.held_on:%B %Y}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def proposed(self) -> Self:
        return self.filter(state=Decision.State.PROPOSED)

    def decided(self) -> Self:
        return self.filter(state=Decision.State.DECIDED)


class Decision(models.Model):
    """A proposal for a submission, which a meeting then decides.

    A proposal changes nothing. Once a clerk records the meeting's decisions the submission moves,
    and this row names the meeting.
    """

    class Act(models.TextChoices):
        ACCEPT = "accept", "Accept as evidence"
        DECLINE = "decline", "Do not accept"
        CORRESPONDENCE = "correspondence", "Treat as correspondence"
        OPEN = "open", "Publish with the name"
        WITHHOLD_NAME = "withhold_name", "Publish with the name withheld"
        KEEP_CONFIDENTIAL = "keep_confidential", "Keep confidential"
        REPORT = "report", "Report to the House and order to be published"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        DECIDED = "decided", "Decided"
        DROPPED = "dropped", "Removed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=20, choices=Act.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    note = models.CharField("reason or note", max_length=1000, blank=True)
    # The reason for showing more than the witness asked for, and the clerk who confirmed it.
    freer_reason = models.CharField(max_length=1000, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="decisions")
    decided_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "act"],
                condition=Q(state="proposed"),
                name="decision_proposed_once",
                violation_error_message="This is already proposed.",
            ),
            models.CheckConstraint(
                name="decision_was_made_at_a_meeting",
                violation_error_message="Enter the meeting that made this decision.",
                condition=~Q(state="decided") | Q(meeting__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_is_confirmed_by_another_clerk",
                violation_error_message="The second clerk cannot be the clerk who proposed it.",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & ~Q(confirmed_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_act_display()

    @property
    def disclosure(self) -> Disclosure | None:
        """The disclosure this act decides; None for other acts."""
        return DISCLOSURE_OF.get(Decision.Act(self.act))


Act = Decision.Act
ABOUT_ACCEPTANCE = (Act.ACCEPT, Act.DECLINE, Act.CORRESPONDENCE)
DISCLOSURE_OF: Mapping[Act, Disclosure] = {
    Act.OPEN: Disclosure.OPEN,
    Act.WITHHOLD_NAME: Disclosure.NAME_WITHHELD,
    Act.KEEP_CONFIDENTIAL: Disclosure.CONFIDENTIAL,
}
ACT_FOR: Mapping[str, Act] = {disclosure: act for act, disclosure in DISCLOSURE_OF.items()}
