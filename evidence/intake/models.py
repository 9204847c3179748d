import uuid
from collections.abc import Iterable
from typing import Self

from django.db import models

from evidence.findings import Finding
from evidence.intake.finding_locations import place_name
from evidence.intake.finding_messages import message
from evidence.permissions import Person
from evidence.submissions.models import Attachment, Submission
from inquiry.people.models import User

# Findings that a clerk settles one by one, and that running the checks again does not settle.
SETTLED_ONE_BY_ONE = ("names", "authors")


class SubmissionFindingQuerySet(models.QuerySet["SubmissionFinding"]):
    def shown_to(self, person: Person) -> Self:
        """Leaves out findings about another submission that the reader may not see."""
        visible = Submission.objects.visible_to(person)
        return self.filter(models.Q(about__isnull=True) | models.Q(about__in=visible))

    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def holding(self) -> Self:
        return self.open().filter(severity=SubmissionFinding.Severity.HOLD)


class SubmissionFinding(models.Model):
    """A finding about a submission, and whether a clerk has cleared it."""

    class Severity(models.TextChoices):
        INFO = "info", "For information"
        WARN = "warn", "Please check"
        HOLD = "hold", "Decision needed"

    class Stage(models.TextChoices):
        EXAMINE = "examine", "Checks"
        PREPARE = "prepare", "Conversion"
        NAMES = "names", "Search for the witness's name"
        AUTHORS = "authors", "Answers of the authors"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="findings")
    attachment = models.ForeignKey(Attachment, models.CASCADE, null=True, related_name="findings")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    parameters = models.JSONField(default=dict, blank=True)
    location = models.JSONField(null=True, blank=True)
    # Another submission the finding is about; shown only to readers who may see that one.
    about = models.ForeignKey(Submission, models.CASCADE, null=True, related_name="mentioned_in")
    found_at = models.DateTimeField(auto_now_add=True)
    # Its place among the findings of the same check.
    position = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_note = models.CharField(max_length=500, blank=True)

    objects = SubmissionFindingQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "found_at", "position"]

    def __str__(self) -> str:
        return f"{self.get_severity_display()}: {self.code}"

    @classmethod
    def of(
        cls,
        finding: Finding,
        *,
        submission: Submission,
        attachment: Attachment | None,
        stage: str,
        about: Submission | None = None,
    ) -> Self:
        """A row of the finding that is not saved yet."""
        return cls(
            submission=submission,
            attachment=attachment,
            stage=stage,
            about=about,
            **finding.to_json(),
        )

    @classmethod
    def save_all(cls, rows: Iterable[Self]) -> None:
        """Saves new rows of one check in their order."""
        listed = list(rows)
        for position, row in enumerate(listed):
            row.position = position
        cls.objects.bulk_create(listed)

    @property
    def is_settled_alone(self) -> bool:
        """Whether a clerk settles it by itself, with a reason."""
        return self.stage in SETTLED_ONE_BY_ONE

    @property
    def finding(self) -> Finding:
        return Finding.from_json(
            {
                "code": self.code,
                "severity": self.severity,
                "parameters": self.parameters,
                "location": self.location,
            }
        )

    @property
    def words(self) -> str:
        """The witness's own words it is about, if any."""
        return self.finding.words

    @property
    def message(self) -> str:
        """What was found, as a sentence for a clerk."""
        return message(self.finding)

    @property
    def place(self) -> str:
        """Where it is, in the current language."""
        return place_name(self.finding.location)
