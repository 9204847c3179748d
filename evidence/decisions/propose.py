"""Puts proposals on the list for the committee, one submission at a time or many together.

A proposal changes nothing but that list. What shows more than the witness asked for is proposed
for one submission alone, with a reason; where the inquiry wants it, a second clerk confirms it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from evidence.custody.record import Detail, NewCustodyEntry, record, record_all
from evidence.decisions.models import (
    ABOUT_ACCEPTANCE,
    ACT_FOR,
    DISCLOSURE_OF,
    Act,
    Decision,
)
from evidence.errors import EvidenceError, NotReadyError
from evidence.lifecycle import Disclosure, Status, is_freer
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.workflow import TO_DISCLOSE, check_reason, needs_second_clerk
from inquiry.people.models import User

# Of each of these the committee decides one; what counts is what was proposed last.
RIVALS = (frozenset(ABOUT_ACCEPTANCE), frozenset(DISCLOSURE_OF))


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one submission: a choice about each of three things, or none.

    `note` is the recommendation; for what is not to be accepted it is the reason, which goes
    into the letter. `freer_reason` says why more is shown than the witness asked for.
    """

    acceptance: Act | None = None
    publication: Act | None = None
    report: bool = False
    note: str = ""
    freer_reason: str = ""

    @property
    def acts(self) -> frozenset[Act]:
        chosen = (self.acceptance, self.publication, Act.REPORT if self.report else None)
        return frozenset(act for act in chosen if act is not None)


@dataclass(frozen=True)
class Proposed:
    """What came of proposing for many: for how many, and what was left out with the reason."""

    count: int
    left_out: tuple[tuple[Submission, str], ...]


@transaction.atomic
def propose(
    submission: Submission, act: Act, *, by: User, note: str = "", freer_reason: str = ""
) -> Decision:
    """Put one decision on the list for the committee; it takes the place of a rival proposal.

    Raises `NotReadyError` for a submission that is not before the committee, that would be declined
    without a reason, or for which an act is proposed that cannot stand beside this one;
    `FreerThanAskedError` for what shows more than the witness asked for without a reason.
    """
    submission = _locked(submission)
    rivals = next((group for group in RIVALS if act in group), frozenset({act}))
    others = submission.decisions.proposed().exclude(act__in=rivals)
    beside = frozenset(Act(one) for one in others.values_list("act", flat=True))
    proposal = Proposal(note=note, freer_reason=freer_reason)
    check(submission, proposal, by=by, acts=frozenset({act}), beside=beside)
    submission.decisions.proposed().filter(act__in=rivals).update(state=Decision.State.DROPPED)
    (decision,) = _put([(submission, [_row(submission, act, proposal, by=by)])], by=by)
    return decision


@transaction.atomic
def propose_together(submission: Submission, proposal: Proposal, *, by: User) -> list[Decision]:
    """Put what is proposed for a submission in the place of all that was proposed before.

    A proposal that stands already stays as it is, with the second clerk's agreement to it.
    Raises as `propose`.
    """
    submission = _locked(submission)
    check(submission, proposal, by=by, acts=proposal.acts)
    before = submission.decisions.proposed()
    standing = {_sameness(one): one.pk for one in before}
    rows = [_row(submission, act, proposal, by=by) for act in proposal.acts]
    stays = [standing[_sameness(row)] for row in rows if _sameness(row) in standing]
    before.exclude(pk__in=stays).update(state=Decision.State.DROPPED)
    return _put([(submission, [row for row in rows if _sameness(row) not in standing])], by=by)


