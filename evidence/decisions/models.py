from django.db import models
from django.db.models import Q

from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class Meeting(models.Model):
    """A meeting of the committee at which it decided on evidence."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField(help_text="Of this inquiry: 1, 2, 3…")
    held_on = models.DateField()
    members_present = models.TextField(blank=True, help_text="One a line, Chair first.")
    minute = models.CharField(
        max_length=200, blank=True, help_text="Where it is minuted, such as “Minutes, para 4”."
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-held_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "number"], name="meeting_one_per_number_and_inquiry"
            )
        ]

    def __str__(self) -> str:
        return f"Meeting {self.number}, {self.held_on.day} {self.held_on:%B %Y}"


class Decision(models.Model):
    """What is proposed for a piece, and then decided at a meeting.

    A clerk proposes; nothing changes. When the meeting is recorded and its decisions are
    applied, the piece moves and this row says at which meeting.
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
        DROPPED = "dropped", "Dropped"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=20, choices=Act.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    note = models.CharField("reason or note", max_length=1000, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="decisions")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["submission", "proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "act"],
                condition=Q(state="proposed"),
                name="decision_proposed_once",
            ),
            models.CheckConstraint(
                name="decision_was_made_at_a_meeting",
                condition=~Q(state="decided") | Q(meeting__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_act_display()
