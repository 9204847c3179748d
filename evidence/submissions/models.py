import uuid
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from evidence.custody.record import record
from evidence.errors import ConcurrentUpdateError
from evidence.files.file_types import Kind
from evidence.jobs.queue import ask
from evidence.lifecycle import (
    BEFORE_THE_COMMITTEE,
    MAY_BEAR_A_NUMBER,
    Disclosure,
    Status,
    check_move,
)
from evidence.permissions import Action, Person, inquiries_where, may
from evidence.witnesses.encrypted import EncryptedTextField
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call, Inquiry, Question
from inquiry.people.models import User

NAME_WITHHELD = "Name withheld"
SHORT = {
    Disclosure.OPEN: "Open",
    Disclosure.NAME_WITHHELD: "Name withheld",
    Disclosure.CONFIDENTIAL: "Confidential",
}


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED).exclude(disclosure=Disclosure.CONFIDENTIAL)

    def visible_to(self, person: Person) -> Self:
        """Submissions this reader may see. Every list, count and search starts here."""
        early = Q(inquiry__in=inquiries_where(person, Action.READ_EARLY))
        put = Q(
            inquiry__in=inquiries_where(person, Action.READ_UNPUBLISHED),
            status__in=BEFORE_THE_COMMITTEE,
        )
        cleared = Q(inquiry__in=inquiries_where(person, Action.READ_CONFIDENTIAL))
        not_confidential = ~Q(disclosure=Disclosure.CONFIDENTIAL)
        return self.filter(
            Q(status=Status.PUBLISHED) & not_confidential
            | (early | put) & (cleared | not_confidential)
        )

    def with_name_known_to(self, person: Person) -> Self:
        """Those whose witnesses this reader may know by name."""
        knows = inquiries_where(person, Action.SEE_IDENTITY)
        return self.filter(Q(disclosure=Disclosure.OPEN) | Q(inquiry__in=knows))

    def with_witnesses(self) -> Self:
        """Prefetches witnesses for any number of rows, in fewer conditions than SQLite's limit."""
        links = SubmissionWitness.objects.select_related("witness")
        return self.prefetch_related(models.Prefetch("witness_links", links))

    def in_flow_order(self) -> Self:
        return self.order_by("-received_at", "-id")


