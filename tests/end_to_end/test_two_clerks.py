"""Two clerks act on one submission at once: the state stays valid, and the second gets an error."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.decisions.decide import apply, make, withdraw
from evidence.decisions.models import Act, Decision
from evidence.decisions.propose import propose
from evidence.errors import EvidenceError
from evidence.lifecycle import Disclosure, Status
from evidence.publication.models import Publication
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from evidence.tasks import work_one
from tests.factories import a_meeting, a_member, a_submission, decide

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Start all acts at the same moment, each with a connection of its own; what was said."""
    start = threading.Barrier(len(acts))

    def outcome_of(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except EvidenceError as problem:
            return str(problem)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(outcome_of, acts))


@pytest.fixture
def prepared():
    submission = a_submission()
    Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
    submission.refresh_from_db()
    return submission, a_member(submission.inquiry)


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def test_submission_made_confidential_during_publication_is_never_public():
    for _ in range(ROUNDS):
        submission = a_submission()
        while work_one():
            pass
        clerk = a_member(submission.inquiry)
        decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
        while work_one():
            pass
        secret = propose(fresh(submission), Act.KEEP_CONFIDENTIAL, by=clerk)
        meeting = a_meeting(submission.inquiry, by=clerk)

        refusals = at_once(
            lambda submission=submission, clerk=clerk: publish(submission, by=clerk),
            lambda secret=secret, meeting=meeting, clerk=clerk: make(
                secret, meeting=meeting, by=clerk
            ),
        )

        now = fresh(submission)
        assert [bool(refusal) for refusal in refusals] == [False, True]
        public = Publication.objects.current().filter(submission=submission).exists()
        assert public == (now.status == Status.PUBLISHED)
        assert public != (now.disclosure == Disclosure.CONFIDENTIAL)
    assert verify().whole


def test_two_clerks_who_publish_the_same_submission_publish_it_once():
    submission = a_submission()
    while work_one():
        pass
    clerk = a_member(submission.inquiry)
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    while work_one():
        pass

    refusals = at_once(*[lambda: publish(submission, by=clerk)] * 2)

    assert [bool(refusal) for refusal in refusals] == [False, True]
    assert "cannot go" in refusals[1]
    assert Publication.objects.count() == 1


def test_meeting_applied_twice_at_once_decides_everything_once(prepared):
    first, clerk = prepared
    submissions = [first, *(a_submission(first.call) for _ in range(9))]
    Submission.objects.update(status=Status.PREPARED)
    for submission in Submission.objects.all():
        propose(submission, Act.ACCEPT, by=clerk)
    meeting = a_meeting(first.inquiry, by=clerk)
    made: list[int] = []

    refusals = at_once(*[lambda: made.append(apply(meeting, by=clerk).made)] * 2)

    assert refusals == ["", ""]
    assert sum(made) == len(submissions)
    numbers = sorted(Submission.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(submissions) + 1))
    assert CustodyEntry.objects.filter(act="decided").count() == len(submissions)
    assert verify().whole


def test_accepting_and_declining_at_once_leaves_one_proposal(prepared):
    submission, clerk = prepared
    for _ in range(ROUNDS):
        refusals = at_once(
            lambda: propose(submission, Act.ACCEPT, by=clerk),
            lambda: propose(submission, Act.DECLINE, by=clerk, note="out of scope"),
        )

        assert refusals == ["", ""]
        assert submission.decisions.filter(state=Decision.State.PROPOSED).count() == 1


def test_identical_proposals_at_once_become_one(prepared):
    submission, clerk = prepared
    for _ in range(ROUNDS):
        assert at_once(*[lambda: propose(submission, Act.ACCEPT, by=clerk)] * 4) == [""] * 4

        assert submission.decisions.filter(state=Decision.State.PROPOSED).count() == 1


def test_deciding_and_proposing_at_once_do_not_deadlock(prepared):
    """Deciding and proposing take their locks in one order; else a database would kill one."""
    first, clerk = prepared
    meeting = a_meeting(first.inquiry, by=clerk)
    for _ in range(ROUNDS):
        submission = a_submission(first.call)
        Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
        decision = propose(fresh(submission), Act.ACCEPT, by=clerk)

        at_once(
            lambda decision=decision: make(decision, meeting=meeting, by=clerk),
            lambda submission=submission: propose(fresh(submission), Act.OPEN, by=clerk),
            lambda submission=submission: propose(fresh(submission), Act.ACCEPT, by=clerk),
        )

        assert fresh(submission).status in {Status.ACCEPTED, Status.PREPARED}
    assert verify().whole


def test_second_of_accepting_and_withdrawing_at_once_gets_an_error(prepared):
    first, clerk = prepared
    meeting = a_meeting(first.inquiry, by=clerk)
    for _ in range(ROUNDS):
        submission = a_submission(first.call)
        Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
        submission = fresh(submission)
        decision = propose(submission, Act.ACCEPT, by=clerk)

        refusals = at_once(
            lambda decision=decision: make(decision, meeting=meeting, by=clerk),
            lambda submission=submission: withdraw(submission, by=clerk, note="asked for"),
        )

        now = fresh(submission)
        assert [bool(refusal) for refusal in refusals] == [False, True]
        assert now.status in {Status.ACCEPTED, Status.WITHDRAWN}
        assert (now.number is not None) == (now.status == Status.ACCEPTED)
    given = Submission.objects.filter(number__isnull=False).count()
    first.inquiry.refresh_from_db()
    assert first.inquiry.last_number == given
