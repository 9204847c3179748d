"""What must happen in time is due again, whatever became of the row that asked for it."""

import datetime

import pytest
from celery import current_app
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from evidence.bundles.clock import make_by_itself
from evidence.bundles.keep import keep
from evidence.bundles.recipe import Recipe
from evidence.bundles.timetable import Schedule
from evidence.drafts import answers
from evidence.drafts import open as opening
from evidence.drafts.models import Draft
from evidence.letters.models import Letter
from evidence.tasks import worker
from evidence.tasks.registry import JOBS, TIDY
from evidence.tasks.upkeep import NEVER_GIVEN_UP, keep_due
from evidence.work import reconcile
from evidence.work.claim import ask
from evidence.work.models import Step, Worker
from evidence.work.reconcile import Reconciler
from evidence.work.workers import seen_lately, sign_of_life, sign_off
from tests.factories import CallFactory, a_member, a_piece

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_due(work):
    """A form with an address, a schedule, the daily tidying; and a letter on its way."""
    call = CallFactory(closes_at=timezone.now() + datetime.timedelta(days=5))
    draft, _code = opening.start(call, language="en-gb")
    answers.keep(draft, "contact", {"email": "begun@example.org", "may_email": "yes"})
    clerk = a_member(call.inquiry)
    kept = keep(call.inquiry, Recipe(title="Each day"), "Each day", shared=False, by=clerk)
    make_by_itself(kept, at=datetime.time(18), by=clerk)
    ask("tidy", TIDY, at=timezone.now() + datetime.timedelta(days=1))
    return draft


def due() -> dict[str, datetime.datetime]:
    return {step.verb: step.due_at for step in Step.objects.filter(state=Step.State.WAITING)}


def lose(how: str) -> None:
    if how == "lost":
        Step.objects.all().delete()
    else:
        Step.objects.update(state=how, finished_at=timezone.now())


def test_what_is_due_stays_as_it_is(everything_due):
    before = list(Step.objects.order_by("pk").values())

    keep_due()
    keep_due()

    assert list(Step.objects.order_by("pk").values()) == before


def test_rows_that_were_lost_come_again_at_their_time(everything_due):
    before = due()
    lose("lost")

    keep_due()

    after = due()
    assert set(after) == set(before) == {"expire", "remind", "by_clock", "tidy"}
    for verb in ("expire", "remind", "by_clock"):
        assert after[verb] == before[verb], verb
    assert after["tidy"] <= timezone.now()


def test_rows_that_were_given_up_are_due_at_once(everything_due):
    lose("held")

    keep_due()

    assert set(due()) == {"expire", "remind", "by_clock", "tidy"}
    assert max(due().values()) <= timezone.now()


def test_what_is_never_given_up_is_what_was_promised():
    assert set(NEVER_GIVEN_UP) == {"expire", "clear_bundle", "remind", "by_clock", "tidy"}


def test_a_form_that_was_sent_has_its_files_cleared_once(work):
    piece = a_piece()
    draft, _code = opening.start(piece.call, language="en-gb")
    Draft.objects.filter(pk=draft.pk).update(submission=piece)
    Step.objects.all().delete()

    keep_due()
    work()
    assert Step.objects.get(verb="expire").state == Step.State.DONE
    keep_due()

    assert Step.objects.get(verb="expire").state == Step.State.DONE


def test_a_call_that_was_made_to_close_earlier_does_not_keep_forms_longer(everything_due, work):
    past = timezone.now() - datetime.timedelta(days=31)
    type(everything_due.call).objects.update(
        opens_at=past - datetime.timedelta(days=1), closes_at=past
    )

    keep_due()
    work()

    assert not Draft.objects.exists()


def test_nobody_is_reminded_twice(everything_due, work):
    Draft.objects.update(reminded_at=timezone.now())
    Step.objects.all().delete()

    keep_due()

    assert "remind" not in due()


def test_a_schedule_that_stopped_does_not_come_again(everything_due):
    Schedule.objects.update(stopped=True)
    Step.objects.all().delete()

    keep_due()

    assert "by_clock" not in due()


def test_a_letter_on_its_way_whose_row_was_lost_is_sent(work):
    a_piece(email="new@example.org")
    Step.objects.filter(verb="send_letter").delete()

    keep_due()
    work()

    assert Letter.objects.get().state == Letter.State.SENT


def test_each_worker_sees_to_it_when_it_starts_and_when_it_polls(everything_due, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(reconcile.time, "monotonic", lambda: moment[0])
    poller = Reconciler(every=1000, upkeep=keep_due)
    lose("lost")
    poller.poll()
    assert "tidy" in due()

    lose("held")
    poller.poll()
    assert due() == {}
    moment[0] += reconcile.UPKEEP_SECONDS
    poller.poll()

    assert set(due()) == {"expire", "remind", "by_clock", "tidy"}


def test_the_poller_of_a_worker_has_the_upkeep(monkeypatch):
    started = []

    def start(poller: Reconciler) -> None:
        started.append(poller)

    monkeypatch.setattr(Reconciler, "start", start)
    monkeypatch.setattr(worker, "get_ready", lambda: None)
    monkeypatch.setattr(worker, "_reconcilers", [])

    worker._start_reconciler()

    (poller,) = started
    assert poller._upkeep is keep_due


@pytest.mark.parametrize(
    "problem",
    [OperationalError("locked"), InterfaceError("connection already closed"), RuntimeError("x")],
)
def test_whatever_fails_in_a_poll_the_rest_of_it_is_done_and_it_is_tried_again(
    problem, monkeypatch
):
    calls = []

    def fails() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise problem

    monkeypatch.setattr(reconcile.connection, "close", lambda: None)
    rung = []
    monkeypatch.setattr(reconcile, "ring", lambda pk, _verb, **_more: rung.append(pk))
    ask("tidy", TIDY)
    poller = Reconciler(every=1000, upkeep=fails)

    poller.poll()
    poller.poll()
    poller.poll()

    assert len(calls) == 2
    assert len(rung) == 1
    assert seen_lately(timezone.now()) == 1


def test_workers_give_signs_of_life_and_those_long_gone_are_forgotten(monkeypatch):
    first, second = Reconciler(every=1000), Reconciler(every=1000)
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
