"""Records the meeting, and applies what it decided.

What a meeting decided of one submission is applied as a whole or not at all: one submission that
cannot be decided is reported and the others stand.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from evidence.custody.record import record
from evidence.decisions.models import (
    ABOUT_ACCEPTANCE,
    DISCLOSURE_OF,
    Act,
    Decision,
    Meeting,
)
from evidence.decisions.propose import drop_proposals
from evidence.errors import EvidenceError, NotReadyError
from evidence.jobs.queue import ask
from evidence.letters.models import Letter
from evidence.letters.outbox import write
from evidence.lifecycle import Disclosure, Status
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.workflow import TO_DISCLOSE, check_reason, check_second_clerk
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

# Submissions are accepted in order of receipt; how they may be known is settled before they go out.
ORDER = {act: place for place, act in enumerate([*ABOUT_ACCEPTANCE, *DISCLOSURE_OF, Act.REPORT])}
# So many submissions are decided in one transaction: nobody else waits long for theirs.
AT_ONCE = 25


@dataclass(frozen=True)
class Applied:
    """What came of applying a meeting's decisions: how many were made, of how many submissions,
    and for which submissions none was, with the reason."""

    made: int
    submissions: int
    problems: tuple[tuple[Submission, str], ...]


@transaction.atomic
def record_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """Write down that a meeting was held; one without a number gets the next."""
    require(by, Action.DECIDE, meeting.inquiry_id)
    meeting.recorded_by = by
    if meeting.number is None:
        meeting.number = next_meeting_number(meeting.inquiry_id)
    meeting.save()
    record("meeting recorded", meeting, by=by, inquiry=meeting.inquiry_id)
    return meeting


@transaction.atomic
def correct_meeting(meeting: Meeting, changed: Sequence[str], *, by: User) -> None:
    """Write the changed columns of a meeting that was recorded before."""
    require(by, Action.DECIDE, meeting.inquiry_id)
    if not changed:
        return
    meeting.save(update_fields=changed)
    record("meeting corrected", meeting, by=by, inquiry=meeting.inquiry_id, fields=[*changed])


def next_meeting_number(inquiry_id: int) -> int:
    """The number of the next meeting of an inquiry."""
    held = Meeting.objects.filter(inquiry=inquiry_id)
    return (held.aggregate(last=Max("number"))["last"] or 0) + 1


def apply(meeting: Meeting, *, by: User, only: Iterable[int] | None = None) -> Applied:
    """Make the proposed decisions of the meeting's inquiry, or `only` those with these keys.

    May be run again: what was decided stays decided, what failed is tried again. A decision that
    was taken back or replaced since its key was read is reported, not made.
    """
    require(by, Action.DECIDE, meeting.inquiry_id)
    asked_for = Decision.objects.filter(submission__inquiry=meeting.inquiry_id)
    if only is None:
        asked_for = asked_for.proposed()
    else:
        done_already = {"state": Decision.State.DECIDED, "meeting": meeting}
        asked_for = asked_for.filter(pk__in=list(only)).exclude(**done_already)
    by_submission: dict[UUID, list[int]] = {}
    in_order = asked_for.order_by("submission__received_at", "submission_id")
    for key, decision in in_order.values_list("submission_id", "pk"):
        by_submission.setdefault(key, []).append(decision)
    made, submissions, problems = 0, 0, list[tuple[Submission, str]]()
    for some in _batches(by_submission):
        with transaction.atomic():
            for submission in _locked(some):
                decisions = by_submission[submission.pk]
                try:
                    with transaction.atomic():
                        _make_all(submission, decisions, meeting=meeting, by=by)
                except EvidenceError as problem:
                    problems.append((submission, str(problem)))
                else:
                    made, submissions = made + len(decisions), submissions + 1
    return Applied(made, submissions, tuple(problems))


@transaction.atomic
def make(decision: Decision, *, meeting: Meeting, by: User) -> None:
    """Carry out one decision of a meeting: the move, the number, the letter, the record.

    Raises `NotReadyError` for a decision that was made or taken back already, and while a second
    clerk has yet to agree to it; `FreerThanAskedError` where a reason for that is missing.
    """
    (submission,) = _locked([decision.submission_id])
    _make_all(submission, [decision.pk], meeting=meeting, by=by)


def _batches(keys: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _locked(keys: Sequence[UUID]) -> list[Submission]:
    """These submissions as they are now, in the order given. They are locked before their
    decisions, always in one order: whoever proposes does the same."""
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    found = {one.pk: one for one in locked.filter(pk__in=keys).order_by("pk")}
    return [found[key] for key in keys]


def _make_all(submission: Submission, keys: Sequence[int], *, meeting: Meeting, by: User) -> None:
    """Make these decisions of one (locked) submission, in their right order."""
    require(by, Action.DECIDE, submission.inquiry_id)
    if meeting.inquiry_id != submission.inquiry_id:
        raise NotReadyError("This meeting was about another inquiry.")
    decisions = submission.decisions.filter(pk__in=keys)
    in_order = sorted(decisions, key=lambda one: ORDER[Act(one.act)])
    for decision in in_order:
        if decision.state != Decision.State.PROPOSED:
            raise NotReadyError(
                f"{submission.label}: “{decision}” was decided, replaced or taken back already. "
                "Look at the meeting again."
            )
        check_wish(submission, decision)
    Decision.objects.filter(pk__in=keys).update(
        state=Decision.State.DECIDED, meeting=meeting, decided_at=timezone.now()
    )
    record(
        "decided",
        submission,
        by=by,
        inquiry=submission.inquiry_id,
        acts_decided=[str(one.act) for one in in_order],
        meeting=meeting.pk,
    )
    for decision in in_order:
        _carry_out(decision, submission, meeting, by=by)
    if not {Act.DECLINE, Act.REPORT}.issuperset(one.act for one in in_order):
        ask("render", submission.pk)


def check_wish(submission: Submission, decision: Decision) -> None:
    """Raise unless the decision keeps to the witness's wish, or goes past it in due form.

    `FreerThanAskedError` without a reason, `SecondClerkNeededError` without another clerk.
    """
    disclosure = decision.disclosure
    if disclosure is None:
        return
    asked = submission.disclosure_requested
    check_reason(submission.label, disclosure, asked=asked, reason=decision.freer_reason)
    check_second_clerk(
        submission.label,
        disclosure,
        asked=asked,
        wanted=submission.inquiry.second_clerk,
        confirmed=decision.confirmed_by_id is not None,
    )


def _carry_out(decision: Decision, submission: Submission, meeting: Meeting, *, by: User) -> None:
    act = Act(decision.act)
    if act == Act.ACCEPT:
        _accept(submission, meeting, by=by)
    elif act == Act.DECLINE:
        _decline(submission, meeting, reason=decision.note, by=by)
    elif act == Act.CORRESPONDENCE:
        submission.move_to(
            Status.CORRESPONDENCE,
            by=by,
            note=str(meeting),
            kind=Submission.Kind.CORRESPONDENCE,
        )
    elif act == Act.REPORT:
        _report(submission, meeting, by=by)
    else:
        _disclose(submission, DISCLOSURE_OF[act], meeting)


def _accept(submission: Submission, meeting: Meeting, *, by: User) -> None:
    number, reference = allocate_number(submission.inquiry)
    try:
        submission.move_to(
            Status.ACCEPTED, by=by, note=str(meeting), number=number, reference=reference
        )
    except IntegrityError as taken:
        raise NotReadyError("Its number was given to another submission; try again.") from taken


def allocate_number(inquiry: Inquiry) -> tuple[int, str]:
    """The next number of evidence of an inquiry and its reference, such as (12, "FIA0012").

    Must run in the transaction that uses it. The update locks the inquiry's row, so numbers
    are given one at a time; one whose transaction fails is given to the next.
    """
    Inquiry.objects.filter(pk=inquiry.pk).update(last_number=F("last_number") + 1)
    number = Inquiry.objects.values_list("last_number", flat=True).get(pk=inquiry.pk)
    return number, f"{inquiry.prefix}{number:04d}"


def _decline(submission: Submission, meeting: Meeting, *, reason: str, by: User) -> None:
    submission.move_to(Status.DECLINED, by=by, note=str(meeting))
    for link in submission.witness_links.select_related("witness"):
        write(
            Letter.Kind.DECLINED,
            submission_id=submission.pk,
            witness=link.witness,
            facts={"receipt": submission.receipt, "reason": reason},
        )
    drop_proposals(submission)


def _disclose(submission: Submission, disclosure: Disclosure, meeting: Meeting) -> None:
    """The committee's decision on how a submission may be known; it replaces the wish."""
    row = Submission.objects.filter(pk=submission.pk, status__in=TO_DISCLOSE)
    if not row.update(disclosure_decided=disclosure, disclosure_meeting=meeting):
        raise NotReadyError(
            f"{submission.label} is not before the committee. Take a published submission down "
            "first."
        )
    submission.disclosure_decided, submission.disclosure_meeting = disclosure, meeting


def _report(submission: Submission, meeting: Meeting, *, by: User) -> None:
    if submission.disclosure_decided is None:
        raise NotReadyError(
            f"{submission.label}: the committee has not decided how it may be known "
            "(with the name, name withheld, confidential)."
        )
    if submission.disclosure_decided == Disclosure.CONFIDENTIAL:
        raise NotReadyError(
            f"{submission.label} is confidential; it is not reported for publication."
        )
    submission.move_to(Status.REPORTED, by=by, note=str(meeting))


@transaction.atomic
def withdraw(submission: Submission, *, by: User, note: str) -> None:
    """Take a submission out of the flow, for its witness or by leave of the committee.

    A submission that was accepted belongs to the committee: `note` then says by whose leave.
    Raises `NotReadyError` for a published submission: taking it down first ends its publication.
    """
    require(by, Action.DECIDE, submission.inquiry_id)
    if not note.strip():
        raise NotReadyError("Say why and, after acceptance, by whose leave it is withdrawn.")
    if submission.status == Status.PUBLISHED:
        raise NotReadyError(f"{submission.label} is published. Take it down first.")
    submission.move_to(Status.WITHDRAWN, by=by, note=note)
    drop_proposals(submission)
