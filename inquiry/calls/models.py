import unicodedata
from datetime import UTC, datetime, timedelta
from enum import StrEnum, nonmember
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_noop as _

# Of letters to witnesses: somebody who sees the inbox of a witness learns nothing from them.
NEUTRAL_SENDER_NAME = _("Information service")
NEUTRAL_SUBJECT = _("A message for you")
# Control characters, those that change the reading direction, and the ends of lines.
NOT_ON_ONE_LINE = frozenset({"Cc", "Cf", "Zl", "Zp"})


def validate_one_line(words: str) -> None:
    """Raise `ValidationError` for words that cannot stand in one line of a letter's header."""
    if any(unicodedata.category(letter) in NOT_ON_ONE_LINE for letter in words):
        raise ValidationError("Enter one line, without line breaks or control characters.")


class Committee(models.Model):
    """A select committee of one of the Houses, or a joint one."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    house = models.CharField(max_length=60, default="House of Commons")
    email = models.EmailField("office email", blank=True)
    telephone = models.CharField("office telephone", max_length=60, blank=True)
    postal_address = models.TextField("office postal address", blank=True)
    letter_sender_name = models.CharField(
        "sender name of letters",
        max_length=100,
        default=NEUTRAL_SENDER_NAME,
        validators=[validate_one_line],
        help_text="Witnesses see this in their inbox, and so does anyone who reads it with them. "
        "Choose words that do not name Parliament, the committee or its subject.",
    )
    letter_subject = models.CharField(
        "subject of letters",
        max_length=100,
        default=NEUTRAL_SUBJECT,
        validators=[validate_one_line],
        help_text="The subject of every letter to a witness. Choose words that say nothing about "
        "the inquiry.",
    )
    reply_address = models.EmailField(
        "reply address",
        blank=True,
        help_text="Witnesses without a return code can be asked to reply to this address. Choose "
        "one that does not name the committee.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CommitteeText(models.Model):
    """A committee's own text of a page in the footer, instead of the one that comes with the site.

    Blank lines separate paragraphs. Web and email addresses become links.
    """

    class Page(models.TextChoices):
        HELP = "help", "Help and other formats"
        ACCESSIBILITY = "accessibility", "Accessibility statement"
        PRIVACY = "privacy", "Privacy notice"
        COOKIES = "cookies", "Cookies"

    class Language(models.TextChoices):
        ENGLISH = "en-gb", "English"
        WELSH = "cy", "Welsh"

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="texts")
    page = models.CharField(max_length=20, choices=Page.choices)
    language = models.CharField(max_length=10, choices=Language.choices, default=Language.ENGLISH)
    text = models.TextField(help_text="Leave a blank line between paragraphs.")

    class Meta:
        ordering = ["committee", "page", "language"]
        verbose_name = "text of a footer page"
        verbose_name_plural = "texts of footer pages"
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "page", "language"],
                name="committee_text_one_per_page_and_language",
                violation_error_message="This committee already has a text for this page in this "
                "language.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_page_display()}, {self.get_language_display()}"


class Inquiry(models.Model):
    """An inquiry of a committee. It may be part of a wider one, its parent."""

    class NumberedOn(models.TextChoices):
        ACCEPTANCE = "acceptance", "When the committee accepts a submission"
        PUBLICATION = "publication", "When a submission is published"

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
    numbered_on = models.CharField(
        "evidence numbers are given",
        max_length=20,
        choices=NumberedOn.choices,
        default=NumberedOn.ACCEPTANCE,
        help_text="Numbers given on acceptance show the public, by their gaps, how many "
        "submissions are not published. Numbers given on publication have no gaps.",
    )
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
    answer_weeks = models.PositiveSmallIntegerField(
        "answer expected within (weeks)",
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(104)],
        help_text="Witnesses see the date. Counted from closing, or from a later receipt.",
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
        if at < self.accepted_until().astimezone(UTC):
            return Openness.GRACE
        return Openness.CLOSED

    def accepted_until(self) -> datetime:
        """When forms begun in time are no longer accepted: the end of the grace period."""
        return self.closes_at.astimezone(UTC) + timedelta(minutes=self.grace_minutes)

    def answer_by(self, received_at: datetime) -> datetime:
        """When a witness can expect an answer to what arrived at this moment."""
        return max(received_at, self.closes_at) + timedelta(weeks=self.answer_weeks)
