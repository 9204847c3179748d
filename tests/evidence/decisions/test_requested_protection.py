"""Requested protection applies: showing more needs a reason and a second clerk."""

import itertools

import pytest

from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import apply, make
from evidence.decisions.models import Act, Decision
from evidence.decisions.propose import (
    Proposal,
    confirm,
    propose,
    propose_for_all,
    propose_together,
)
from evidence.errors import (
    FreerThanAskedError,
    NotPermittedError,
    NotReadyError,
    SecondClerkNeededError,
)
from evidence.lifecycle import Disclosure, Status, is_freer
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.factories import CallFactory, a_meeting, a_member, a_submission

pytestmark = pytest.mark.django_db

ACTS = {
    Act.OPEN: Disclosure.OPEN,
    Act.WITHHOLD_NAME: Disclosure.NAME_WITHHELD,
    Act.KEEP_CONFIDENTIAL: Disclosure.CONFIDENTIAL,
}
FREER = [
    (wish, act)
    for wish, (act, disclosure) in itertools.product(Disclosure, ACTS.items())
    if is_freer(disclosure, than=wish)
]
AS_PROTECTIVE = [pair for pair in itertools.product(Disclosure, ACTS) if pair not in FREER]
WHY = "The witness agreed at the meeting."


@pytest.fixture
def second(call):
    return a_member(call.inquiry)


def prepared(call, wish, *, text="A paragraph.") -> Submission:
    """Before the committee, without the work that brought it there."""
    submission = a_submission(call, text=text, disclosure=wish)
    Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
    submission.refresh_from_db()
    return submission


def state_of(submission) -> tuple[object, ...]:
    submission.refresh_from_db()
    return submission.status, submission.disclosure_decided, submission.disclosure


@pytest.mark.parametrize(("wish", "act"), FREER)
def test_weaker_protection_than_requested_is_not_proposed_without_a_reason(call, clerk, wish, act):
    submission = prepared(call, wish)

    with pytest.raises(FreerThanAskedError, match="tick the box to confirm"):
        propose(submission, act, by=clerk, note="A note is no reason.", freer_reason=" ")
    with pytest.raises(FreerThanAskedError):
        propose_together(submission, Proposal(publication=act), by=clerk)

    assert not Decision.objects.exists()


@pytest.mark.parametrize(("wish", "act"), AS_PROTECTIVE)
def test_equal_protection_needs_no_reason_and_no_second_clerk(call, clerk, wish, act):
    submission = prepared(call, wish)

    make(propose(submission, act, by=clerk), meeting=a_meeting(call.inquiry, by=clerk), by=clerk)

    assert state_of(submission)[1:] == (ACTS[act], ACTS[act])


@pytest.mark.parametrize(("wish", "act"), FREER)
def test_weaker_protection_than_requested_is_not_decided_without_a_second_clerk(
    call, clerk, second, wish, act
):
    submission = prepared(call, wish)
    decision = propose(submission, act, by=clerk, freer_reason=WHY)
    meeting = a_meeting(call.inquiry, by=clerk)

    applied = apply(meeting, by=clerk)

    ((refused, problem),) = applied.problems
    assert (refused, applied.made) == (submission, 0)
    assert "A second clerk must confirm it" in problem
    assert state_of(submission) == (Status.PREPARED, None, wish)
    confirm(decision, by=second)
    assert apply(meeting, by=clerk).made == 1
    assert state_of(submission)[1] == ACTS[act]


def test_proposer_cannot_be_the_second_clerk(call, clerk):
    submission = prepared(call, Disclosure.CONFIDENTIAL)
    decision = propose(submission, Act.OPEN, by=clerk, freer_reason=WHY)

    with pytest.raises(NotReadyError, match="Another clerk"):
        confirm(decision, by=clerk)

    decision.refresh_from_db()
    assert decision.confirmed_by is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLERK}))
def test_only_a_clerk_of_the_inquiry_confirms(call, clerk, role):
    submission = prepared(call, Disclosure.NAME_WITHHELD)
    decision = propose(submission, Act.OPEN, by=clerk, freer_reason=WHY)

    for person in (a_member(call.inquiry, role), a_member(CallFactory().inquiry)):
        with pytest.raises(NotPermittedError):
            confirm(decision, by=person)


