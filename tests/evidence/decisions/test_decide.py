"""The committee's decisions: each act, their order, their limits and effects."""

import pytest

from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import apply, make, withdraw
from evidence.decisions.models import Act, Decision
from evidence.decisions.propose import drop, propose
from evidence.errors import NotPermittedError, NotReadyError
from evidence.letters.models import Letter
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.factories import a_meeting, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepared(work):
    submission = a_submission()
    work()
    submission.refresh_from_db()
    return submission


@pytest.fixture
def clerk(prepared):
    return a_member(prepared.inquiry)


@pytest.mark.parametrize(
    ("act", "disclosure"),
    [
        (Act.OPEN, Disclosure.OPEN),
        (Act.WITHHOLD_NAME, Disclosure.NAME_WITHHELD),
        (Act.KEEP_CONFIDENTIAL, Disclosure.CONFIDENTIAL),
    ],
    ids=str,
)
def test_decision_sets_the_disclosure_of_a_submission(act, disclosure, prepared, clerk):
    decide(prepared, act, by=clerk)

    assert prepared.disclosure == prepared.disclosure_decided == disclosure
    assert prepared.disclosure_meeting is not None
    assert prepared.status == Status.PREPARED


def test_correspondence_has_no_number_and_can_be_reported(prepared, clerk):
    decide(prepared, Act.CORRESPONDENCE, Act.OPEN, Act.REPORT, by=clerk)

    assert prepared.status == Status.REPORTED
    assert prepared.kind == Submission.Kind.CORRESPONDENCE
    assert prepared.number is None
    assert prepared.label == prepared.receipt


def test_decisions_of_one_meeting_are_made_in_the_right_order(prepared, clerk):
    for act in (Act.REPORT, Act.OPEN, Act.ACCEPT):
        propose(prepared, act, by=clerk)

    applied = apply(a_meeting(prepared.inquiry, by=clerk), by=clerk)

    assert (applied.made, applied.problems) == (3, ())
    prepared.refresh_from_db()
    assert prepared.status == Status.REPORTED


def test_failing_decision_does_not_stop_the_others(prepared, clerk, work):
    other = a_submission(prepared.call)
    work()
    other.refresh_from_db()
    propose(prepared, Act.ACCEPT, by=clerk)
    propose(other, Act.ACCEPT, by=clerk)
    Submission.objects.filter(pk=prepared.pk).update(status=Status.WITHDRAWN)

    applied = apply(a_meeting(prepared.inquiry, by=clerk), by=clerk)

    assert applied.made == 1
    ((submission, problem),) = applied.problems
    assert submission == prepared
    assert "cannot go" in problem
    other.refresh_from_db()
    # A number whose acceptance failed was not used up.
    assert other.number == 1
    assert Decision.objects.get(submission=prepared).state == Decision.State.PROPOSED


def test_only_the_requested_decisions_are_made(prepared, clerk):
    accept = propose(prepared, Act.ACCEPT, by=clerk)
    propose(prepared, Act.OPEN, by=clerk)

    assert apply(a_meeting(prepared.inquiry, by=clerk), by=clerk, only=[accept.pk]).made == 1

    prepared.refresh_from_db()
    assert (prepared.status, prepared.disclosure_decided) == (Status.ACCEPTED, None)


def test_confidential_submission_is_not_reported_for_publication(prepared, clerk):
    decide(prepared, Act.ACCEPT, by=clerk)
    report = propose(prepared, Act.REPORT, by=clerk)
    with pytest.raises(NotReadyError, match="cannot be reported"):
        propose(prepared, Act.KEEP_CONFIDENTIAL, by=clerk)
    drop(report, by=clerk)
    decide(prepared, Act.KEEP_CONFIDENTIAL, by=clerk)

    with pytest.raises(NotReadyError, match="cannot be reported"):
        propose(prepared, Act.REPORT, by=clerk)
    late = Decision.objects.create(submission=prepared, act=Act.REPORT, proposed_by=clerk)
    with pytest.raises(NotReadyError, match="confidential"):
        make(late, meeting=a_meeting(prepared.inquiry, by=clerk), by=clerk)
    prepared.refresh_from_db()
    assert prepared.status == Status.ACCEPTED


def test_removed_proposal_is_not_decided(prepared, clerk):
    proposal = propose(prepared, Act.ACCEPT, by=clerk)
    with pytest.raises(NotPermittedError):
        drop(proposal, by=a_member(prepared.inquiry, Role.SPECIALIST))
    drop(proposal, by=clerk)
    drop(proposal, by=clerk)

    assert CustodyEntry.objects.filter(act="proposal dropped").count() == 1
    with pytest.raises(NotReadyError, match="replaced or removed"):
        make(proposal, meeting=a_meeting(prepared.inquiry, by=clerk), by=clerk)


def test_decision_by_a_meeting_of_another_inquiry_is_refused(prepared, clerk):
    proposal = propose(prepared, Act.ACCEPT, by=clerk)
    elsewhere = a_submission().inquiry

    with pytest.raises(NotReadyError, match="another inquiry"):
        make(proposal, meeting=a_meeting(elsewhere, by=a_member(elsewhere)), by=clerk)


def test_submission_declined_meanwhile_cannot_be_proposed(prepared, clerk):
    """The clerk's page may be old; what counts is how the submission is now."""
    stale = Submission.objects.get(pk=prepared.pk)
    decide(prepared, Act.DECLINE, by=clerk)

    with pytest.raises(NotReadyError, match="Not accepted"):
        propose(stale, Act.ACCEPT, by=clerk)


def test_decisions_are_recorded_with_person_and_meeting(prepared, clerk):
    decide(prepared, Act.ACCEPT, by=clerk)

    entry = CustodyEntry.objects.get(act="decided")
    assert (entry.by, entry.subject_id) == (clerk, str(prepared.pk))
    assert entry.detail == {
        "acts_decided": ["accept"],
        "meeting": str(prepared.decisions.get(act=Act.ACCEPT).meeting_id),
    }


def test_each_witness_of_a_declined_submission_gets_one_letter(prepared, clerk):
    decide(prepared, Act.DECLINE, by=clerk, note="It is before a court.")

    letters = Letter.objects.filter(kind=Letter.Kind.DECLINED)
    assert [letter.witness for letter in letters] == list(prepared.witnesses.all())


def test_withdrawing_needs_a_reason_and_drops_proposals(prepared, clerk):
    propose(prepared, Act.ACCEPT, by=clerk)
    with pytest.raises(NotReadyError, match="Enter the reason"):
        withdraw(prepared, by=clerk, note=" ")

    withdraw(prepared, by=clerk, note="asked for by the witness")

    assert prepared.status == Status.WITHDRAWN
    assert not prepared.decisions.filter(state=Decision.State.PROPOSED).exists()


def test_withdrawn_submission_keeps_its_number(prepared, clerk, work):
    decide(prepared, Act.ACCEPT, by=clerk)
    withdraw(prepared, by=clerk, note="by leave of the committee")
    other = a_submission(prepared.call)
    work()
    decide(other, Act.ACCEPT, by=clerk)

    prepared.refresh_from_db()
    assert (prepared.number, other.number) == (1, 2)
