"""Proposes decisions to the committee, for one submission or many.

A proposal changes nothing until a meeting decides. To show more than the witness asked for is
proposed for one submission at a time, with a reason; a second clerk confirms it if the inquiry
requires that.
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
from evidence.lifecycle import Disclosure, is_freer
from evidence.permissions import Action, require
from evidence.submissions.models import Submission
from evidence.workflow import TO_ACCEPT, TO_DISCLOSE, TO_REPORT, check_reason, needs_second_clerk
from inquiry.people.models import User

# The committee decides one act of each group; the latest proposal counts.
RIVALS = (frozenset(ABOUT_ACCEPTANCE), frozenset(DISCLOSURE_OF))


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one submission; each of the three choices may be left out.

    `note` is the recommendation, or for "do not accept" the reason, which goes into the letter.
    `freer_reason` is the reason for showing more than the witness asked for.
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
    """The result: for how many submissions, and which were left out and why."""

    count: int
    left_out: tuple[tuple[Submission, str], ...]


@transaction.atomic
def propose(
    submission: Submission, act: Act, *, by: User, note: str = "", freer_reason: str = ""
) -> Decision:
    """Propose one act; it replaces a proposed rival, such as another disclosure.

    Raises `NotReadyError` for a submission that is not before the committee, for "do not accept"
    without a reason, and for an act that contradicts another proposal; `FreerThanAskedError` for
    showing more than the witness asked for without a reason.
    """
    submission = _locked(submission)
    rivals = next((group for group in RIVALS if act in group), frozenset({act}))
    others = submission.decisions.proposed().exclude(act__in=rivals)
    beside = frozenset(Act(value) for value in others.values_list("act", flat=True))
    proposal = Proposal(note=note, freer_reason=freer_reason)
    check(submission, proposal, by=by, acts=frozenset({act}), beside=beside)
    submission.decisions.proposed().filter(act__in=rivals).update(state=Decision.State.DROPPED)
    (decision,) = _put([(submission, [_row(submission, act, proposal, by=by)])], by=by)
    return decision


@transaction.atomic
def propose_together(submission: Submission, proposal: Proposal, *, by: User) -> list[Decision]:
    """Replace all proposals for a submission with these.

    An identical proposal stays as it is, with the second clerk's confirmation. Raises as `propose`.
    """
    submission = _locked(submission)
    check(submission, proposal, by=by, acts=proposal.acts)
    before = submission.decisions.proposed()
    standing = {_sameness(row): row.pk for row in before}
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
    """Propose the same for many submissions; their other proposals stay.

    A submission is left out, and named, if this cannot be proposed for it or if it has a different
    proposal on the same matter. With `publication_as_asked` each is to be published as its witness
    asked, and confidential ones are not reported. Showing more than a witness asked for is never
    proposed for many, because each needs a reason.
    """
    proposal = replace(proposal, freer_reason="")
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    chosen = list(locked.filter(pk__in=list(submissions)).order_by("pk"))
    standing: dict[UUID, list[Decision]] = {row.pk: [] for row in chosen}
    for decision in Decision.objects.proposed().filter(submission__in=chosen):
        standing[decision.submission_id].append(decision)
    new, left_out = list[tuple[Submission, list[Decision]]](), list[tuple[Submission, str]]()
    for submission in sorted(chosen, key=lambda row: row.received_at):
        mine = _as_asked(submission, proposal) if publication_as_asked else proposal
        beside = frozenset(Act(row.act) for row in standing[submission.pk])
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
    """Remove a proposal."""
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
    """Remove all proposals for a submission that is declined or withdrawn."""
    submission.decisions.proposed().update(state=Decision.State.DROPPED)


@transaction.atomic
def confirm(decision: Decision, *, by: User) -> None:
    """Confirm, as a second clerk, a decision that shows more than the witness asked for.

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
    """Whether a second clerk still has to confirm this decision."""
    disclosure = decision.disclosure
    return disclosure is not None and needs_second_clerk(
        disclosure,
        requested=submission.disclosure_requested,
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
    """Raise unless these acts may be proposed for the submission now.

    `beside` are the acts already proposed that stay.
    """
    require(by, Action.PROPOSE, submission.inquiry_id)
    label, together = submission.label, acts | beside
    if submission.status not in TO_DISCLOSE:
        raise NotReadyError(
            f"{label} is “{submission.get_status_display()}”. "
            "You can propose a decision once it is ready for the committee."
        )
    if acts.intersection(ABOUT_ACCEPTANCE) and submission.status not in TO_ACCEPT:
        raise NotReadyError(f"{label} has already been decided.")
    if Act.REPORT in acts and submission.status not in TO_REPORT:
        raise NotReadyError(f"{label} has already been reported.")
    if Act.DECLINE in acts and not proposal.note.strip():
        raise NotReadyError("Enter the reason for not accepting it. It goes into the letter.")
    _check_together(submission, together)
    for disclosure in _disclosures(acts):
        check_reason(
            label,
            disclosure,
            requested=submission.disclosure_requested,
            reason=proposal.freer_reason,
        )


def _check_together(submission: Submission, acts: frozenset[Act]) -> None:
    """Raise for acts that contradict each other."""
    if Act.DECLINE in acts and len(acts) > 1:
        raise NotReadyError(
            f"{submission.label}: evidence that is not accepted cannot be published or reported. "
            "Propose one or the other."
        )
    proposed = _disclosures(acts)
    disclosure = proposed[0] if proposed else submission.disclosure_decided
    if Act.REPORT in acts and disclosure == Disclosure.CONFIDENTIAL:
        raise NotReadyError(
            f"{submission.label} is to be kept confidential, "
            "so it cannot be reported for publication."
        )


def _check_rivals(submission: Submission, acts: frozenset[Act], standing: frozenset[Act]) -> None:
    """Raise if something different is already proposed on the same matter."""
    for group in RIVALS:
        for act in standing.intersection(group):
            if not acts.intersection(group) <= {act}:
                raise NotReadyError(
                    f"{submission.label}: “{act.label}” is already proposed. "
                    "Change it on the page of the submission."
                )


def _disclosures(acts: frozenset[Act]) -> list[Disclosure]:
    return [disclosure for act, disclosure in DISCLOSURE_OF.items() if act in acts]


def _as_asked(submission: Submission, proposal: Proposal) -> Proposal:
    """The proposal with the disclosure the witness asked for, unless it is already decided."""
    if proposal.acceptance == Act.DECLINE:
        return proposal
    disclosure = submission.disclosure_decided or submission.disclosure_requested
    return replace(
        proposal,
        publication=None if submission.disclosure_decided else ACT_FOR[disclosure],
        report=proposal.report and disclosure != Disclosure.CONFIDENTIAL,
    )


def _locked(submission: Submission) -> Submission:
    """The submission, locked and freshly read, so that two clerks propose in turn."""
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    return locked.get(pk=submission.pk)


def _put(new: Sequence[tuple[Submission, list[Decision]]], *, by: User) -> list[Decision]:
    """Save these proposals, with one custody entry for each submission."""
    made = Decision.objects.bulk_create([row for _submission, rows in new for row in rows])
    record_all(
        [_entry(submission, rows) for submission, rows in new if rows],
        by=by,
    )
    return made


def _entry(submission: Submission, rows: Sequence[Decision]) -> NewCustodyEntry:
    freer = next((row.freer_reason for row in rows if row.freer_reason), None)
    acts = [str(row.act) for row in rows]
    detail: dict[str, Detail] = {"acts_proposed": acts, "freer_than_asked": freer}
    return NewCustodyEntry("proposed", submission, submission.inquiry_id, detail)


def _sameness(decision: Decision) -> tuple[object, ...]:
    return decision.submission_id, decision.act, decision.note, decision.freer_reason


def _row(submission: Submission, act: Act, proposal: Proposal, *, by: User) -> Decision:
    decision = Decision(submission=submission, act=act, proposed_by=by, note=proposal.note.strip())
    disclosure, requested = decision.disclosure, submission.disclosure_requested
    if disclosure is not None and is_freer(disclosure, than=requested):
        decision.freer_reason = proposal.freer_reason.strip()
    return decision