def test_confirmation_does_not_carry_over_to_the_next_proposal(call, clerk, second):
    submission = prepared(call, Disclosure.CONFIDENTIAL)
    confirm(propose(submission, Act.WITHHOLD_NAME, by=clerk, freer_reason=WHY), by=second)
    changed = propose(submission, Act.OPEN, by=clerk, freer_reason=WHY)

    with pytest.raises(SecondClerkNeededError):
        make(changed, meeting=a_meeting(call.inquiry, by=clerk), by=clerk)


def test_unchanged_proposal_keeps_its_confirmation(call, clerk, second):
    submission = prepared(call, Disclosure.NAME_WITHHELD)
    proposal = Proposal(publication=Act.OPEN, freer_reason=WHY)
    (decision,) = propose_together(submission, proposal, by=clerk)
    confirm(decision, by=second)

    propose_together(
        submission,
        Proposal(acceptance=Act.ACCEPT, publication=Act.OPEN, freer_reason=WHY),
        by=clerk,
    )

    assert apply(a_meeting(call.inquiry, by=clerk), by=clerk).made == 2
    assert state_of(submission)[1] == Disclosure.OPEN


def test_inquiry_can_waive_the_second_clerk_but_not_the_reason(call, clerk):
    call.inquiry.second_clerk = False
    call.inquiry.save()
    submission = prepared(call, Disclosure.NAME_WITHHELD)
    with pytest.raises(FreerThanAskedError):
        propose(submission, Act.OPEN, by=clerk)

    propose(submission, Act.OPEN, by=clerk, freer_reason=WHY)

    assert apply(a_meeting(call.inquiry, by=clerk), by=clerk).made == 1


def test_reason_and_confirmation_are_recorded_in_custody(call, clerk, second):
    submission = prepared(call, Disclosure.NAME_WITHHELD)
    confirm(propose(submission, Act.OPEN, by=clerk, freer_reason=WHY), by=second)

    proposed, confirmed = CustodyEntry.objects.filter(subject_id=str(submission.pk)).order_by(
        "-sequence"
    )[:2][::-1]
    assert (proposed.by, proposed.detail["freer_than_asked"]) == (clerk, WHY)
    assert (confirmed.by, confirmed.detail) == (second, {"act_confirmed": "open", "reason": WHY})


def test_decision_row_written_directly_is_neither_decided_nor_published(call, clerk, work):
    """As somebody at the database, or an earlier version, might have left it."""
    submission = prepared(call, Disclosure.NAME_WITHHELD)
    meeting = a_meeting(call.inquiry, by=clerk)
    row = Decision.objects.create(submission=submission, act=Act.OPEN, proposed_by=clerk)
    with pytest.raises(FreerThanAskedError):
        make(row, meeting=meeting, by=clerk)
    assert state_of(submission) == (Status.PREPARED, None, Disclosure.NAME_WITHHELD)

    for act in (Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT):
        propose(submission, act, by=clerk)
    assert (
        apply(
            meeting,
            by=clerk,
            only=submission.decisions.exclude(pk=row.pk).values_list("pk", flat=True),
        ).made
        == 3
    )
    work()
    Submission.objects.filter(pk=submission.pk).update(disclosure_decided=Disclosure.OPEN)
    with pytest.raises(FreerThanAskedError):
        publish(submission, by=clerk)
    assert state_of(submission)[0] == Status.REPORTED


# --- Many at once --------------------------------------------------------------------------------


