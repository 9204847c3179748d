"""Several clerks at once: numbers are given once, and the second of two gets an error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.db.models import Count

from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.decisions.decide import make
from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.errors import EvidenceError
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from tests.factories import CallFactory, a_meeting, a_member, a_submission

pytestmark = pytest.mark.django_db(transaction=True)


def accept_at_once(submissions: int, threads: int) -> None:
    call = CallFactory()
    clerk = a_member(call.inquiry)
    for _ in range(submissions):
        a_submission(call)
    # As if all were prepared: what is tried here is what comes after.
    Submission.objects.update(status=Status.PREPARED)
    decisions = [
        propose(submission, Act.ACCEPT, by=clerk) for submission in Submission.objects.all()
    ]
    meeting = a_meeting(call.inquiry, by=clerk)

    def decide(decision) -> None:
        try:
            make(decision, meeting=meeting, by=clerk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(decide, decisions))

    numbers = sorted(Submission.objects.values_list("number", flat=True))
    assert numbers == list(range(1, submissions + 1))
    accepted = CustodyEntry.objects.filter(act="moved", detail__after="accepted")
    assert accepted.count() == submissions
    assert not accepted.values("subject_id").annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert verify().whole


def test_forty_acceptances_by_eight_clerks_get_distinct_numbers():
    accept_at_once(40, 8)


@pytest.mark.campaign
def test_five_hundred_acceptances_by_sixteen_clerks_get_distinct_numbers():
    accept_at_once(500, 16)


def test_second_of_two_clerks_deciding_at_once_gets_an_error():
    call = CallFactory()
    clerk = a_member(call.inquiry)
    a_submission(call)
    Submission.objects.update(status=Status.PREPARED)
    decision = propose(Submission.objects.get(), Act.ACCEPT, by=clerk)
    meeting = a_meeting(call.inquiry, by=clerk)
    start, refusals = threading.Barrier(2), []

    def decide(_number: int) -> None:
        start.wait()
        try:
            make(decision, meeting=meeting, by=clerk)
        except EvidenceError as problem:
            refusals.append(str(problem))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(decide, range(2)))

    (refusal,) = refusals
    assert "has already been decided, replaced or removed" in refusal
    with transaction.atomic():
        assert Submission.objects.get().number == 1
