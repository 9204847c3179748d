"""Fair scheduling: small jobs pass, nobody waits for another's many jobs, workers stay free."""

import datetime
import threading
import uuid

import pytest
from django.db import connections
from django.utils import timezone

from evidence.jobs import fair_scheduling
from evidence.jobs.models import Job
from evidence.jobs.poller import Poller
from evidence.jobs.queue import Claim, Long, ask, claim_job, claim_turn, withdraw
from evidence.tasks import run
from evidence.tasks.job_type import Subjects
from tests.jobs import replace_job

pytestmark = pytest.mark.django_db


def a_build(weight: int, *, owner: str = "ann", dedup_key: str = "") -> Job:
    subject = uuid.uuid4()
    ask("build_bundle", subject, long=Long(weight, owner, dedup_key or str(subject)))
    return Job.objects.get(subject_id=subject)


def end(claim: Claim) -> None:
    with claim.settle():
        pass


def set_waiting_seconds(job: Job, seconds: float) -> None:
    at = timezone.now() - datetime.timedelta(seconds=seconds)
    Job.objects.filter(pk=job.pk).update(requested_at=at)


def claim_in_turn(count: int) -> list[int]:
    """Who is taken one after the other, each ended before the next."""
    order = []
    for _ in range(count):
        claim = claim_turn()
        order.append(claim.job_id)
        end(claim)
    return order


def test_smaller_build_goes_first_whichever_was_notified():
    large, small = a_build(50_000), a_build(5)

    assert claim_job(large.pk).job_id == small.pk


def test_large_build_is_not_overtaken_for_ever():
    large = a_build(50_000)
    set_waiting_seconds(large, 50_000 / fair_scheduling.CREDIT + 10)
    a_build(5)

    assert claim_turn().job_id == large.pk


def test_twenty_builds_of_one_person_do_not_delay_the_one_of_another():
    many = [a_build(100, owner="ann") for _ in range(20)]
    other_build = a_build(120, owner="ben")

    assert other_build.pk in claim_in_turn(3)
    assert Job.objects.filter(pk__in=[job.pk for job in many], state="done").count() == 2


def test_builds_of_long_ago_do_not_count_against_their_owner():
    first = a_build(100, owner="ann")
    claim_in_turn(1)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Job.objects.filter(pk=first.pk).update(finished_at=yesterday)
    ann, ben = a_build(50, owner="ann"), a_build(60, owner="ben")

    assert claim_in_turn(2) == [ann.pk, ben.pk]


def test_number_of_builds_at_once_is_limited_and_other_jobs_pass(settings):
    a_build(5), a_build(5)
    ask("examine", uuid.uuid4())
    letter = Job.objects.get(name="examine")

    assert claim_turn() is not None
    assert claim_turn() is None
    assert claim_job(letter.pk).job_id == letter.pk
    settings.BUILDS_AT_ONCE = 2
    assert claim_turn() is not None


def test_build_of_a_dead_worker_frees_its_place_and_is_claimed_again():
    job = a_build(5)
    claim_turn()
    past = timezone.now() - datetime.timedelta(seconds=1)
    Job.objects.update(lease_until=past)

    again = claim_turn()

    assert (again.job_id, again.attempt) == (job.pk, 2)


def test_second_large_build_waits_while_small_ones_run(settings):
    settings.BUILDS_AT_ONCE = 3
    first = a_build(5000)
    assert claim_turn().job_id == first.pk
    second = a_build(4000)
    set_waiting_seconds(second, 10_000)
    small = a_build(5)

    assert claim_turn().job_id == small.pk
    assert claim_turn().job_id == second.pk


def test_identical_builds_do_not_run_at_once(settings):
    settings.BUILDS_AT_ONCE = 2
    first, second = a_build(5, dedup_key="same"), a_build(5, dedup_key="same")

    claim = claim_turn()
    assert claim_turn() is None
    end(claim)

    assert {claim.job_id, claim_turn().job_id} == {first.pk, second.pk}


def test_large_build_lets_much_smaller_ones_pass_while_it_runs():
    a_build(1000)
    claim = claim_turn()
    a_build(900)
    small = a_build(10)

    passing = claim_turn(beside=claim)

    assert passing.job_id == small.pk
    assert claim_turn(beside=claim) is None


def test_large_build_that_waited_long_lets_none_pass():
    large = a_build(1000)
    claim = claim_turn()
    set_waiting_seconds(large, 1000 / fair_scheduling.CREDIT + 10)
    a_build(10, owner="ben")

    assert claim_turn(beside=claim) is None


def test_worker_of_a_large_build_makes_small_ones_in_between(monkeypatch):
    made: list[int] = []
    large = a_build(1000)

    def build(bundle, *, within, report):
        report(1, 2, "half")
        with within():
            made.append(bundle)

    def bundle(_subjects, key):
        if key == large.subject_id:
            a_build(5)
        return Job.objects.get(subject_id=key).pk

    monkeypatch.setattr(run, "OVERTAKE_EVERY_SECONDS", 0)
    monkeypatch.setattr(Subjects, "load", bundle)
    replace_job(monkeypatch, "build_bundle", build)
    run.run_job(large.pk)

    small = Job.objects.exclude(pk=large.pk).get()
    assert made == [small.pk, large.pk]
    assert not Job.objects.unsettled().exists()


def test_withdrawn_build_is_not_claimed():
    job = a_build(5)

    withdraw("build_bundle", job.subject_id)

    assert claim_turn() is None


def test_builds_before_a_waiting_one_are_running_and_earlier_ones():
    first, second, third = a_build(5), a_build(6), a_build(7)
    assert claim_turn().job_id == first.pk

    now = fair_scheduling.long_jobs()

    assert now.before(third) == [first, second]
    assert now.before(second) == [first]


def test_many_waiting_builds_do_not_delay_notifications_of_short_jobs(monkeypatch):
    notified = []
    monkeypatch.setattr("evidence.jobs.poller.notify", lambda _pk, name, **_: notified.append(name))
    for _ in range(30):
        a_build(5)
    ask("examine", uuid.uuid4())
    poller = Poller(every=1000)

    poller.look()
    claim_turn()
    poller.look()

    assert sorted(notified) == ["build_bundle", "examine"]


@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_gets_the_only_place():
    for _ in range(8):
        a_build(5)
    got, start = [], threading.Barrier(6)

    def one_worker() -> None:
        start.wait()
        try:
            got.append(claim_turn())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one_worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([claim for claim in got if claim]) == 1
    assert Job.objects.filter(state="running").count() == 1