@pytest.mark.parametrize("publication", [None, *ACTS])
@pytest.mark.parametrize("report", [False, True])
def test_bulk_proposal_follows_each_request_or_names_what_it_leaves_out(
    call, clerk, publication, report
):
    submissions = {wish: prepared(call, wish, text=f"Text of {wish}.") for wish in Disclosure}

    proposed = propose_for_all(
        [submission.pk for submission in submissions.values()],
        Proposal(acceptance=Act.ACCEPT, publication=publication, report=report, freer_reason=WHY),
        by=clerk,
        publication_as_asked=publication is None,
    )

    left_out = {submission.disclosure_requested for submission, _why in proposed.left_out}
    if publication is None:
        assert not left_out
    elif publication == Act.KEEP_CONFIDENTIAL and report:
        assert left_out == set(Disclosure)
    else:
        assert left_out == {wish for wish in Disclosure if is_freer(ACTS[publication], than=wish)}
    assert proposed.count == len(submissions) - len(left_out)
    apply(a_meeting(call.inquiry, by=clerk), by=clerk)
    for wish, submission in submissions.items():
        status, _decided, disclosure = state_of(submission)
        assert not is_freer(disclosure, than=wish)
        assert (status == Status.REPORTED) == (
            report and wish not in left_out and disclosure != Disclosure.CONFIDENTIAL
        )


def test_contradictory_proposals_are_refused_with_a_message(call, clerk):
    submission = prepared(call, Disclosure.OPEN)
    with pytest.raises(NotReadyError, match="cannot be published or reported"):
        propose_together(
            submission, Proposal(acceptance=Act.DECLINE, publication=Act.OPEN, note="No."), by=clerk
        )
    with pytest.raises(NotReadyError, match="cannot be reported"):
        propose_together(
            submission,
            Proposal(acceptance=Act.ACCEPT, publication=Act.KEEP_CONFIDENTIAL, report=True),
            by=clerk,
        )
    assert not Decision.objects.exists()


def test_new_proposal_replaces_all_earlier_ones(call, clerk):
    submission = prepared(call, Disclosure.OPEN)
    propose_together(
        submission, Proposal(acceptance=Act.ACCEPT, publication=Act.OPEN, report=True), by=clerk
    )

    propose_together(submission, Proposal(acceptance=Act.DECLINE, note="Out of scope."), by=clerk)

    assert [decision.act for decision in submission.decisions.proposed()] == [Act.DECLINE]


def test_declining_removes_other_proposals(call, clerk):
    submission = prepared(call, Disclosure.OPEN)
    decline = propose(submission, Act.DECLINE, by=clerk, note="Out of scope.")
    stray = Decision.objects.create(submission=submission, act=Act.REPORT, proposed_by=clerk)

    make(decline, meeting=a_meeting(call.inquiry, by=clerk), by=clerk)

    stray.refresh_from_db()
    assert stray.state == Decision.State.DROPPED


def test_meeting_does_not_decide_a_proposal_replaced_meanwhile(call, clerk):
    submission = prepared(call, Disclosure.OPEN)
    looked_at = propose(submission, Act.OPEN, by=clerk)
    propose(submission, Act.KEEP_CONFIDENTIAL, by=clerk)

    applied = apply(a_meeting(call.inquiry, by=clerk), by=clerk, only=[looked_at.pk])

    ((_submission, problem),) = applied.problems
    assert "Reload the page of the meeting" in problem
    assert state_of(submission) == (Status.PREPARED, None, Disclosure.OPEN)


def test_applying_a_meeting_twice_decides_once(call, clerk):
    submission = prepared(call, Disclosure.OPEN)
    keys = [propose(submission, act, by=clerk).pk for act in (Act.ACCEPT, Act.OPEN)]
    meeting = a_meeting(call.inquiry, by=clerk)

    first, again = (apply(meeting, by=clerk, only=keys) for _each in range(2))

    assert (first.made, first.submissions, first.problems) == (2, 1, ())
    assert (again.made, again.problems) == (0, ())


def test_bulk_proposal_needs_as_many_queries_for_many_as_for_few(
    call, clerk, django_assert_max_num_queries
):
    few = [prepared(call, Disclosure.OPEN, text=f"Few {n}.").pk for n in range(2)]
    many = [prepared(call, Disclosure.OPEN, text=f"Many {n}.").pk for n in range(8)]
    proposal = Proposal(acceptance=Act.ACCEPT, report=True)
    for keys in (few, many):
        with django_assert_max_num_queries(14):
            propose_for_all(keys, proposal, by=clerk, publication_as_asked=True)
