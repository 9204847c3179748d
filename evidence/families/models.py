import uuid
from typing import Self

from django.db import models

from evidence.permissions import Person
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry


class Family(models.Model):
    """Letters of one inquiry that are like its representative, the first of them.

    A submission that is like no other is a family of one. `is_confidential` families have only
    confidential members, so that no confidential letter has a part in how others are grouped.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="families")
    representative = models.OneToOneField(
        Submission, models.PROTECT, related_name="family_represented"
    )
    is_confidential = models.BooleanField(default=False)
    # Of all members. It is never shown: a reader counts those they may see.
    size = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "families"
        indexes = [models.Index(fields=["inquiry", "size"], name="family_by_size")]

    def __str__(self) -> str:
        return f"family {self.pk}"


class FamilyMemberQuerySet(models.QuerySet["FamilyMember"]):
    def visible_to(self, person: Person) -> Self:
        """Members that this reader may see, of families whose representative they may see."""
        visible = Submission.objects.visible_to(person).values("pk")
        return self.filter(submission__in=visible, family__representative__in=visible)


class FamilyMember(models.Model):
    """A submission with the signature of its words, and the family that they put it in."""

    submission = models.OneToOneField(
        Submission, models.CASCADE, related_name="family_member", primary_key=True
    )
    # None if there are too few words to compare.
    family = models.ForeignKey(Family, models.CASCADE, null=True, related_name="members")
    signature = models.BinaryField()
    # Of the rule by which the signature was made.
    version = models.PositiveSmallIntegerField()
    # How many of its sentences the representative does not have.
    own_sentences = models.PositiveIntegerField(default=0)

    objects = FamilyMemberQuerySet.as_manager()

    class Meta:
        ordering = ["submission"]

    def __str__(self) -> str:
        return f"member of {self.family_id}"


class SignatureBand(models.Model):
    """One band of a representative's signature. Letters that are alike share at least one."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="bands", db_index=True)
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="+", db_index=False)
    value = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["inquiry", "value", "family"], name="signature_band_by_value")
        ]

    def __str__(self) -> str:
        return f"band of {self.family_id}"
