import uuid
from typing import Self

from django.db import models

from evidence.files.file_types import Kind as FileKind
from evidence.permissions import Action, Person, inquiries_where
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class CommitteePaperQuerySet(models.QuerySet["CommitteePaper"]):
    def visible_to(self, person: Person) -> Self:
        """The papers of inquiries in which a person makes bundles.

        Papers that identify protected witnesses need clearance for names and for confidential
        evidence.
        """
        makes = inquiries_where(person, Action.BUNDLE)
        cleared = inquiries_where(person, Action.READ_CONFIDENTIAL) & inquiries_where(
            person, Action.SEE_IDENTITY
        )
        plain = models.Q(for_cleared=False) | models.Q(inquiry__in=cleared)
        return self.filter(models.Q(inquiry__in=makes) & plain)

    def readable_by(self, person: Person) -> Self:
        """The papers that a person may read in a bundle they were given: those of inquiries they
        are on."""
        reads = inquiries_where(person, Action.READ_UNPUBLISHED)
        cleared = inquiries_where(person, Action.READ_CONFIDENTIAL) & inquiries_where(
            person, Action.SEE_IDENTITY
        )
        plain = models.Q(for_cleared=False) | models.Q(inquiry__in=cleared)
        return self.filter(models.Q(inquiry__in=reads) & plain)


class CommitteePaper(models.Model):
    """A committee paper for bundles, such as an agenda, a brief or a transcript."""

    class Kind(models.TextChoices):
        AGENDA = "agenda", "Agenda"
        BRIEF = "brief", "Brief"
        QUESTIONS = "questions", "Suggested questions"
        BIOGRAPHIES = "biographies", "Witness biographies"
        TRANSCRIPT = "transcript", "Transcript extract"
        OTHER = "other", "Other paper"

    class State(models.TextChoices):
        PREPARING = "preparing", "Being converted"
        READY = "ready", "Ready"
        FAILED = "failed", "Cannot be used"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="papers")
    kind = models.CharField("kind", max_length=20, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField(max_length=200)
    for_cleared = models.BooleanField(
        "identifies protected witnesses or draws on confidential evidence", default=False
    )
    file_type = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in FileKind]
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING)
    reason = models.CharField(max_length=500, blank=True)
    pages = models.PositiveIntegerField(default=0)
    # How many of its pages were typeset here; those of a PDF are original.
    ours = models.PositiveIntegerField(default=0)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveBigIntegerField(default=0)
    fragment_sha256 = models.CharField(max_length=64, blank=True)
    fragment_version = models.PositiveSmallIntegerField(default=0)
    # Removed papers are kept, because bundles may include them.
    removed = models.BooleanField(default=False)

    objects = CommitteePaperQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at"]
        constraints = [
            models.CheckConstraint(
                name="committee_paper_ready_has_pages",
                violation_error_message="A paper is ready only once its pages are made.",
                condition=~models.Q(state="ready")
                | models.Q(pages__gt=0) & ~models.Q(pdf_sha256=""),
            )
        ]

    def __str__(self) -> str:
        return self.title


# Their order in a bundle, and which of them go before the evidence.
RANK = {kind: place for place, kind in enumerate(CommitteePaper.Kind)}
IN_FRONT = frozenset(
    {
        CommitteePaper.Kind.AGENDA,
        CommitteePaper.Kind.BRIEF,
        CommitteePaper.Kind.QUESTIONS,
        CommitteePaper.Kind.BIOGRAPHIES,
    }
)
