"""Temporary failures are retried and done once; permanent ones are given up and reported."""

import contextlib
import datetime
import threading
from collections import Counter

import pytest
from django.core import mail
from django.db import OperationalError, connection, connections
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import Act
from evidence.drafts import access as opening
from evidence.drafts import return_codes, save_answers
from evidence.drafts.email_confirmation import ask_for_code
from evidence.drafts.models import Draft
from evidence.files import draft_storage as place
from evidence.jobs import queue as claiming
from evidence.jobs.models import Job
from evidence.jobs.queue import Claim, ask, claim_job
from evidence.jobs.retry import FIVE_DAYS, THREE_TIMES, UNTIL_DONE
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.lifecycle import Status
from evidence.pdf.exceptions import SanitizeError
from evidence.tasks import registry
from evidence.tasks.registry import JOBS, TIDY
from evidence.tasks.run import run_job, work_one
from tests.factories import CallFactory, a_member, a_submission, decide
from tests.jobs import breaks, lease_runs_out, replace_job

pytestmark = pytest.mark.django_db
RETRIED_FOR_DAYS = [name for name, job in JOBS.items() if job.retry is not THREE_TIMES]


def letters() -> Counter:
    """Whom each letter was sent to, and its first words."""
    return Counter((letter.to[0], " ".join(letter.body.split()[:3])) for letter in mail.outbox)


def a_draft(call, *, email: str) -> Draft:
    draft, _code = opening.start(call, language="en-gb")
    save_answers.keep(draft, "contact", {"email": email, "may_email": "yes"})
    Draft.objects.filter(pk=draft.pk).update(confirmed_digest=return_codes.email_digest(email))
    return draft


def a_declined_letter(call, work) -> Letter:
    submission = a_submission(call, email="declined@example.org")
    work()
    decide(submission, Act.DECLINE, by=a_member(call.inquiry))
    return Letter.objects.get(kind=Letter.Kind.DECLINED)


def test_mail_deletion_schedules_and_upkeep_are_retried_for_at_least_three_days():
    assert set(RETRIED_FOR_DAYS) == {
        *("send_letter", "send_link", "send_code", "remind", "expire"),
        *("clear_bundle", "by_clock", "tidy"),
    }
    for name in RETRIED_FOR_DAYS:
        retry = JOBS[name].retry
        assert retry.lasts is None or retry.lasts >= datetime.timedelta(hours=72), name
        assert list(retry.pauses) == sorted(retry.pauses), name
        assert retry.pauses[-1] >= 3600, name


def test_every_letter_is_sent_once_after_mail_was_down_for_two_days(clock, post_office, work):
    call = CallFactory(closes_at=clock.now + datetime.timedelta(days=3))
    letter = a_declined_letter(call, work)
    mail.outbox.clear()
    ask("tidy", TIDY)
    post_office.is_open = False
    a_submission(call, email="new@example.org")
    release(letter, by=a_member(call.inquiry))
    begun = a_draft(call, email="begun@example.org")
    opening.ask_for_link("begun@example.org", language="en-gb", address="127.0.0.1")
    ask_for_code(begun, language="en-gb", address="127.0.0.1")

    clock.let_pass(work, days=2)
    assert letters() == Counter()
    post_office.is_open = True
    clock.let_pass(work, hours=5)

    assert letters() == Counter(
        {
            ("new@example.org", "Thank you. We"): 1,
            ("declined@example.org", "You sent us"): 1,
            ("begun@example.org", "You started something"): 1,
            ("begun@example.org", "You asked for"): 1,
            ("begun@example.org", "Your code is:"): 1,
        }
    )
    assert not Letter.objects.exclude(state=Letter.State.SENT).exists()
    assert CustodyEntry.objects.filter(act="letter sent").count() == Letter.objects.count()
    assert not Job.objects.filter(state=Job.State.HELD).exists()


