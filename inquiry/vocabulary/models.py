from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from inquiry.calls.models import Inquiry


class Institution(models.Model):
    """A university, funder or other body that evidence comes from or speaks of."""

    name = models.CharField(max_length=300, unique=True)
    country = models.CharField(
        max_length=2, default="GB", help_text="Two letters, ISO 3166-1, such as GB."
    )
    ror_id = models.CharField(
        "ROR id",
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$", "Such as 052gg0110.")],
    )
    # The name as ROR had it when it was last loaded: a name that differs from it is a clerk's.
    ror_name = models.CharField(max_length=300, blank=True, editable=False)
    ukprn = models.CharField(
        "UKPRN", max_length=8, blank=True, validators=[RegexValidator(r"^\d{8}$", "Eight digits.")]
    )
    website = models.URLField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["ror_id"],
                name="institution_ror_id",
                violation_error_message="Another institution has this ROR identifier already.",
                condition=~models.Q(ror_id=""),
            ),
            models.UniqueConstraint(
                fields=["ukprn"],
                name="institution_ukprn",
                violation_error_message="Another institution has this UKPRN already.",
                condition=~models.Q(ukprn=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionName(models.Model):
    """Another name of an institution, and whether a text that holds it surely means it."""

    class Kind(models.TextChoices):
        ALIAS = "alias", "Other name"
        ACRONYM = "acronym", "Acronym"
        TRANSLATION = "translation", "Name in another language"

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="names")
    text = models.CharField("name", max_length=300)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.ALIAS)
    safe_to_match = models.BooleanField(
        "safe to match",
        default=False,
        help_text="Tick only if no other thing is called so. Acronyms seldom are safe.",
    )

    class Meta:
        ordering = ["institution", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "text"],
                name="institution_name_once_per_institution",
                violation_error_message="This institution has this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.text


class ThemeQuerySet(models.QuerySet["Theme"]):
    def used_in(self, inquiry: Inquiry) -> Self:
        return self.filter(models.Q(inquiry=inquiry) | models.Q(inquiry__isnull=True))


class Theme(models.Model):
    """What a submission is about. Themes form a tree: a child implies its parent in filters."""

    inquiry = models.ForeignKey(
        Inquiry,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="themes",
        help_text="Empty: every inquiry may use it.",
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        above, seen = self.parent, set[int]()
        while above is not None and above.pk not in seen:
            if self.pk is not None and above.pk == self.pk:
                raise ValidationError({"parent": "A theme cannot lie under itself."})
            seen.add(above.pk)
            above = above.parent


class ThemeTerm(models.Model):
    """Words that suggest a theme when a text holds them."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="terms")
    text = models.CharField("term", max_length=200)

    class Meta:
        ordering = ["theme", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "text"],
                name="theme_term_once_per_theme",
                violation_error_message="This theme has this term already.",
            )
        ]

    def __str__(self) -> str:
        return self.text


class State(models.Model):
    """A state whose conduct evidence speaks of."""

    name = models.CharField(max_length=100, unique=True)
    code = models.CharField(max_length=2, unique=True, help_text="Two letters, ISO 3166-1.")

    class Meta:
        ordering = ["name"]
        verbose_name = "state concerned"
        verbose_name_plural = "states concerned"

    def __str__(self) -> str:
        return self.name
