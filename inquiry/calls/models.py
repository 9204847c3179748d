from datetime import UTC, datetime, timedelta
from enum import StrEnum, nonmember
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property


class Committee(models.Model):
    """A select committee of one of the Houses, or a joint one."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    house = models.CharField(max_length=60, default="House of Commons")
    email = models.EmailField("office email", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Inquiry(models.Model):
    """An inquiry of a committee. It may be part of a wider one, its parent."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="inquiries")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The wider inquiry this one is part of. Roles are not inherited from it.",
    )
    title = models.CharField(max_length=300)
    code = models.SlugField("code", max_length=40, unique=True)
    prefix = models.CharField(
        "evidence number prefix",
        max_length=6,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z]{2,6}$", "Enter two to six capital letters, for example FIA.")
        ],
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)
    hc_number = models.CharField(
        "HC number", max_length=30, blank=True, help_text="For example, 123 of Session 2026-27."
    )
    scope = models.TextField("scope", blank=True)
    second_clerk = models.BooleanField(
        "second clerk must agree",
        default=True,
        help_text="Applies when a decision shows more than the witness asked for.",
    )

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "inquiries"
        constraints = [
            models.CheckConstraint(
                name="inquiry_is_not_its_own_parent",
                violation_error_message="An inquiry cannot be part of itself.",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def has_questions(self) -> bool:
        """Whether the terms of reference have numbered questions. Cached."""
        return self.questions.exists()

    def clean(self) -> None:
        above, visited = self.parent, set[int]()
        while above is not None and above.pk not in visited:
            if self.pk is not None and above.pk == self.pk:
                raise ValidationError({"parent": "An inquiry cannot be part of itself."})
            visited.add(above.pk)
            above = above.parent


class Question(models.Model):
    """One question of the terms of reference."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["inquiry", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "number"],
                name="question_one_per_number_and_inquiry",
                violation_error_message="There is already a question with this number.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


class Openness(StrEnum):
    """Whether a call takes evidence at a moment."""

    # Templates would call the class, because it is callable.
    do_not_call_in_templates = nonmember(value=True)

    NOT_YET = "not yet open"
    OPEN = "open"
    GRACE = "closed, still taking what is on its way"
    CLOSED = "closed"


class CallQuerySet(models.QuerySet["Call"]):
    def taking(self, at: datetime) -> Self:
        """Calls that are open at this moment, without the grace period."""
        return self.filter(opens_at__lte=at, closes_at__gt=at)

    def not_yet_open(self, at: datetime) -> Self:
        return self.filter(opens_at__gt=at)


class Call(models.Model):
    """A call for evidence, with its guidance and its opening and closing times."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="calls")
    code = models.SlugField(
        max_length=40, unique=True, help_text="Used in the page address. Choose neutral words."
    )
    title = models.CharField(max_length=300)
    guidance = models.TextField(blank=True)
    opens_at = models.DateTimeField("opens")
    closes_at = models.DateTimeField("closes", help_text="London time.")
    grace_minutes = models.PositiveIntegerField(
        "grace period (minutes)",
        default=15,
        help_text="Forms begun before closing are accepted for this long and marked late.",
    )
    word_limit = models.PositiveIntegerField(
        default=3000, help_text="Longer submissions are accepted, with a warning."
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["closes_at", "code"]
        verbose_name = "call for evidence"
        verbose_name_plural = "calls for evidence"
        constraints = [
            models.CheckConstraint(
                name="call_closes_after_it_opens",
                violation_error_message="Enter a closing time after the opening time.",
                condition=Q(closes_at__gt=F("opens_at")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def openness(self, at: datetime) -> Openness:
        """Whether it is open. Computed in UTC, so that clock changes do not matter."""
        at, opens, closes = (
            moment.astimezone(UTC) for moment in (at, self.opens_at, self.closes_at)
        )
        if at < opens:
            return Openness.NOT_YET
        if at < closes:
            return Openness.OPEN
        if at < closes + timedelta(minutes=self.grace_minutes):
            return Openness.GRACE
        return Openness.CLOSED
