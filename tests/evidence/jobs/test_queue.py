"""The queue in the database: each job is done once, even if workers die."""

import datetime
import threading
import uuid

import pytest
from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone

from evidence.documents import prepare as preparing
from evidence.intake.examine import try_again
from evidence.jobs import broker
from evidence.jobs.models import MOST_PATIENT, Job
from evidence.jobs.poller import Poller
from evidence.jobs.queue import IDLE, LeaseLostError, ask, claim_job
from evidence.lifecycle import Status
from evidence.tasks.run import run_job
from tests.factories import a_member, a_submission
from tests.jobs import without_pauses

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    ask("examine", uuid.uuid4())
    return Job.objects.get()


def lease_has_run_out(job: Job) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(lease_until=past)


def test_one_of_two_workers_gets_the_job(job):
    assert claim_job(job.pk) is not None
    assert claim_job(job.pk) is None


def test_attempt_is_counted_before_the_work(job):
    claim_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.RUNNING, 1)


def test_job_whose_worker_died_is_claimed_again(job):
    claim_job(job.pk)
    lease_has_run_out(job)

    again = claim_job(job.pk)

    assert again is not None
    assert again.attempt == 2


def test_worker_whose_lease_ran_out_changes_nothing(job):
    first = claim_job(job.pk)
    lease_has_run_out(job)
    second = claim_job(job.pk)

    with pytest.raises(LeaseLostError), first.settle():
        ask("prepare", uuid.uuid4())

    assert not Job.objects.filter(name="prepare").exists()
    with second.settle():
        pass
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_job_asked_for_while_it_runs_is_due_once_more(job):
    claim = claim_job(job.pk)
    ask("examine", job.subject_id)

    with claim.settle():
        pass

    job.refresh_from_db()
    assert job.state == Job.State.WAITING


def test_waiting_job_asked_for_twice_is_one_job(job):
    ask("examine", job.subject_id)

    assert Job.objects.count() == 1


def test_progress_is_saved_and_the_lease_renewed(job):
    claim = claim_job(job.pk)
    lease_has_run_out(job)

    claim.report(3, 12, "Contents")

    job.refresh_from_db()
    assert (job.done, job.total, job.message, job.percent) == (3, 12, "Contents", 25)
    assert job.lease_until > timezone.now()


def test_failed_job_waits_before_the_next_try(job):
    claim_job(job.pk).put_back("It failed.", after=datetime.timedelta(seconds=1))

    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    assert job.due_at > timezone.now()
    assert claim_job(job.pk) is None


def test_missing_broker_is_no_error(job, settings, monkeypatch):
    def unreachable(*_args, **_options):
        raise broker.OperationalError("nobody there")

    settings.NOTIFY_BROKER = True
    monkeypatch.setattr(current_app._get_current_object(), "send_task", unreachable)

    broker.notify(job.pk, job.name)


def test_every_thread_notifies_with_the_celery_application_of_the_project():
    """A thread of the web server must not notify a broker of Celery's own choosing."""
    applications = []
    thread = threading.Thread(target=lambda: applications.append(current_app.main))
    thread.start()
    thread.join()

    assert applications == ["inquiry"]


def test_poller_notifies_of_due_jobs_once_per_interval(job, monkeypatch):
    notified = []
    monkeypatch.setattr(
        "evidence.jobs.poller.notify", lambda pk, _name, **_more: notified.append(pk)
    )
    poller = Poller(every=1000)

    poller.look()
    poller.look()

    assert notified == [job.pk]


def test_running_a_job_twice_equals_running_it_once(work):
    submission = a_submission()
    job = Job.objects.get(name="examine")

    run_job(job.pk)
    run_job(job.pk)

    assert [move.after for move in submission.moves.all()] == [Status.RECEIVED, Status.CHECKED]


def test_document_that_breaks_its_job_is_held_and_others_pass(work, monkeypatch, settings):
    poison, sound = a_submission(text="poison"), a_submission(text="sound")
    real = preparing._prepare

    def breaks(submission, attachment):
        if submission.pk == poison.pk:
            raise MemoryError
        return real(submission, attachment)

    monkeypatch.setattr(preparing, "_prepare", breaks)
    without_pauses(monkeypatch)
    work()

    poison.refresh_from_db()
    sound.refresh_from_db()
    assert (poison.status, sound.status) == (Status.HELD, Status.PREPARED)
    finding = poison.findings.holding().get()
    assert "3 times" in finding.message
    assert "MemoryError" in finding.message

    monkeypatch.setattr(preparing, "_prepare", real)
    try_again(poison, by=a_member(poison.inquiry))
    work()
    poison.refresh_from_db()
    assert poison.status == Status.PREPARED


def test_running_job_has_a_token_and_a_lease(job):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)


def test_idle_job_waits_until_nothing_else_is_due():
    ask("read_scans", uuid.uuid4(), long=IDLE)
    ask("examine", uuid.uuid4())
    idle, short = Job.objects.order_by("pk")
    due = Job.objects.due(timezone.now())

    assert list(due.short(timezone.now())) == [short]
    assert list(due.idle()) == [idle]


def test_idle_job_does_not_wait_for_ever():
    ask("read_scans", uuid.uuid4(), long=IDLE)
    Job.objects.update(due_at=timezone.now() - MOST_PATIENT)

    assert Job.objects.due(timezone.now()).short(timezone.now()).count() == 1


def test_poller_announces_one_idle_job_at_a_time_and_only_when_nothing_else_is_due(monkeypatch):
    announced: list[str] = []
    monkeypatch.setattr(
        "evidence.jobs.poller.notify", lambda _pk, name, **_options: announced.append(name)
    )
    for _ in range(2):
        ask("read_scans", uuid.uuid4(), long=IDLE)
    ask("examine", uuid.uuid4())
    Poller().look()
    assert announced == ["examine"]

    Job.objects.filter(name="examine").update(state=Job.State.DONE)
    Poller().look()
    assert announced == ["examine", "read_scans"]

    claim_job(Job.objects.filter(name="read_scans").first().pk)
    Poller().look()
    assert announced == ["examine", "read_scans"]
