from typing import Self

from django.db import models

from evidence.permissions import Person
from evidence.submissions.models import Attachment, Submission
from inquiry.people.models import User


class FindingQuerySet(models.QuerySet["Finding"]):
    def shown_to(self, person: Person) -> Self:
        """Leaves out findings about another submission that the reader may not see."""
        visible = Submission.objects.visible_to(person)
        return self.filter(models.Q(about__isnull=True) | models.Q(about__in=visible))

    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def holding(self) -> Self:
        return self.open().filter(severity=Finding.Severity.HOLD)


class Finding(models.Model):
    """One thing a check found, with the words and their location."""

    class Severity(models.TextChoices):
        INFO = "info", "For information"
        WARN = "warn", "Please check"
        HOLD = "hold", "Decision needed"

    class Stage(models.TextChoices):
        EXAMINE = "examine", "Checks"
        PREPARE = "prepare", "Conversion"
        NAMES = "names", "Search for the witness's name"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="findings")
    attachment = models.ForeignKey(Attachment, models.CASCADE, null=True, related_name="findings")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    words = models.TextField(blank=True)
    where = models.CharField(max_length=300, blank=True)
    # Another submission the finding is about; shown only to readers who may see that one.
    about = models.ForeignKey(Submission, models.CASCADE, null=True, related_name="mentioned_in")
    found_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_note = models.CharField(max_length=500, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "id"]

    def __str__(self) -> str:
        return f"{self.get_severity_display()}: {self.code}"
