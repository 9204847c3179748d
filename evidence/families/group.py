"""Puts each submission into the family of the letters it is like.

It is compared with the representatives of families alone, so no pair is ever stored and no chain of
letters that are alike joins two that are not. Confidential letters join other families, but have no
part in how those are made: a reader who may not see them finds the same families without them.
"""

from typing import Final

from django.db import transaction
from django.db.models import Count, F

from evidence.documents.models import SubmissionText
from evidence.families.models import Family, FamilyMember, SignatureBand
from evidence.families.own_words import own_sentences
from evidence.families.signature import ALIKE, VERSION, bands_of, likeness, signature_of
from evidence.jobs.fair_scheduling import take_lock
from evidence.jobs.queue import Settle, ask
from evidence.lifecycle import BEFORE_THE_COMMITTEE, Disclosure
from evidence.submissions.models import Submission

JOB: Final = "group_family"
# Families that share most bands are compared first; so many at most.
MOST_COMPARED: Final = 200
MOST_ASKED_A_DAY: Final = 20_000


def ask_for_missing() -> None:
    """Ask for all submissions whose words have no signature of the present rule."""
    prepared = SubmissionText.objects.filter(submission__status__in=BEFORE_THE_COMMITTEE)
    missing = prepared.exclude(submission__family_member__version=VERSION)
    for key in missing.values_list("submission", flat=True)[:MOST_ASKED_A_DAY]:
        ask(JOB, key)


def group(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Find the family of a submission by its words, or make one of its own."""
    text = _text_of(submission)
    signature = signature_of(text)
    with within():
        take_lock(f"families of {submission.inquiry_id}")
        # Its disclosure may have been decided meanwhile.
        disclosure = Submission.objects.values_list("disclosure", flat=True).get(pk=submission.pk)
        is_confidential = disclosure == Disclosure.CONFIDENTIAL
        member = FamilyMember.objects.filter(pk=submission.pk).select_related("family").first()
        if member is not None:
            if _stands(member, signature, is_confidential=is_confidential):
                return
            _leave(member)
        family = None
        if signature:
            family = _family_like(submission, signature, is_confidential=is_confidential)
            if family is None:
                family = _new_family(submission, signature, is_confidential=is_confidential)
        FamilyMember.objects.create(
            submission=submission,
            family=family,
            signature=signature,
            version=VERSION,
            own_sentences=_count_own(submission, text, family),
        )


def _text_of(submission: Submission) -> str:
    words = SubmissionText.objects.filter(pk=submission.pk).values_list("text", flat=True)
    return words.first() or ""


def _stands(member: FamilyMember, signature: bytes, *, is_confidential: bool) -> bool:
    """Whether a submission is where it belongs already."""
    if (member.version, bytes(member.signature)) != (VERSION, signature):
        return False
    family = member.family
    if family is None:
        return True
    if family.representative_id == member.submission_id:
        return family.is_confidential == is_confidential
    return is_confidential or not family.is_confidential


def _leave(member: FamilyMember) -> None:
    """Take a submission out of its family; without its representative, a family ends."""
    family = member.family
    if family is not None and family.representative_id == member.submission_id:
        _end(family, but=member)
    else:
        member.delete()
        if family is not None:
            Family.objects.filter(pk=family.pk).update(size=F("size") - 1)


def _end(family: Family, *, but: FamilyMember | None = None) -> None:
    """End a family; its members are grouped anew, each by its own job."""
    members = family.members.exclude(pk=but.pk) if but else family.members.all()
    for key in list(members.values_list("submission", flat=True)):
        ask(JOB, key)
    family.delete()


def _family_like(
    submission: Submission, signature: bytes, *, is_confidential: bool
) -> Family | None:
    """The family whose representative is most like the submission; the earliest of several.
    Confidential ones join a family of others first."""
    for pool in [False, True] if is_confidential else [False]:
        near = _near(submission, signature, is_confidential=pool)
        best = max(near, key=lambda row: likeness(signature, bytes(row.signature)), default=None)
        if best is not None and best.family is not None:
            Family.objects.filter(pk=best.family.pk).update(size=F("size") + 1)
            return best.family
    return None


def _near(submission: Submission, signature: bytes, *, is_confidential: bool) -> list[FamilyMember]:
    """The representatives that the submission is like, the earliest first.

    Confidential families are looked for separately: they never push others out of those compared.
    """
    bands = SignatureBand.objects.filter(
        inquiry=submission.inquiry_id,
        value__in=bands_of(signature),
        family__is_confidential=is_confidential,
    )
    most = bands.values("family").annotate(shared=Count("pk")).order_by("-shared", "family")
    keys = [row["family"] for row in most[:MOST_COMPARED]]
    if not keys:
        return []
    representatives = (
        FamilyMember.objects.filter(
            family__in=keys, submission=F("family__representative"), version=VERSION
        )
        .select_related("family")
        .order_by("submission__received_at", "submission")
    )
    return [row for row in representatives if likeness(signature, bytes(row.signature)) >= ALIKE]


def _new_family(submission: Submission, signature: bytes, *, is_confidential: bool) -> Family:
    """A family with the submission as its representative. Confidential families that are like it
    end, so that their members join it."""
    if not is_confidential:
        for row in _near(submission, signature, is_confidential=True):
            if row.family is not None:
                _end(row.family)
    family = Family.objects.create(
        inquiry_id=submission.inquiry_id,
        representative=submission,
        is_confidential=is_confidential,
    )
    SignatureBand.objects.bulk_create(
        SignatureBand(family=family, inquiry_id=submission.inquiry_id, value=value)
        for value in bands_of(signature)
    )
    return family


def _count_own(submission: Submission, text: str, family: Family | None) -> int:
    if family is None or family.representative_id == submission.pk:
        return 0
    words = SubmissionText.objects.filter(pk=family.representative_id)
    return len(own_sentences(text, beside=words.values_list("text", flat=True).first() or ""))