@transaction.atomic
def propose_for_all(
    submissions: Iterable[UUID],
    proposal: Proposal,
    *,
    by: User,
    publication_as_asked: bool = False,
) -> Proposed:
    """Propose the same for many, beside what is proposed already.

    What cannot be proposed for one leaves that one out, named; so does a proposal about the same
    that says something else, which is changed for one submission at a time. With
    `publication_as_asked` each is proposed to be published as its witness asked, and what is to
    stay confidential is not reported. What shows more than was asked for is never proposed for
    many: that wants a reason for each.
    """
    proposal = replace(proposal, freer_reason="")
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    chosen = list(locked.filter(pk__in=list(submissions)).order_by("pk"))
    standing: dict[UUID, list[Decision]] = {one.pk: [] for one in chosen}
    for decision in Decision.objects.proposed().filter(submission__in=chosen):
        standing[decision.submission_id].append(decision)
    new, left_out = list[tuple[Submission, list[Decision]]](), list[tuple[Submission, str]]()
    for submission in sorted(chosen, key=lambda one: one.received_at):
        mine = _as_asked(submission, proposal) if publication_as_asked else proposal
        beside = frozenset(Act(one.act) for one in standing[submission.pk])
        try:
            _check_rivals(submission, mine.acts, beside)
            check(submission, mine, by=by, acts=mine.acts, beside=beside)
        except EvidenceError as problem:
            left_out.append((submission, str(problem)))
        else:
            acts = mine.acts - beside
            new.append((submission, [_row(submission, act, mine, by=by) for act in acts]))
    _put(new, by=by)
    return Proposed(len(new), tuple(left_out))


@transaction.atomic
def drop(decision: Decision, *, by: User) -> None:
    """Take a proposal back."""
    inquiry = decision.submission.inquiry_id
    require(by, Action.PROPOSE, inquiry)
    waiting = Decision.objects.proposed().filter(pk=decision.pk)
    if waiting.update(state=Decision.State.DROPPED):
        record(
            "proposal dropped",
            decision.submission,
            by=by,
            inquiry=inquiry,
            act_dropped=decision.act,
        )


def drop_proposals(submission: Submission) -> None:
    """What was proposed for a submission that is at its end is put to no meeting."""
    submission.decisions.proposed().update(state=Decision.State.DROPPED)


@transaction.atomic
def confirm(decision: Decision, *, by: User) -> None:
    """Agree, as a second clerk, to what shows more than the witness asked for.

    Raises `NotReadyError` if there is nothing to confirm, or for the clerk who proposed it.
    """
    submission = _locked(decision.submission)
    require(by, Action.DECIDE, submission.inquiry_id)
    fresh = Decision.objects.get(pk=decision.pk)
    if fresh.state == Decision.State.DROPPED or not waits_for_second_clerk(fresh, submission):
        raise NotReadyError(f"{submission.label}: there is nothing to confirm.")
    if fresh.proposed_by_id == by.pk:
        raise NotReadyError(
            f"{submission.label}: you proposed this. Another clerk must confirm it."
        )
    Decision.objects.filter(pk=fresh.pk).update(confirmed_by=by, confirmed_at=timezone.now())
    record(
        "confirmed by a second clerk",
        submission,
        by=by,
        inquiry=submission.inquiry_id,
        act_confirmed=fresh.act,
        reason=fresh.freer_reason,
    )


def waits_for_second_clerk(decision: Decision, submission: Submission) -> bool:
    """Whether another clerk has yet to agree to this decision."""
    disclosure = decision.disclosure
    return disclosure is not None and needs_second_clerk(
        disclosure,
        asked=submission.disclosure_requested,
        wanted=submission.inquiry.second_clerk,
        confirmed=decision.confirmed_by_id is not None,
    )


