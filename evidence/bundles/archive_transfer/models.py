import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from evidence.jobs.models import Job
from evidence.permissions import Action, Person, inquiries_where
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class ArchiveBagQuerySet(models.QuerySet["ArchiveBag"]):
    def visible_to(self, person: Person) -> Self:
        """The bags of inquiries whose evidence this person may transfer to the archive."""
        return self.filter(inquiry__in=inquiries_where(person, Action.ARCHIVE))


class ArchiveBag(models.Model):
    """A BagIt bag with the evidence of an inquiry, made by a background job."""

    class State(models.TextChoices):
        ASKED = "asked", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="archive_bags")
    with_confidential = models.BooleanField("includes confidential evidence", default=False)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=500, blank=True)
    ready_at = models.DateTimeField(null=True)
    submissions = models.PositiveIntegerField(default=0)
    # Files that could not be included, each with its submission and the reason.
    left_out = models.JSONField(default=list, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(default=0)

    objects = ArchiveBagQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                name="archive_bag_ready_has_its_file",
                violation_error_message="An archive transfer is ready only once its file is made.",
                condition=~Q(state="ready") | ~Q(sha256=""),
            )
        ]

    def __str__(self) -> str:
        return f"bag of {self.inquiry}"

    def job(self) -> Job | None:
        return Job.objects.filter(name="archive_bag", subject_id=self.pk).first()
