"""Proposes decisions, records the meeting, and applies what it decided.

A proposal changes nothing but the list put to the committee. `apply` makes each decision in a
transaction of its own: one that cannot be made is reported and the others stand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from evidence.custody.record import record
from evidence.decisions.models import Decision, Meeting
from evidence.errors import EvidenceError, NotReady
from evidence.letters.models import Letter
from evidence.letters.write import write
from evidence.lifecycle import Disclosure, Status
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.work.claim import ask
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

Act = Decision.Act
ABOUT_ACCEPTANCE = (Act.ACCEPT, Act.DECLINE, Act.CORRESPONDENCE)
DISCLOSURE_OF = {
    Act.OPEN: Disclosure.OPEN,
    Act.WITHHOLD_NAME: Disclosure.NAME_WITHHELD,
    Act.KEEP_CONFIDENTIAL: Disclosure.CONFIDENTIAL,
}
RIVALS: Sequence[frozenset[Act]] = (frozenset(ABOUT_ACCEPTANCE), frozenset(DISCLOSURE_OF))
# Pieces are accepted in order of receipt; how they may be known is settled before they go out.
ORDER = {act: place for place, act in enumerate([*ABOUT_ACCEPTANCE, *DISCLOSURE_OF, Act.REPORT])}
DECIDED_ON = frozenset({Status.PREPARED, Status.ACCEPTED, Status.CORRESPONDENCE, Status.REPORTED})


@dataclass(frozen=True)
class Applied:
    """What came of applying a meeting's decisions: how many were made, and what was not."""

    made: int
    problems: tuple[tuple[Decision, str], ...]


@transaction.atomic
def propose(submission: Submission, act: Act, *, by: User, note: str = "") -> Decision:
    """Put a decision on the list for the committee; it takes the place of a rival proposal.

    Raises `NotReady` for a piece that is not before the committee, or that would be declined
    without a reason.
    """
    require(by, Action.PROPOSE, submission.inquiry_id)
    # Two clerks who propose for one piece do so one after the other, and as it is now.
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if submission.status not in DECIDED_ON:
        raise NotReady(
            f"{submission.label} is “{submission.get_status_display()}”; "
            "a decision can be proposed once it is ready for the committee."
        )
    if act in ABOUT_ACCEPTANCE and submission.status != Status.PREPARED:
        raise NotReady(f"{submission.label} was decided on already.")
    if act == Act.DECLINE and not note.strip():
        raise NotReady("Say why it is not accepted; the reason goes into the letter.")
    rivals = {act}.union(*(group for group in RIVALS if act in group))
    submission.decisions.filter(act__in=rivals, state=Decision.State.PROPOSED).update(
        state=Decision.State.DROPPED
    )
    decision = Decision.objects.create(
        submission=submission, act=act, proposed_by=by, note=note.strip()
    )
    record("proposed", submission, by=by, inquiry=submission.inquiry_id, act_proposed=str(act))
    return decision


@transaction.atomic
def drop(decision: Decision, *, by: User) -> None:
    """Take a proposal back."""
    inquiry = decision.submission.inquiry_id
    require(by, Action.PROPOSE, inquiry)
    waiting = Decision.objects.filter(pk=decision.pk, state=Decision.State.PROPOSED)
    if waiting.update(state=Decision.State.DROPPED):
        record("proposal dropped", decision.submission, by=by, inquiry=inquiry)


@transaction.atomic
def record_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """Write down that a meeting was held."""
    require(by, Action.DECIDE, meeting.inquiry_id)
    meeting.recorded_by = by
    meeting.save()
    record("meeting recorded", meeting, by=by, inquiry=meeting.inquiry_id)
    return meeting


def apply(meeting: Meeting, *, by: User, only: Iterable[int] | None = None) -> Applied:
    """Make the proposed decisions of the meeting's inquiry, or `only` those with these keys.

    May be run again: what was decided stays decided, what failed is tried again.
    """
    require(by, Action.DECIDE, meeting.inquiry_id)
    waiting = Decision.objects.filter(
        submission__inquiry=meeting.inquiry_id, state=Decision.State.PROPOSED
    ).select_related("submission")
    if only is not None:
        waiting = waiting.filter(pk__in=list(only))
    in_order = sorted(
        waiting, key=lambda d: (ORDER[Act(d.act)], d.submission.received_at, str(d.submission_id))
    )
    made, problems = 0, []
    for decision in in_order:
        try:
            make(decision, meeting=meeting, by=by)
        except EvidenceError as problem:
            problems.append((decision, str(problem)))
        else:
            made += 1
    return Applied(made, tuple(problems))


