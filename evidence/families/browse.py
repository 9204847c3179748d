"""Families as one reader may see them: counted by the members that the reader may see."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from evidence.documents.models import SubmissionText
from evidence.families.models import Family, FamilyMember
from evidence.families.own_words import own_sentences
from evidence.lifecycle import BEFORE_THE_COMMITTEE
from evidence.permissions import Person
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry

FEWEST = 2


@dataclass(frozen=True)
class FamilyCount:
    """How many letters of a family a reader may see, and how many have words of their own."""

    family: Family
    letters: int
    own: int

    def __str__(self) -> str:
        return f"{self.letters} letters, {self.own or 'none'} with words of their own"


@dataclass(frozen=True)
class Letter:
    """A member beside the representative. `own` and `left_out` are None where the reader may not
    read the words."""

    submission: Submission
    is_representative: bool
    own: list[str] | None
    left_out: list[str] | None


def members_seen_by(person: Person) -> QuerySet[FamilyMember]:
    return FamilyMember.objects.visible_to(person).filter(family__size__gte=FEWEST)


def families_of(inquiry: Inquiry, person: Person) -> QuerySet[FamilyMember, Any]:
    """Rows with `family`, `letters` and `own`, the largest families first."""
    return (
        members_seen_by(person)
        .filter(family__inquiry=inquiry)
        .values("family")
        .annotate(
            letters=Count("pk"),
            own=Count("pk", filter=Q(own_sentences__gt=0)),
        )
        .filter(letters__gte=FEWEST)
        .order_by("-letters", "family")
    )


def family_for(key: UUID, person: Person) -> FamilyCount | None:
    """A family by its key; None unless the reader may see at least two of its letters."""
    counts = (
        members_seen_by(person)
        .filter(family=key)
        .aggregate(letters=Count("pk"), own=Count("pk", filter=Q(own_sentences__gt=0)))
    )
    if counts["letters"] < FEWEST:
        return None
    family = Family.objects.select_related("inquiry", "representative").get(pk=key)
    return FamilyCount(family, counts["letters"], counts["own"])


def family_of(submission: Submission, person: Person) -> FamilyCount | None:
    """The family of a submission; None if the reader knows of no other letter of it."""
    member = FamilyMember.objects.visible_to(person).filter(pk=submission.pk).first()
    return family_for(member.family_id, person) if member and member.family_id else None


def letters_of(family: Family, person: Person) -> QuerySet[FamilyMember]:
    """The members that the reader may see, in the order they came."""
    members = FamilyMember.objects.visible_to(person).filter(family=family)
    return members.order_by("submission__received_at", "submission")


def shows_words_to(submission: Submission, person: Person) -> bool:
    """Whether a reader who sees a submission may read its words here.

    Before it is ready for the committee, they may still name a witness whose name is withheld.
    """
    return submission.status in BEFORE_THE_COMMITTEE or submission.shows_identity_to(person)


def with_own_words(members: list[FamilyMember], family: Family, person: Person) -> list[Letter]:
    """These members, each with what it says that the representative does not, and the reverse."""
    keys = [member.submission_id for member in members]
    submissions = Submission.objects.with_witnesses().select_related("inquiry").in_bulk(keys)
    texts = {
        row.submission_id: row.text
        for row in SubmissionText.objects.filter(pk__in=[*keys, family.representative_id])
    }
    first = texts.get(family.representative_id, "")
    letters = []
    for member in members:
        submission = submissions[member.submission_id]
        is_first = member.submission_id == family.representative_id
        may_read = shows_words_to(submission, person) and shows_words_to(
            family.representative, person
        )
        text = texts.get(member.submission_id, "")
        own = [] if is_first else own_sentences(text, beside=first)
        left_out = [] if is_first else own_sentences(first, beside=text)
        letters.append(
            Letter(
                submission,
                is_first,
                own if may_read else None,
                left_out if may_read else None,
            )
        )
    return letters


def words_of_first(family: Family, person: Person) -> str:
    """The text of the representative; empty for a reader who may not read it."""
    if not shows_words_to(family.representative, person):
        return ""
    words = SubmissionText.objects.filter(pk=family.representative_id)
    return words.values_list("text", flat=True).first() or ""
