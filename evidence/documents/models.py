from collections.abc import Iterable

from django.db import models

from evidence.files.storage import Stored
from evidence.submissions.models import Attachment, Submission


class Rendition(models.Model):
    """A file made from an attachment, kept in the archive store.

    PDF and HTML have the heading that the effective disclosure allows. A fragment
    is the PDF split into objects for bundles; it is never shown or given out.
    """

    class Form(models.TextChoices):
        DOCUMENT = "document", "Document"
        TEXT = "text", "Text"
        PDF = "pdf", "PDF with heading"
        FRAGMENT = "fragment", "PDF prepared for bundles"
        FACSIMILE = "facsimile", "Cleaned pages of a PDF"
        OFFICE = "office", "Original layout (PDF)"
        PICTURE = "picture", "Picture in the text"
        READING = "reading", "Words read by machine"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="renditions")
    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="renditions")
    form = models.CharField(max_length=10, choices=Form.choices)
    # The name a picture has in the document; empty for all else.
    name = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(default=0)
    heading_digest = models.CharField(max_length=64, blank=True)
    # The version of a fragment's file format; 0 for all other renditions.
    version = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["attachment", "form", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "form", "name"],
                name="rendition_one_of_a_form",
                violation_error_message="This rendition already exists.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} of {self.attachment_id}"

    @classmethod
    def enter(
        cls, attachment: Attachment, form: str, stored: Stored, *, name: str = "", **fields: object
    ) -> None:
        """Record a stored file as this rendition, in place of the one before it."""
        cls.objects.update_or_create(
            attachment=attachment,
            form=form,
            name=name,
            defaults={
                "submission_id": attachment.submission_id,
                "sha256": stored.sha256,
                "size": stored.size,
                **fields,
            },
        )


def set_by_us(renditions: Iterable[Rendition]) -> int:
    """How many of the first pages of a file's PDF are ours. The others are the witness's own."""
    pages = {rendition.form: rendition.pages for rendition in renditions}
    return pages[Rendition.Form.PDF] - pages.get(Rendition.Form.FACSIMILE, 0)


class SubmissionText(models.Model):
    """The words of a whole submission: for search, suggestions and duplicates."""

    submission = models.OneToOneField(
        Submission, models.CASCADE, related_name="submission_text", primary_key=True
    )
    text = models.TextField(blank=True)
    # The digest of the words that the name check searched last.
    names_checked = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"text of {self.submission_id}"