def test_letter_failing_for_days_says_so_and_can_be_sent_again(clock, post_office, work):
    letter = a_declined_letter(CallFactory(), work)
    mail.outbox.clear()
    clerk = a_member(letter.submission.inquiry)
    post_office.is_open = False
    release(letter, by=clerk)

    clock.let_pass(work, hours=72)
    letter.refresh_from_db()
    assert letter.state == Letter.State.RELEASED
    clock.let_pass(work, days=3)

    letter.refresh_from_db()
    assert letter.state == Letter.State.FAILED
    assert letter.get_state_display() == "Could not be sent"
    job = Job.objects.get(name="send_letter", subject_id=letter.pk)
    assert job.state == Job.State.HELD
    assert "The mail server could not take the letter" in job.reason
    assert (
        CustodyEntry.objects.filter(act="letter not sent", subject_id=str(letter.pk)).count() == 1
    )

    post_office.is_open = True
    release(letter, by=clerk)
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert letters() == Counter({("declined@example.org", "You sent us"): 1})


def test_mail_server_errors_are_not_quoted(clock, post_office, work):
    """Its answer may hold the address."""
    post_office.is_open = False
    a_submission(email="secret@example.org")
    work()

    reasons = set(Job.objects.values_list("reason", flat=True)) - {""}
    assert reasons == {"The mail server could not take the letter (SMTPServerDisconnected)."}


def test_deletion_is_never_given_up(clock, work, monkeypatch):
    draft, _code = opening.start(CallFactory(), language="en-gb")
    real = JOBS["expire"].run
    replace_job(monkeypatch, "expire", breaks)
    clock.let_pass(work, days=60)
    assert Draft.objects.filter(pk=draft.pk).exists()
    job = Job.objects.get(name="expire")
    assert job.state == Job.State.WAITING
    assert job.due_at - clock.now <= datetime.timedelta(hours=4)

    replace_job(monkeypatch, "expire", real)
    clock.let_pass(work, hours=4)

    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_job_waiting_while_everything_was_off_is_tried_and_not_given_up(clock, post_office, work):
    post_office.is_open = False
    a_submission(email="new@example.org")
    work()
    clock.advance(days=10)
    post_office.is_open = True
    work()

    assert letters() == Counter({("new@example.org", "Thank you. We"): 1})


def test_letter_that_kills_its_worker_does_not_kill_all_workers(clock):
    """Counted jobs are given up by then; one that is tried for days pauses between."""
    a_submission(email="new@example.org")
    job = Job.objects.get(name="send_letter")
    kills = 0
    end = clock.now + datetime.timedelta(days=2)
    while clock.now < end:
        taken = claim_job(job.pk)
        assert taken is not None
        if FIVE_DAYS.must_rest(taken):
            taken.put_back("It died.", after=FIVE_DAYS.pause(taken.attempt))
        else:
            kills += 1
        job.refresh_from_db()
        wait = job.due_at - clock.now if job.state == Job.State.WAITING else None
        clock.now += max(wait or datetime.timedelta(seconds=61), datetime.timedelta())

    assert kills < 70
    assert not FIVE_DAYS.is_over(claim_job(job.pk))


def test_job_that_kills_its_worker_for_days_is_given_up(clock, work):
    a_submission(email="new@example.org")
    job = Job.objects.get(name="send_letter")
    claim_job(job.pk)
    clock.advance(days=6)

    work()

    job.refresh_from_db()
    assert job.state == Job.State.HELD
    assert Letter.objects.get().state == Letter.State.FAILED
    assert not mail.outbox


def test_document_jobs_keep_their_three_attempts(clock, work, monkeypatch):
    a_submission()
    replace_job(monkeypatch, "examine", breaks)
    clock.let_pass(work, minutes=3)

    job = Job.objects.get(name="examine")
    assert job.state == Job.State.HELD
    assert job.reason.startswith("This was interrupted or failed 3 times and was stopped.")
    assert "more memory than there is (MemoryError)" in job.reason


def test_crashes_and_failures_count_alike(clock, monkeypatch):
    a_submission()
    job = Job.objects.get(name="examine")
    claim_job(job.pk)
    lease_runs_out()
    replace_job(monkeypatch, "examine", breaks)
    run_job(job.pk)
    clock.advance(seconds=61)
    claim_job(job.pk)
    lease_runs_out()

    assert THREE_TIMES.is_over(claim_job(job.pk))


def test_job_asked_for_again_gets_its_full_retry_time(clock, post_office, work):
    a_submission(email="new@example.org")
    post_office.is_open = False
    clock.let_pass(work, days=4)
    job = Job.objects.get(name="send_letter")
    ask("send_letter", job.subject_id)

    clock.let_pass(work, days=4)

    job.refresh_from_db()
    assert job.state == Job.State.WAITING