@transaction.atomic
def make(decision: Decision, *, meeting: Meeting, by: User) -> None:
    """Carry out one decision of a meeting: the move, the number, the letter, the record."""
    # The piece first, then its decisions: whoever proposes locks in the same order.
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    submission = locked.get(pk=decision.submission_id)
    require(by, Action.DECIDE, submission.inquiry_id)
    if meeting.inquiry_id != submission.inquiry_id:
        raise NotReady("This meeting was about another inquiry.")
    taken = Decision.objects.filter(pk=decision.pk, state=Decision.State.PROPOSED).update(
        state=Decision.State.DECIDED, meeting=meeting, decided_at=timezone.now()
    )
    if not taken:
        raise NotReady("This was decided or dropped already.")
    act = Act(decision.act)
    record(
        "decided",
        submission,
        by=by,
        inquiry=submission.inquiry_id,
        act_decided=str(act),
        meeting=meeting.pk,
    )
    if act == Act.ACCEPT:
        _accept(submission, meeting, by=by)
    elif act == Act.DECLINE:
        _decline(submission, meeting, reason=decision.note, by=by)
    elif act == Act.CORRESPONDENCE:
        submission.move_to(
            Status.CORRESPONDENCE,
            by=by,
            note=str(meeting),
            sort=Submission.Sort.CORRESPONDENCE,
        )
    elif act == Act.REPORT:
        _report(submission, meeting, by=by)
    else:
        _disclose(submission, DISCLOSURE_OF[act], meeting)
    if act not in {Act.DECLINE, Act.REPORT}:
        ask("render", submission.pk)


def _accept(submission: Submission, meeting: Meeting, *, by: User) -> None:
    number, reference = allocate_number(submission.inquiry)
    try:
        submission.move_to(
            Status.ACCEPTED, by=by, note=str(meeting), number=number, reference=reference
        )
    except IntegrityError as taken:
        raise NotReady("Its number was given to another piece; try again.") from taken


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
            Letter.Sort.DECLINED,
            submission_id=submission.pk,
            witness=link.witness,
            facts={"receipt": submission.receipt, "reason": reason},
        )


def _disclose(submission: Submission, disclosure: Disclosure, meeting: Meeting) -> None:
    """The committee's decision on how a piece may be known; it replaces the wish."""
    row = Submission.objects.filter(pk=submission.pk, status__in=DECIDED_ON)
    if not row.update(disclosure_decided=disclosure, disclosure_meeting=meeting):
        raise NotReady(
            f"{submission.label} is not before the committee. Take a published piece down first."
        )


def _report(submission: Submission, meeting: Meeting, *, by: User) -> None:
    if submission.disclosure_decided is None:
        raise NotReady(
            f"{submission.label}: the committee has not decided how it may be known "
            "(with the name, name withheld, confidential)."
        )
    if submission.disclosure_decided == Disclosure.CONFIDENTIAL:
        raise NotReady(f"{submission.label} is confidential; it is not reported for publication.")
    submission.move_to(Status.REPORTED, by=by, note=str(meeting))


@transaction.atomic
def withdraw(submission: Submission, *, by: User, note: str) -> None:
    """Take a piece out of the flow, for its witness or by leave of the committee.

    A piece that was accepted belongs to the committee: `note` then says by whose leave.
    Raises `NotReady` for a published piece: taking it down first ends its publication.
    """
    require(by, Action.DECIDE, submission.inquiry_id)
    if not note.strip():
        raise NotReady("Say why and, after acceptance, by whose leave it is withdrawn.")
    if submission.status == Status.PUBLISHED:
        raise NotReady(f"{submission.label} is published. Take it down first.")
    submission.move_to(Status.WITHDRAWN, by=by, note=note)
    drop_proposals(submission)


def drop_proposals(submission: Submission) -> None:
    """What was proposed for a piece that is withdrawn is put to no meeting."""
    submission.decisions.filter(state=Decision.State.PROPOSED).update(state=Decision.State.DROPPED)
