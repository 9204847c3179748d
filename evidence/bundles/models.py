import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from evidence.bundles.specification import Continuation, Grouping, Kind, Order
from evidence.committee_papers.models import CommitteePaper
from evidence.files.download_names import neutral
from evidence.jobs.models import Job
from evidence.lifecycle import Disclosure
from evidence.pdf.assemble.spec import CopyMark
from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Attachment, Submission
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

# How long before its files are removed the page of a bundle and the list show a warning.
WARNING = timedelta(days=7)


class BundleQuerySet(models.QuerySet["Bundle"]):
    def visible_to(self, person: Person) -> Self:
        """Bundles a reader may open: their own and, for clerks, all of the inquiry.

        A bundle is visible only while its reader may see every submission in it."""
        if not isinstance(person, User):
            return self.none()
        mine = Q(requested_by=person) | Q(inquiry__in=inquiries_where(person, Action.READ_CUSTODY))
        allowed = Q(inquiry__in=inquiries_where(person, Action.BUNDLE))
        return self.filter(mine & allowed).holding_nothing_hidden_from(person)

    def holding_files(self) -> Self:
        return self.filter(state=Bundle.State.READY)

    def holding_nothing_hidden_from(self, person: User) -> Self:
        """Bundles of which the reader may now see every submission and know every name shown."""
        items = BundleItem.objects.filter(bundle=OuterRef("pk"))
        hidden = items.filter(submission__isnull=False).exclude(
            submission__in=Submission.objects.visible_to(person)
        )
        papers = items.filter(paper__isnull=False).exclude(
            paper__in=CommitteePaper.objects.readable_by(person)
        )
        names = items.filter(submission__isnull=False, names_shown=True).exclude(
            submission__in=Submission.objects.with_name_known_to(person)
        )
        return self.exclude(Exists(hidden)).exclude(Exists(papers)).exclude(Exists(names))


class Bundle(models.Model):
    """A set of submissions, fixed when it was asked for, and the files made of it."""

    Kind, Order, Grouping, Continuation = Kind, Order, Grouping, Continuation

    class State(models.TextChoices):
        ASKED = "asked", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Files removed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="bundles")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SELECTION)
    title = models.CharField(max_length=200)
    marking = models.CharField(
        max_length=60, blank=True, help_text="Printed on each page, such as “For the committee”."
    )
    order = models.CharField(max_length=20, choices=Order.choices, default=Order.NUMBER)
    grouping = models.CharField(max_length=20, choices=Grouping.choices, default=Grouping.NONE)
    with_confidential = models.BooleanField("includes confidential evidence", default=False)
    with_names = models.BooleanField("shows names of protected witnesses", default=False)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="bundles")
    requested_at = models.DateTimeField(auto_now_add=True)
    # What was asked for, and the bundle that this one continues.
    specification = models.JSONField(default=dict, editable=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="followed_by"
    )
    continuation = models.CharField(
        max_length=20, choices=Continuation.choices, default=Continuation.AFRESH
    )
    fingerprint = models.CharField(max_length=64, editable=False)
    # The contents, fixed when the bundle was asked for. The build reads nothing else.
    snapshot = models.JSONField(default=dict, editable=False)
    # The numbers printed on its pages, for a bundle that continues this one.
    numbers = models.JSONField(default=dict, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=500, blank=True)
    ready_at = models.DateTimeField(null=True)
    # When its files are removed from storage, if that is decided. A clerk can pin the bundle
    # instead.
    keep_until = models.DateTimeField(null=True, editable=False)
    pinned = models.BooleanField(default=False, editable=False)
    pages = models.PositiveIntegerField(default=0)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveBigIntegerField(default=0)
    zip_sha256 = models.CharField(max_length=64, blank=True)
    zip_size = models.PositiveBigIntegerField(default=0)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    manifest_size = models.PositiveBigIntegerField(default=0)

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                name="bundle_ready_has_its_files",
                violation_error_message="A bundle is ready only once its files are made.",
                condition=~Q(state="ready") | ~Q(pdf_sha256="") & ~Q(zip_sha256=""),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def file_stem(self) -> str:
        """The start of its file names: neutral, and the same for the same contents."""
        return f"{self.inquiry.prefix}-bundle-{self.fingerprint[:8]}"

    def file_name(self, form: str, volume: int = 0, copy: int = 0) -> str:
        """The name of one of its files. Volumes link to each other by these names."""
        part = f"-copy-{copy}" if copy else ""
        part += f"-volume-{volume}" if volume else ""
        return neutral(f"{self.file_stem}{part}", "json.sig" if form == "sig" else form)

    def goes_soon(self) -> bool:
        """Whether its files will be removed from storage within the time of the warning."""
        warned = timezone.now() + WARNING
        ready = self.state == self.State.READY and not self.pinned
        return ready and self.keep_until is not None and self.keep_until <= warned

    def tells_too_much(self) -> bool:
        """Whether it includes, without asking for it, a name that has been withheld or a submission
        that has been made confidential since."""
        submissions = self.items.filter(submission__isnull=False)
        named = Q(names_shown=True) & ~Q(submission__disclosure=Disclosure.OPEN)
        secret = Q(submission__disclosure=Disclosure.CONFIDENTIAL)
        hidden = Q()
        if not self.with_names:
            hidden |= named
        if not self.with_confidential:
            hidden |= secret
        return bool(hidden) and submissions.filter(hidden).exists()

    def job(self) -> Job | None:
        return Job.objects.filter(name="build_bundle", subject_id=self.pk).first()