def check(
    submission: Submission,
    proposal: Proposal,
    *,
    by: User,
    acts: frozenset[Act],
    beside: frozenset[Act] = frozenset(),
) -> None:
    """Raise unless these acts may be proposed for the submission as it is now.

    `beside` are those that are proposed already and stay; the words are the proposal's.
    """
    require(by, Action.PROPOSE, submission.inquiry_id)
    label, together = submission.label, acts | beside
    if submission.status not in TO_DISCLOSE:
        raise NotReadyError(
            f"{label} is “{submission.get_status_display()}”; "
            "a decision can be proposed once it is ready for the committee."
        )
    if acts.intersection(ABOUT_ACCEPTANCE) and submission.status != Status.PREPARED:
        raise NotReadyError(f"{label} was decided on already.")
    if Act.REPORT in acts and submission.status == Status.REPORTED:
        raise NotReadyError(f"{label} was reported already.")
    if Act.DECLINE in acts and not proposal.note.strip():
        raise NotReadyError("Say why it is not accepted; the reason goes into the letter.")
    _check_together(submission, together)
    for disclosure in _disclosures(acts):
        check_reason(
            label,
            disclosure,
            asked=submission.disclosure_requested,
            reason=proposal.freer_reason,
        )


def _check_together(submission: Submission, acts: frozenset[Act]) -> None:
    """Raise for acts of which the committee can decide one or the other, not both."""
    if Act.DECLINE in acts and len(acts) > 1:
        raise NotReadyError(
            f"{submission.label}: what is not accepted is neither published nor reported. "
            "Propose one or the other."
        )
    proposed = _disclosures(acts)
    disclosure = proposed[0] if proposed else submission.disclosure_decided
    if Act.REPORT in acts and disclosure == Disclosure.CONFIDENTIAL:
        raise NotReadyError(
            f"{submission.label} is to be kept confidential; "
            "what is confidential is not reported for publication."
        )


def _check_rivals(submission: Submission, acts: frozenset[Act], standing: frozenset[Act]) -> None:
    """Raise where something else is proposed already about the same."""
    for group in RIVALS:
        for act in standing.intersection(group):
            if not acts.intersection(group) <= {act}:
                raise NotReadyError(
                    f"{submission.label}: “{act.label}” is proposed already. "
                    "Change that on the page of this submission."
                )


def _disclosures(acts: frozenset[Act]) -> list[Disclosure]:
    return [disclosure for act, disclosure in DISCLOSURE_OF.items() if act in acts]


def _as_asked(submission: Submission, proposal: Proposal) -> Proposal:
    """The same with the witness's wish for the publication; a decision made already stands."""
    if proposal.acceptance == Act.DECLINE:
        return proposal
    asked = submission.disclosure_decided or submission.disclosure_requested
    return replace(
        proposal,
        publication=None if submission.disclosure_decided else ACT_FOR[asked],
        report=proposal.report and asked != Disclosure.CONFIDENTIAL,
    )


def _locked(submission: Submission) -> Submission:
    """The submission as it is now. Two clerks who propose do so one after the other."""
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    return locked.get(pk=submission.pk)


def _put(new: Sequence[tuple[Submission, list[Decision]]], *, by: User) -> list[Decision]:
    """Put these decisions on the list, and write that down once for each submission."""
    made = Decision.objects.bulk_create([row for _submission, rows in new for row in rows])
    record_all(
        [_entry(submission, rows) for submission, rows in new if rows],
        by=by,
    )
    return made


def _entry(submission: Submission, rows: Sequence[Decision]) -> NewCustodyEntry:
    freer = next((one.freer_reason for one in rows if one.freer_reason), None)
    acts = [str(one.act) for one in rows]
    detail: dict[str, Detail] = {"acts_proposed": acts, "freer_than_asked": freer}
    return NewCustodyEntry("proposed", submission, submission.inquiry_id, detail)


def _sameness(decision: Decision) -> tuple[object, ...]:
    return decision.submission_id, decision.act, decision.note, decision.freer_reason


def _row(submission: Submission, act: Act, proposal: Proposal, *, by: User) -> Decision:
    decision = Decision(submission=submission, act=act, proposed_by=by, note=proposal.note.strip())
    disclosure, asked = decision.disclosure, submission.disclosure_requested
    if disclosure is not None and is_freer(disclosure, than=asked):
        decision.freer_reason = proposal.freer_reason.strip()
    return decision
