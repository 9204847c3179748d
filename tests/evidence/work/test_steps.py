"""The queue in the database: a step is done once, whoever dies, and never by two."""

import datetime
import threading
import uuid

import pytest
from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone

from evidence.house import prepare as preparing
from evidence.intake.examine import try_again
from evidence.lifecycle import Status
from evidence.tasks.run import run_job
from evidence.work import doorbell
from evidence.work.claim import ClaimLost, ask, claim
from evidence.work.models import Step
from evidence.work.reconcile import Reconciler
from tests.factories import a_member, a_piece
from tests.jobs import without_pauses

pytestmark = pytest.mark.django_db


@pytest.fixture
def step() -> Step:
    ask("examine", uuid.uuid4())
    return Step.objects.get()


def lease_has_run_out(step: Step) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    Step.objects.filter(pk=step.pk).update(lease_until=past)


def test_of_two_workers_one_gets_the_step(step):
    assert claim(step.pk) is not None
    assert claim(step.pk) is None


def test_the_attempt_is_counted_before_the_work(step):
    claim(step.pk)

    step.refresh_from_db()
    assert (step.state, step.attempts) == (Step.State.RUNNING, 1)


def test_a_step_whose_worker_died_is_taken_again(step):
    claim(step.pk)
    lease_has_run_out(step)

    again = claim(step.pk)

    assert again is not None
    assert again.attempt == 2


def test_a_worker_that_was_thought_dead_changes_nothing(step):
    first = claim(step.pk)
    lease_has_run_out(step)
    second = claim(step.pk)

    with pytest.raises(ClaimLost), first.settle():
        ask("prepare", uuid.uuid4())

    assert not Step.objects.filter(verb="prepare").exists()
    with second.settle():
        pass
    step.refresh_from_db()
    assert step.state == Step.State.DONE


def test_a_step_asked_for_while_it_runs_is_due_once_more(step):
    held = claim(step.pk)
    ask("examine", step.subject_id)

    with held.settle():
        pass

    step.refresh_from_db()
    assert step.state == Step.State.WAITING


def test_asking_twice_while_it_waits_makes_one_step(step):
    ask("examine", step.subject_id)

    assert Step.objects.count() == 1


def test_progress_is_written_and_the_lease_renewed(step):
    held = claim(step.pk)
    lease_has_run_out(step)

    held.report(3, 12, "Contents")

    step.refresh_from_db()
    assert (step.done, step.of, step.doing, step.percent) == (3, 12, "Contents", 25)
    assert step.lease_until > timezone.now()


def test_a_step_that_fails_waits_before_the_next_try(step):
    claim(step.pk).put_back("It failed.", after=datetime.timedelta(seconds=1))

    step.refresh_from_db()
    assert step.state == Step.State.WAITING
    assert step.due_at > timezone.now()
    assert claim(step.pk) is None


def test_a_broker_that_is_down_is_no_error(step, settings, monkeypatch):
    def unreachable(*_args, **_options):
        raise doorbell.OperationalError("nobody there")

    settings.DOORBELL = True
    monkeypatch.setattr(current_app._get_current_object(), "send_task", unreachable)

    doorbell.ring(step.pk, step.verb)


def test_every_thread_rings_with_the_application_of_the_project():
    """A thread of the web server must not ring a broker of Celery's own choosing."""
    seen = []
    thread = threading.Thread(target=lambda: seen.append(current_app.main))
    thread.start()
    thread.join()

    assert seen == ["inquiry"]


def test_the_reconciler_rings_for_what_is_due_and_not_twice_at_once(step, monkeypatch):
    rung = []
    monkeypatch.setattr("evidence.work.reconcile.ring", lambda pk, _verb, **_more: rung.append(pk))
    reconciler = Reconciler(every=1000)

    reconciler.look()
    reconciler.look()

    assert rung == [step.pk]


def test_working_twice_is_the_same_as_working_once(work):
    piece = a_piece()
    step = Step.objects.get(verb="examine")

    run_job(step.pk)
    run_job(step.pk)

    assert [move.after for move in piece.moves.all()] == [Status.RECEIVED, Status.CHECKED]


def test_a_document_that_breaks_its_step_is_held_and_others_pass(work, monkeypatch, settings):
    poison, sound = a_piece(text="poison"), a_piece(text="sound")
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
    assert "3 times" in finding.words
    assert "MemoryError" in finding.words

    monkeypatch.setattr(preparing, "_prepare", real)
    try_again(poison, by=a_member(poison.inquiry))
    work()
    poison.refresh_from_db()
    assert poison.status == Status.PREPARED


def test_a_running_step_has_a_token_and_a_lease(step):
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(pk=step.pk).update(state=Step.State.RUNNING)
