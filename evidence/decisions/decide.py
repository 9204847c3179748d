"""Records a meeting and carries out its decisions.

All decisions on one submission are carried out together or not at all. A submission whose decisions
cannot be carried out is reported; the others are unaffected.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from evidence.custody.record import record
from evidence.decisions.evidence_numbers import allocate_number
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

# Acceptance first, then disclosure, and the report last.
ORDER = {act: place for place, act in enumerate([*ABOUT_ACCEPTANCE, *DISCLOSURE_OF, Act.REPORT])}
# Submissions per transaction; few, so that others do not wait long.
AT_ONCE = 25


@dataclass(frozen=True)
class Applied:
    """The result: how many decisions on how many submissions, and which failed and why."""

    made: int
    submissions: int
    problems: tuple[tuple[Submission, str], ...]


@transaction.atomic
def record_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """Save a new meeting; without a number it gets the next one."""
    require(by, Action.DECIDE, meeting.inquiry_id)
    meeting.recorded_by = by
    if meeting.number is None:
        meeting.number = next_meeting_number(meeting.inquiry_id)
    meeting.save()
    record("meeting recorded", meeting, by=by, inquiry=meeting.inquiry_id)
    return meeting


@transaction.atomic
def correct_meeting(meeting: Meeting, changed: Sequence[str], *, by: User) -> None:
    """Save the changed columns of an existing meeting."""
    require(by, Action.DECIDE, meeting.inquiry_id)
    if not changed:
        return
    meeting.save(update_fields=changed)
    record("meeting corrected", meeting, by=by, inquiry=meeting.inquiry_id, fields=[*changed])


def next_meeting_number(inquiry_id: int) -> int:
    """The number of the next meeting of an inquiry."""
    meetings = Meeting.objects.filter(inquiry=inquiry_id)
    return (meetings.aggregate(last=Max("number"))["last"] or 0) + 1


def apply(meeting: Meeting, *, by: User, only: Iterable[UUID] | None = None) -> Applied:
    """Carry out the proposed decisions of the meeting's inquiry, or `only` those with these keys.

    Can be run again: decided ones stay decided and failed ones are tried again. A decision that was
    removed or replaced since its key was read is reported and not carried out.
    """
    require(by, Action.DECIDE, meeting.inquiry_id)
    chosen = Decision.objects.filter(submission__inquiry=meeting.inquiry_id)
    if only is None:
        chosen = chosen.proposed()
    else:
        decided_here = {"state": Decision.State.DECIDED, "meeting": meeting}
        chosen = chosen.filter(pk__in=list(only)).exclude(**decided_here)
    by_submission: dict[UUID, list[UUID]] = {}
    in_order = chosen.order_by("submission__received_at", "submission_id")
    for key, decision in in_order.values_list("submission_id", "pk"):
        by_submission.setdefault(key, []).append(decision)
    made, submissions, problems = 0, 0, list[tuple[Submission, str]]()
    for batch in _batches(by_submission):
        with transaction.atomic():
            for submission in _locked(batch):
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
    """Carry out one decision of a meeting: status, number, letter and custody record.

    Raises `NotReadyError` for a decision already made or removed, `SecondClerkNeededError` while a
    second clerk has to confirm it, and `FreerThanAskedError` if its reason is missing.
    """
    (submission,) = _locked([decision.submission_id])
    _make_all(submission, [decision.pk], meeting=meeting, by=by)


def _batches(keys: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(keys)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _locked(keys: Sequence[UUID]) -> list[Submission]:
    """These submissions, locked and freshly read, in the order given.

    Locks are taken by key and before those of decisions, as when proposing, so none deadlock.
    """
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    rows = {row.pk: row for row in locked.filter(pk__in=keys).order_by("pk")}
    return [rows[key] for key in keys]


def _make_all(submission: Submission, keys: Sequence[UUID], *, meeting: Meeting, by: User) -> None:
    """Carry out these decisions on one locked submission, in the right order."""
    require(by, Action.DECIDE, submission.inquiry_id)
    if meeting.inquiry_id != submission.inquiry_id:
        raise NotReadyError("This meeting belongs to another inquiry.")
    decisions = submission.decisions.filter(pk__in=keys)
    in_order = sorted(decisions, key=lambda decision: ORDER[Act(decision.act)])
    for decision in in_order:
        if decision.state != Decision.State.PROPOSED:
            raise NotReadyError(
                f"{submission.label}: “{decision}” has already been decided, replaced or removed. "
                "Reload the page of the meeting."
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
        acts_decided=[str(decision.act) for decision in in_order],
        meeting=str(meeting.pk),
    )
    for decision in in_order:
        _carry_out(decision, submission, meeting, by=by)
    if not {Act.DECLINE, Act.REPORT}.issuperset(decision.act for decision in in_order):
        ask("render", submission.pk)


def check_wish(submission: Submission, decision: Decision) -> None:
    """Check a decision that shows more than the witness asked for.

    Raises `FreerThanAskedError` without a reason, and `SecondClerkNeededError` until a second clerk
    has confirmed it.
    """
    disclosure = decision.disclosure
    if disclosure is None:
        return
    requested = submission.disclosure_requested
    check_reason(submission.label, disclosure, requested=requested, reason=decision.freer_reason)
    check_second_clerk(
        submission.label,
        disclosure,
        requested=requested,
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
    given: dict[str, Any] = {}
    if submission.inquiry.numbered_on == Inquiry.NumberedOn.ACCEPTANCE:
        given["number"], given["reference"] = allocate_number(submission.inquiry)
    try:
        submission.move_to(Status.ACCEPTED, by=by, note=str(meeting), **given)
    except IntegrityError as taken:
        raise NotReadyError("This number has gone to another submission. Try again.") from taken


def _decline(submission: Submission, meeting: Meeting, *, reason: str, by: User) -> None:
    submission.move_to(Status.DECLINED, by=by, note=str(meeting))
    for link in submission.witness_links.select_related("witness"):
        write(
            Letter.Kind.DECLINED,
            submission=submission,
            witness=link.witness,
            facts={"receipt": submission.receipt, "reason": reason},
        )
    drop_proposals(submission)


def reason_for_declining(submission: Submission) -> str:
    """Why the committee did not accept a submission; empty if it has not declined it."""
    refusal = submission.decisions.decided().filter(act=Act.DECLINE).last()
    return refusal.note if refusal else ""


def _disclose(submission: Submission, disclosure: Disclosure, meeting: Meeting) -> None:
    """Save the committee's decision on disclosure, which replaces the witness's request."""
    row = Submission.objects.filter(pk=submission.pk, status__in=TO_DISCLOSE)
    if not row.update(disclosure_decided=disclosure, disclosure_meeting=meeting):
        raise NotReadyError(
            f"{submission.label} is not before the committee. If it is published, take it down "
            "first."
        )
    if Disclosure.CONFIDENTIAL in {disclosure, str(submission.disclosure)}:
        # Confidential letters have no part in how others are grouped.
        ask("group_family", submission.pk)
    submission.disclosure_decided, submission.disclosure_meeting = disclosure, meeting
    ask("index", submission.pk)


def _report(submission: Submission, meeting: Meeting, *, by: User) -> None:
    if submission.disclosure_decided is None:
        raise NotReadyError(
            f"{submission.label}: the committee has not decided its disclosure (with the name, "
            "name withheld or confidential)."
        )
    if submission.disclosure_decided == Disclosure.CONFIDENTIAL:
        raise NotReadyError(
            f"{submission.label} is confidential, so it cannot be reported for publication."
        )
    submission.move_to(Status.REPORTED, by=by, note=str(meeting))


@transaction.atomic
def withdraw(submission: Submission, *, by: User, note: str) -> None:
    """Withdraw a submission, at the witness's request or with the committee's permission.

    An accepted submission belongs to the committee, so `note` says who allowed it. Raises
    `NotReadyError` without a note and for a published submission, which must be taken down first.
    """
    require(by, Action.DECIDE, submission.inquiry_id)
    if not note.strip():
        raise NotReadyError("Enter the reason and, if it was accepted, who allowed the withdrawal.")
    if submission.status == Status.PUBLISHED:
        raise NotReadyError(f"{submission.label} is published. Take it down first.")
    submission.move_to(Status.WITHDRAWN, by=by, note=note)
    drop_proposals(submission)
