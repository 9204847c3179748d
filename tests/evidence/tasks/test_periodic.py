"""Jobs that must happen in time become due again, even if their rows were lost."""

import datetime

import pytest
from celery import current_app
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from evidence.bundles.schedules.models import Schedule
from evidence.bundles.schedules.run import make_by_itself
from evidence.bundles.spec.saved import keep
from evidence.bundles.specification import Specification
from evidence.drafts import access as opening
from evidence.drafts import save_answers
from evidence.drafts.models import Draft
from evidence.jobs import poller
from evidence.jobs.models import Job, Worker
from evidence.jobs.poller import Poller
from evidence.jobs.queue import ask
from evidence.jobs.workers import seen_lately, sign_of_life, sign_off
from evidence.letters.models import Letter
from evidence.tasks import celery_tasks
from evidence.tasks.periodic import NEVER_GIVEN_UP, keep_due
from evidence.tasks.registry import JOBS, TIDY
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_due(work):
    """A form with an address, a schedule, the daily tidying; and a letter on its way."""
    call = CallFactory(closes_at=timezone.now() + datetime.timedelta(days=5))
    draft, _code = opening.start(call, language="en-gb")
    save_answers.keep(draft, "contact", {"email": "begun@example.org", "may_email": "yes"})
    clerk = a_member(call.inquiry)
    kept = keep(call.inquiry, Specification(title="Each day"), "Each day", shared=False, by=clerk)
    make_by_itself(kept, at=datetime.time(18), by=clerk)
    ask("tidy", TIDY, at=timezone.now() + datetime.timedelta(days=1))
    return draft


def due() -> dict[str, datetime.datetime]:
    return {job.name: job.due_at for job in Job.objects.filter(state=Job.State.WAITING)}


def lose(how: str) -> None:
    if how == "lost":
        Job.objects.all().delete()
    else:
        Job.objects.update(state=how, finished_at=timezone.now())


def test_jobs_already_due_are_unchanged(everything_due):
    before = list(Job.objects.order_by("pk").values())

    keep_due()
    keep_due()

    assert list(Job.objects.order_by("pk").values()) == before


def test_lost_job_rows_are_recreated_for_their_time(everything_due):
    before = due()
    lose("lost")

    keep_due()

    after = due()
    assert set(after) == set(before) == {"expire", "remind", "by_clock", "tidy"}
    for name in ("expire", "remind", "by_clock"):
        assert after[name] == before[name], name
    assert after["tidy"] <= timezone.now()


def test_given_up_job_rows_are_due_at_once(everything_due):
    lose("held")

    keep_due()

    assert set(due()) == {"expire", "remind", "by_clock", "tidy"}
    assert max(due().values()) <= timezone.now()


def test_only_promised_jobs_are_never_given_up():
    assert set(NEVER_GIVEN_UP) == {"expire", "clear_bundle", "remind", "by_clock", "tidy"}


def test_files_of_a_sent_form_are_cleared_once(work):
    submission = a_submission()
    draft, _code = opening.start(submission.call, language="en-gb")
    Draft.objects.filter(pk=draft.pk).update(submission=submission)
    Job.objects.all().delete()

    keep_due()
    work()
    assert Job.objects.get(name="expire").state == Job.State.DONE
    keep_due()

    assert Job.objects.get(name="expire").state == Job.State.DONE


def test_call_moved_to_close_earlier_expires_its_drafts_earlier(everything_due, work):
    past = timezone.now() - datetime.timedelta(days=31)
    type(everything_due.call).objects.update(
        opens_at=past - datetime.timedelta(days=1), closes_at=past
    )

    keep_due()
    work()

    assert not Draft.objects.exists()


def test_witness_is_not_reminded_twice(everything_due, work):
    Draft.objects.update(reminded_at=timezone.now())
    Job.objects.all().delete()

    keep_due()

    assert "remind" not in due()


def test_stopped_schedule_is_not_recreated(everything_due):
    Schedule.objects.update(stopped=True)
    Job.objects.all().delete()

    keep_due()

    assert "by_clock" not in due()


def test_released_letter_whose_job_row_was_lost_is_sent(work):
    a_submission(email="new@example.org")
    Job.objects.filter(name="send_letter").delete()

    keep_due()
    work()

    assert Letter.objects.get().state == Letter.State.SENT


def test_periodic_upkeep_runs_at_start_and_while_polling(everything_due, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(poller.time, "monotonic", lambda: moment[0])
    polling_thread = Poller(every=1000, upkeep=keep_due)
    lose("lost")
    polling_thread.poll()
    assert "tidy" in due()

    lose("held")
    polling_thread.poll()
    assert due() == {}
    moment[0] += poller.UPKEEP_SECONDS
    polling_thread.poll()

    assert set(due()) == {"expire", "remind", "by_clock", "tidy"}


def test_poller_of_a_worker_runs_the_periodic_upkeep(monkeypatch):
    started = []

    def start(polling_thread: Poller) -> None:
        started.append(polling_thread)

    monkeypatch.setattr(Poller, "start", start)
    monkeypatch.setattr(celery_tasks, "get_ready", lambda: None)
    monkeypatch.setattr(celery_tasks, "_pollers", [])

    celery_tasks._start_poller()

    (polling_thread,) = started
    assert polling_thread._upkeep is keep_due


@pytest.mark.parametrize(
    "problem",
    [OperationalError("locked"), InterfaceError("connection already closed"), RuntimeError("x")],
)
def test_failing_part_of_a_poll_is_retried_and_does_not_stop_the_rest(problem, monkeypatch):
    calls = []

    def fails() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise problem

    monkeypatch.setattr(poller.connection, "close", lambda: None)
    notified = []
    monkeypatch.setattr(poller, "notify", lambda pk, _name, **_more: notified.append(pk))
    ask("tidy", TIDY)
    polling_thread = Poller(every=1000, upkeep=fails)

    polling_thread.poll()
    polling_thread.poll()
    polling_thread.poll()

    assert len(calls) == 2
    assert len(notified) == 1
    assert seen_lately(timezone.now()) == 1


def test_workers_report_heartbeats_and_old_ones_are_deleted(monkeypatch):
    first, second = Poller(every=1000), Poller(every=1000)
    first.poll()
    second.poll()
    assert seen_lately(timezone.now()) == 2
    Worker.objects.filter(pk=first.worker_id).update(
        seen_at=timezone.now() - datetime.timedelta(hours=2)
    )
    assert seen_lately(timezone.now()) == 1

    sign_of_life(second.worker_id)
    assert Worker.objects.get().pk == second.worker_id
    sign_off(second.worker_id)

    assert not Worker.objects.exists()


def test_celery_has_a_task_for_every_job():
    assert {f"evidence.tasks.{name}" for name in JOBS} <= set(current_app.tasks)