class BundleItem(models.Model):
    """One file in a bundle, as it was when the bundle was asked for. A file that is `elsewhere` is
    only named: it is in another bundle, or was left out."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="bundle_items"
    )
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    # Or a committee paper instead.
    paper = models.ForeignKey(
        CommitteePaper, models.PROTECT, null=True, related_name="bundle_items"
    )
    reference = models.CharField(max_length=40)
    label = models.CharField(max_length=1000)
    names_shown = models.BooleanField(default=False)
    pdf_sha256 = models.CharField(max_length=64)
    pdf_size = models.PositiveBigIntegerField(default=0)
    elsewhere = models.BooleanField(default=False)
    pages = models.PositiveIntegerField(default=0)
    tab = models.CharField(max_length=12, blank=True)
    volume = models.PositiveSmallIntegerField(default=1)
    # Its pages in the volume's PDF, and the numbers printed on them.
    first_page = models.PositiveIntegerField(null=True)
    last_page = models.PositiveIntegerField(null=True)
    first_number = models.CharField(max_length=40, blank=True)
    last_number = models.CharField(max_length=40, blank=True)
    not_included = models.CharField("reason it is not in the PDF", max_length=500, blank=True)

    class Meta:
        ordering = ["bundle", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "position"],
                name="bundle_item_one_per_position",
                violation_error_message="Another item of the bundle already has this position.",
            ),
            models.CheckConstraint(
                name="bundle_item_is_evidence_or_a_paper",
                violation_error_message="An item is evidence or a committee paper, not both.",
                condition=Q(submission__isnull=False, attachment__isnull=False, paper__isnull=True)
                | Q(submission__isnull=True, attachment__isnull=True, paper__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def file(self) -> str:
        """The key by which the same file is recognised in another bundle."""
        return str(self.attachment_id or self.paper_id)


class SavedSpecificationQuerySet(models.QuerySet["SavedSpecification"]):
    def visible_to(self, person: Person) -> Self:
        """A person's own, and those shared with all who make bundles in the inquiry."""
        if not isinstance(person, User):
            return self.none()
        allowed = Q(inquiry__in=inquiries_where(person, Action.BUNDLE))
        return self.filter(allowed & (Q(made_by=person) | Q(shared=True)))


class SavedSpecification(models.Model):
    """A specification saved under a name, to make bundles of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="specifications")
    name = models.CharField(max_length=100)
    shared = models.BooleanField("shared with others in the inquiry", default=False)
    specification = models.JSONField(editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="specifications")
    changed_at = models.DateTimeField(auto_now=True)

    objects = SavedSpecificationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "made_by", "name"],
                name="saved_specification_one_of_a_name",
                violation_error_message="You already have a set-up with this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class NumberedCopyQuerySet(models.QuerySet["NumberedCopy"]):
    def visible_to(self, person: Person) -> Self:
        """The copies of bundles a reader may open, and those issued to them.

        A person's own copy is visible only while they may see everything in it, it is not withdrawn
        and it has not expired.
        """
        if not isinstance(person, User):
            return self.none()
        whole = Bundle.objects.holding_nothing_hidden_from(person)
        reads = Q(bundle__inquiry__in=inquiries_where(person, Action.READ_UNPUBLISHED))
        mine = Q(recipient=person, withdrawn_at=None, bundle__in=whole) & reads
        in_time = Q(until=None) | Q(until__gte=timezone.localdate())
        ours = Q(bundle__in=Bundle.objects.visible_to(person))
        return self.filter(ours | mine & in_time)


class NumberedCopy(models.Model):
    """A numbered copy of a bundle, marked on each page, for one recipient.

    `code` is hidden in each page, so that a leaked page can be traced to its recipient.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Being made"
        READY = "ready", "Issued"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="copies")
    number = models.PositiveIntegerField()
    name = models.CharField("name of the recipient", max_length=120)
    recipient = models.ForeignKey(User, models.PROTECT, null=True, related_name="copies")
    code = models.BigIntegerField(unique=True, editable=False)
    watermark = models.BooleanField(default=False)
    until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=300, blank=True)

    objects = NumberedCopyQuerySet.as_manager()

    class Meta:
        ordering = ["bundle", "number"]
        verbose_name_plural = "numbered copies"
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "number"],
                name="numbered_copy_one_of_a_number",
                violation_error_message="Another copy already has this number.",
            ),
            models.CheckConstraint(
                name="numbered_copy_withdrawn_by_somebody",
                violation_error_message="Record who withdrew the copy.",
                condition=Q(withdrawn_at=None) | Q(withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Copy {self.number}"

    def kept_files(self) -> list["BundleFile"]:
        """Its files that are in storage, one for each volume."""
        return [file for file in self.files.all() if file.in_storage]

    @property
    def mark(self) -> CopyMark:
        return CopyMark(f"Copy {self.number} for {self.name}", self.code, self.watermark)


class Download(models.Model):
    """One download of a file of a bundle or numbered copy."""

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="downloads")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    copy = models.ForeignKey(NumberedCopy, models.PROTECT, null=True, related_name="downloads")
    form = models.CharField(max_length=10)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.form} of {self.bundle_id}"


class BundleFileQuerySet(models.QuerySet["BundleFile"]):
    def holding_files(self) -> Self:
        return self.filter(in_storage=True)


class BundleFile(models.Model):
    """A file that was made of a bundle. The row stays after the file has left storage, so that
    copies can be verified."""

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="files")
    copy = models.ForeignKey(NumberedCopy, models.PROTECT, null=True, related_name="files")
    form = models.CharField(max_length=10)
    volume = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(default=0)
    in_storage = models.BooleanField(default=True)

    objects = BundleFileQuerySet.as_manager()

    class Meta:
        ordering = ["bundle", "form", "volume"]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "form", "sha256"],
                name="bundle_file_once_per_bundle",
                violation_error_message="This file is already listed for this bundle.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.bundle_id}"
