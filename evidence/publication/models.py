from typing import Self

from django.db import models
from django.db.models import Q

from evidence.decisions.models import Decision
from evidence.submissions.models import Attachment, Submission
from inquiry.people.models import User


class PublicationQuerySet(models.QuerySet["Publication"]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Publication(models.Model):
    """One publishing of a submission: what the public sees, frozen as it was made public."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="publications")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="publications")
    heading = models.CharField(max_length=1000)
    # As lists and searches show them; a later correction changes nothing of it.
    names = models.CharField(max_length=1000, blank=True)
    title = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_note = models.CharField(max_length=500, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at"]
        indexes = [models.Index(fields=["-published_at", "-id"], name="publication_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(ended_at__isnull=True),
                name="publication_one_at_a_time",
                violation_error_message="This submission is already published.",
            )
        ]

    def __str__(self) -> str:
        return f"publication of {self.submission_id}"


class PublishedFile(models.Model):
    """A file of a publication: the document, then its annexes. Digests of frozen bytes."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="files")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    pdf_sha256 = models.CharField(max_length=64)
    pdf_size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    # The document, from which the page is shown; empty for a PDF kept as facsimile.
    document_sha256 = models.CharField(max_length=64, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    # Names pictures have in the document, with the digests of their bytes.
    pictures = models.JSONField(default=dict)

    class Meta:
        ordering = ["publication", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "position"],
                name="published_file_one_per_position",
                violation_error_message="Another file already has this position.",
            )
        ]

    def __str__(self) -> str:
        return f"file {self.position + 1} of {self.publication_id}"