class Submission(models.Model):
    """One submission: what one sender sent at one time."""

    class Kind(models.TextChoices):
        WRITTEN = "written", "Written evidence"
        SUPPLEMENTARY = "supplementary", "Supplementary evidence"
        CORRESPONDENCE = "correspondence", "Correspondence"

    class Channel(models.TextChoices):
        PAGE = "page", "Public page"
        EMAIL = "email", "Email"
        POST = "post", "Post"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="submissions")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="submissions")
    receipt = models.CharField("receipt number", max_length=14, unique=True, editable=False)
    # The same key makes a second sending the same submission; see receive.py.
    idempotency_key = models.CharField(max_length=80, unique=True, editable=False)
    kind = models.CharField("kind", max_length=20, choices=Kind.choices, default=Kind.WRITTEN)
    supplements = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supplemented_by"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PAGE)
    title = models.CharField(max_length=300, blank=True)
    witnesses = models.ManyToManyField(
        Witness, through="SubmissionWitness", related_name="submissions"
    )
    questions = models.ManyToManyField(Question, blank=True, related_name="submissions")
    received_at = models.DateTimeField(editable=False)
    late = models.BooleanField(default=False)
    assigned_to = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="cases"
    )

    status = models.CharField(
        max_length=20, choices=Status.choices, default=Status.RECEIVED, editable=False
    )
    status_since = models.DateTimeField(editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    reference = models.CharField(max_length=12, null=True, unique=True, editable=False)

    disclosure_requested = models.CharField(
        "witness asked for", max_length=20, choices=Disclosure.choices, editable=False
    )
    disclosure_decided = models.CharField(
        "committee decided", max_length=20, choices=Disclosure.choices, null=True, editable=False
    )
    disclosure_meeting = models.ForeignKey(
        "evidence.Meeting", models.PROTECT, null=True, editable=False, related_name="+"
    )
    # The committee's decision or, until then, the most protective request of the witnesses.
    disclosure = models.GeneratedField(
        expression=Coalesce("disclosure_decided", "disclosure_requested"),
        output_field=models.CharField(max_length=20, choices=Disclosure.choices),
        db_persist=True,
    )
    display_name = models.CharField(
        "name to print if withheld", max_length=100, default=NAME_WITHHELD
    )
    words = models.PositiveIntegerField(default=0, editable=False)
    pages = models.PositiveIntegerField(default=0, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        verbose_name = "submission"
        verbose_name_plural = "submissions"
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="submission_newest"),
            models.Index(fields=["inquiry", "-received_at", "-id"], name="submission_by_inquiry"),
            models.Index(
                fields=["inquiry", "status", "-received_at", "-id"], name="submission_by_status"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="submission_status_is_known",
                violation_error_message="Choose a status from the list.",
                condition=Q(status__in=Status.values),
            ),
            models.CheckConstraint(
                name="submission_disclosure_is_known",
                violation_error_message="Choose a disclosure from the list.",
                condition=Q(disclosure_requested__in=Disclosure.values)
                & (
                    Q(disclosure_decided__isnull=True) | Q(disclosure_decided__in=Disclosure.values)
                ),
            ),
            models.UniqueConstraint(
                fields=["inquiry", "number"],
                name="submission_numbers_are_not_shared",
                violation_error_message="Another submission already has this number.",
            ),
            models.CheckConstraint(
                name="submission_number_means_acceptance",
                violation_error_message="Only an accepted submission has a number.",
                condition=Q(number__isnull=True, reference__isnull=True)
                | Q(
                    number__isnull=False,
                    reference__isnull=False,
                    status__in=sorted(MAY_BEAR_A_NUMBER),
                ),
            ),
            models.CheckConstraint(
                name="submission_published_has_a_number",
                violation_error_message="A published submission needs a number.",
                condition=~Q(status="published")
                | Q(number__isnull=False)
                | Q(kind="correspondence"),
            ),
            models.CheckConstraint(
                name="submission_confidential_is_never_published",
                violation_error_message="Confidential evidence cannot be published.",
                condition=~Q(status="published", disclosure_decided="confidential"),
            ),
            models.CheckConstraint(
                name="submission_published_was_decided",
                violation_error_message="The committee has not decided the disclosure.",
                condition=~Q(status="published") | Q(disclosure_decided__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_disclosure_was_decided_at_a_meeting",
                violation_error_message="The disclosure must be decided at a meeting.",
                condition=Q(disclosure_decided__isnull=True) | Q(disclosure_meeting__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The evidence number, or the receipt while there is none. Names nobody."""
        return self.reference or self.receipt

    @property
    def has_return_code(self) -> bool:
        """Whether its sender has a return code: from the form, or issued for a letter by post."""
        return self.channel == self.Channel.PAGE or getattr(self, "draft", None) is not None

    @property
    def disclosure_label(self) -> str:
        return SHORT[Disclosure(self.disclosure)]

    @property
    def asked_label(self) -> str:
        """What the witnesses asked for; the most protective if they differ."""
        return SHORT[Disclosure(self.disclosure_requested)]

    @property
    def protected(self) -> bool:
        return str(self.disclosure) != Disclosure.OPEN

    def heading_names(self) -> str:
        """The witnesses as the public may see them, in order."""
        if self.disclosure != Disclosure.OPEN:
            return self.display_name
        return "; ".join(self.ordered_headings())

    def ordered_headings(self) -> list[str]:
        links = sorted(self.witness_links.all(), key=lambda link: link.position)
        return [link.witness.heading() for link in links]

    def names_for(self, person: Person) -> str:
        """The witnesses as this reader may see them."""
        if self.shows_identity_to(person):
            return "; ".join(self.ordered_headings())
        return self.heading_names()

    def shows_identity_to(self, person: Person) -> bool:
        return not self.protected or may(person, Action.SEE_IDENTITY, self.inquiry_id)

    def shows_original_to(self, person: Person) -> bool:
        """The original file contains names in text and metadata, so both permissions are needed."""
        allowed = may(person, Action.READ_ORIGINAL, self.inquiry_id)
        return allowed and self.shows_identity_to(person)

    def shows_findings_to(self, person: Person) -> bool:
        allowed = may(person, Action.READ_FINDINGS, self.inquiry_id)
        return allowed and self.shows_identity_to(person)

    def reasons_for(self, person: Person) -> str:
        """The witness's reasons for protection; empty for readers who may not see them."""
        if not may(person, Action.READ_CONTACT, self.inquiry_id):
            return ""
        request = getattr(self, "request", None)
        return request.reasons if request else ""

    def shows_contact_to(self, person: Person) -> bool:
        """True for clerks, and for operations officers in their own unprotected cases."""
        if may(person, Action.READ_CONTACT, self.inquiry_id):
            return True
        own = isinstance(person, User) and self.assigned_to_id == person.pk
        return own and may(person, Action.RECEIVE, self.inquiry_id) and not self.protected

    def move_to(self, status: Status, *, by: User | None, note: str = "", **values: object) -> None:
        """Change the status and record it, or raise and change nothing.

        The update applies only if the row still has the status we read; of two concurrent moves the
        second raises `ConcurrentUpdateError`. `values` are columns to change in the same statement.
        """
        check_move(self.status, status)
        with transaction.atomic():
            move = Move.objects.create(
                submission=self, before=self.status, after=status, by=by, note=note
            )
            row = Submission.objects.filter(pk=self.pk, status=self.status)
            if not row.update(status=status, status_since=move.made_at, **values):
                raise ConcurrentUpdateError(self.label)
            record(
                "moved",
                self,
                by=by,
                inquiry=self.inquiry_id,
                before=self.status,
                after=str(status),
            )
            if status != Status.CHECKED:
                # Nothing of what it is found by changes before its pages are made.
                ask("index", self.pk)
        self.status, self.status_since = status, move.made_at
        for name, value in values.items():
            setattr(self, name, value)


class SubmissionWitness(models.Model):
    """A witness of a submission, and the disclosure that witness asks for."""

    class Agreement(models.TextChoices):
        AGREED = "agreed", "Confirms that they are an author"
        REFUSED = "refused", "Says that they did not agree"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="witness_links")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="submission_links")
    position = models.PositiveSmallIntegerField(default=0)
    disclosure_requested = models.CharField(
        "asked for", max_length=20, choices=Disclosure.choices, default=Disclosure.OPEN
    )
    # What another author answered to the letter about being named as one.
    agreement = models.CharField(max_length=10, choices=Agreement.choices, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["submission", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "witness"],
                name="submission_witness_once",
                violation_error_message="This witness is already on this submission.",
            )
        ]

    def __str__(self) -> str:
        return f"witness {self.position + 1} of {self.submission}"


class DisclosureRequest(models.Model):
    """The witness's reasons for protection, and other information for staff only."""

    submission = models.OneToOneField(
        Submission, models.CASCADE, related_name="request", primary_key=True
    )
    reasons = EncryptedTextField("reasons for anonymity or confidentiality", blank=True)
    note = EncryptedTextField("other information from the witness", blank=True)

    def __str__(self) -> str:
        return f"request about {self.submission_id}"


class Attachment(models.Model):
    """One file of a submission, as it was sent. Position 0 is the document, the others are
    extra."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", "Not scanned"
        CLEAN = "clean", "No virus found"
        INFECTED = "infected", "Virus found"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("file name as sent", max_length=255)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    scan = models.CharField(max_length=20, choices=Scan.choices, default=Scan.NOT_SCANNED)
    archived = models.BooleanField(default=False)
    # The service made it from a file that the witness chose not to send.
    is_clean_copy = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["submission", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "position"],
                name="attachment_one_per_position",
                violation_error_message="Another file already has this position.",
            )
        ]

    def __str__(self) -> str:
        return f"file {self.position + 1} of {self.submission_id}"


class Move(models.Model):
    """One change of status: from, to, and by whom."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="moves")
    before = models.CharField(max_length=20, choices=Status.choices, blank=True)
    after = models.CharField(max_length=20, choices=Status.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["submission", "made_at", "id"]

    def __str__(self) -> str:
        return f"{self.before or 'sent'} → {self.after}"