def test_waiting_for_the_queue_does_not_include_long_retry_pauses(clock, post_office, work):
    post_office.is_open = False
    a_submission(email="new@example.org")
    clock.let_pass(work, minutes=2)

    assert Job.objects.live().filter(name="send_letter").exists()
    assert not Job.objects.unsettled().exists()


@contextlib.contextmanager
def locked_out():
    """Another program holds the database, or the table of forms, for as long as this lasts."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        own = connections.create_connection("default")
        try:
            with own.cursor() as cursor:
                if own.vendor == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                else:
                    cursor.execute("BEGIN")
                    cursor.execute("LOCK TABLE evidence_draft, evidence_job")
                locked.set()
                done.wait(30)
                cursor.execute("ROLLBACK")
        finally:
            own.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert locked.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join()


def set_short_lock_timeout() -> None:
    """Whoever finds the database locked is told so at once."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 50")
        else:
            cursor.execute("SET lock_timeout = '50ms'")


@pytest.mark.django_db(transaction=True)
def test_draft_deletion_is_retried_after_a_database_lock(work, monkeypatch):
    draft, _code = opening.start(CallFactory(), language="en-gb")
    place.put_bytes(f"{draft.pk.hex}/text", b"Words.")
    past = timezone.now() - datetime.timedelta(days=31)
    type(draft.call).objects.update(opens_at=past, closes_at=past + datetime.timedelta(hours=1))
    Job.objects.update(due_at=timezone.now())
    job = Job.objects.get(name="expire")
    set_short_lock_timeout()
    real = place.remove_all
    with contextlib.ExitStack() as stack:

        def removed_and_then_locked(key: str) -> None:
            real(key)
            stack.enter_context(locked_out())

        monkeypatch.setattr(place, "remove_all", removed_and_then_locked)
        run_job(job.pk)
    monkeypatch.setattr(place, "remove_all", real)
    job.refresh_from_db()
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert job.state == Job.State.RUNNING

    lease_runs_out()
    work()

    assert not Draft.objects.exists()
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_busy_database_does_not_end_the_lease(monkeypatch):
    a_submission()
    claim = claim_job(Job.objects.get(name="examine").pk)
    renewals = []

    def busy(_self) -> None:
        renewals.append(1)
        raise OperationalError("database is locked")

    monkeypatch.setattr(Claim, "renew", busy)
    monkeypatch.setattr(claiming.connection, "close", lambda: None)
    claiming._renew(claim)

    assert renewals


def test_job_without_an_existing_subject_is_done():
    ask("send_letter", TIDY)

    assert work_one()
    assert Job.objects.get().state == Job.State.DONE


def test_failing_part_of_the_upkeep_does_not_stop_the_others(clock, monkeypatch, work):
    done = []
    monkeypatch.setattr(registry, "TIDYING", (breaks, lambda: done.append("second")))
    ask("tidy", TIDY)
    assert work_one()
    job = Job.objects.get()
    assert (done, job.state) == (["second"], Job.State.WAITING)
    assert "MemoryError" in job.reason

    monkeypatch.setattr(registry, "TIDYING", (lambda: done.append("first"),))
    clock.let_pass(work, minutes=1)

    job.refresh_from_db()
    assert done[-1] == "first"
    assert job.due_at - clock.now > datetime.timedelta(hours=23)


def test_job_of_an_unknown_name_waits_for_a_newer_version():
    ask("of-another-version", TIDY)

    assert work_one()
    assert not work_one()
    job = Job.objects.get()
    assert job.state == Job.State.WAITING
    assert job.due_at > timezone.now()


def test_promised_jobs_are_retried_without_limit():
    assert UNTIL_DONE.lasts is None
    assert not UNTIL_DONE.counted


def test_damaged_pdf_is_not_tried_again_as_if_it_would_mend(work, monkeypatch):
    def refuse(*_given, **_options):
        raise SanitizeError("No safe copy of this PDF can be made.")

    submission = a_submission()
    replace_job(monkeypatch, "prepare", refuse)
    work()

    job = Job.objects.get(name="prepare", subject_id=submission.pk)
    assert (job.state, job.attempts) == (Job.State.HELD, 1)
    assert job.reason == "No safe copy of this PDF can be made."
    submission.refresh_from_db()
    assert submission.status == Status.HELD
