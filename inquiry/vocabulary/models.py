from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction

from inquiry.calls.models import Inquiry
from inquiry.vocabulary.version import renew_version

_Word_co = TypeVar("_Word_co", bound=models.Model, covariant=True)


class VocabularyQuerySet(models.QuerySet[_Word_co]):
    """Every change of several rows renews the version of the vocabulary."""

    def update(self, **values: Any) -> int:
        with transaction.atomic():
            count = super().update(**values)
            renew_version()
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            counts = super().delete()
            renew_version()
        return counts

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[_Word_co]:
        with transaction.atomic():
            rows = super().bulk_create(objs, *args, **options)
            renew_version()
        return rows


class VocabularyModel(models.Model):
    """Rows whose names are looked for in texts. Every change renews the vocabulary's version."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            super().save(*args, **options)
            renew_version()

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            counts = super().delete(*args, **options)
            renew_version()
        return counts


class Institution(VocabularyModel):
    """A university, funder or other body that sends evidence or is mentioned in it."""

    name = models.CharField(max_length=300, unique=True)
    country = models.CharField(
        max_length=2,
        default="GB",
        help_text="Two-letter country code (ISO 3166-1), for example GB.",
    )
    ror_id = models.CharField(
        "ROR ID",
        max_length=9,
        blank=True,
        validators=[
            RegexValidator(
                r"^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$", "Enter a ROR ID, for example 052gg0110."
            )
        ],
    )
    # The name in the last loaded ROR data; if `name` differs, a clerk has changed it.
    ror_name = models.CharField(max_length=300, blank=True, editable=False)
    ukprn = models.CharField(
        "UKPRN",
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^\d{8}$", "Enter eight digits.")],
    )
    website = models.URLField(blank=True)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["ror_id"],
                name="institution_ror_id",
                violation_error_message="Another institution already has this ROR ID.",
                condition=~models.Q(ror_id=""),
            ),
            models.UniqueConstraint(
                fields=["ukprn"],
                name="institution_ukprn",
                violation_error_message="Another institution already has this UKPRN.",
                condition=~models.Q(ukprn=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionName(VocabularyModel):
    """Another name of an institution, and whether a match is certain."""

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
        help_text="Tick only if nothing else has this name. Acronyms are rarely safe.",
    )

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        ordering = ["institution", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "text"],
                name="institution_name_once_per_institution",
                violation_error_message="This institution already has this name.",
            )
        ]

    def __str__(self) -> str:
        return self.text


class ThemeQuerySet(VocabularyQuerySet["Theme"]):
    def used_in(self, inquiry: Inquiry | int) -> Self:
        """Themes of the inquiry (or of the one with this key), and those of every inquiry."""
        return self.filter(models.Q(inquiry=inquiry) | models.Q(inquiry__isnull=True))


class Theme(VocabularyModel):
    """What a submission is about. Themes form a tree: a child implies its parent in filters."""

    inquiry = models.ForeignKey(
        Inquiry,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="themes",
        help_text="Leave blank to use it in every inquiry.",
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
        above, visited = self.parent, set[int]()
        while above is not None and above.pk not in visited:
            if self.pk is not None and above.pk == self.pk:
                raise ValidationError({"parent": "A theme cannot be its own parent."})
            visited.add(above.pk)
            above = above.parent


class ThemeTerm(VocabularyModel):
    """Words in a text that suggest a theme."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="terms")
    text = models.CharField("term", max_length=200)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        ordering = ["theme", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "text"],
                name="theme_term_once_per_theme",
                violation_error_message="This theme already has this term.",
            )
        ]

    def __str__(self) -> str:
        return self.text


class State(VocabularyModel):
    """A state whose conduct is mentioned in evidence."""

    name = models.CharField(max_length=100, unique=True)
    code = models.CharField(
        max_length=2, unique=True, help_text="Two-letter country code (ISO 3166-1)."
    )

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "state concerned"
        verbose_name_plural = "states concerned"

    def __str__(self) -> str:
        return self.name
