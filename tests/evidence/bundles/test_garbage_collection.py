"""What was put in storage and came to belong to nothing is taken off again; nothing else is."""

import datetime

import pytest
from django.utils import timezone

from evidence.bundles.archive_transfer.jobs import ask_for
from evidence.bundles.models import NumberedCopy
from evidence.bundles.numbered_copies import Recipient, issue_copies, withdraw_copy
from evidence.bundles.requests import build_again, cancel, freeze
from evidence.bundles.specification import Specification
from evidence.decisions.models import Act
from evidence.errors import RetryLaterError
from evidence.files.storage import archive, put_bytes
from evidence.jobs.models import Job
from evidence.jobs.queue import LeaseLostError, ask
from evidence.stored_files.garbage_collection import StorageTransaction, hold_in_storage
from evidence.stored_files.models import UncommittedFile
from evidence.tasks.registry import TIDY
from evidence.tasks.run import run_job
from tests.evidence.bundles.bundle_builders import made, shelved
from tests.factories import decide
from tests.process_kill import die, killed_in
from tests.s3_server import serving_s3, stores_in_a_bucket

pytestmark = pytest.mark.django_db
# What a process of its own writes is there for the test.
killed = pytest.mark.django_db(transaction=True)
LONG_AGO = datetime.timedelta(days=2)


def killed_before_it_settles(name: str, monkeypatch) -> None:
    """All files are in storage, and no row says so."""
    job = Job.objects.get(name=name, state=Job.State.WAITING)
    with monkeypatch.context() as patch:
        patch.setattr("evidence.jobs.queue.Claim.settle", die)
        killed_in(lambda: run_job(job.pk))
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())


def a_day_later(work) -> None:
    UncommittedFile.objects.update(at=timezone.now() - LONG_AGO)
    ask("tidy", TIDY)
    work()


# --- A worker that is killed ---------------------------------------------------------------------


@killed
def test_files_of_a_bundle_that_was_cancelled_after_its_worker_was_killed_are_taken_off(
    bundle, clerk, work, monkeypatch
):
    before = shelved()
    killed_before_it_settles("build_bundle", monkeypatch)
    assert len(shelved() - before) == 4
    cancel(bundle, by=clerk)

    a_day_later(work)

    assert shelved() == before
    assert not UncommittedFile.objects.exists()


@killed
def test_while_the_worker_may_still_be_there_they_stay(bundle, clerk, work, monkeypatch):
    killed_before_it_settles("build_bundle", monkeypatch)
    cancel(bundle, by=clerk)
    there = shelved()

    ask("tidy", TIDY)
    work()

    assert shelved() == there


@killed
def test_a_file_that_another_row_names_stays(bundle, call, clerk, work, monkeypatch):
    killed_before_it_settles("build_bundle", monkeypatch)
    cancel(bundle, by=clerk)
    there = shelved()
    other = made(freeze(call.inquiry, Specification(title="Pack"), by=clerk), work)

    a_day_later(work)

    assert shelved() == there
    assert all(archive().has(file.sha256) for file in other.files.all())


@killed
def test_whoever_makes_it_again_after_all_keeps_the_files(bundle, clerk, work, monkeypatch):
    killed_before_it_settles("build_bundle", monkeypatch)
    cancel(bundle, by=clerk)
    build_again(bundle, by=clerk)
    made(bundle, work)

    a_day_later(work)

    assert all(archive().has(file.sha256) for file in bundle.files.all())
    assert not UncommittedFile.objects.exists()


@killed
def test_the_file_of_a_copy_that_comes_to_nothing_is_taken_off(bundle, clerk, work, monkeypatch):
    made(bundle, work)
    before = shelved()
    copy = issue_copies(bundle, [Recipient("A")], by=clerk)[0]
    killed_before_it_settles("build_copy", monkeypatch)
    assert len(shelved() - before) == 1
    withdraw_copy(copy, why="A mistake", by=clerk)
    Job.objects.filter(name="build_copy").update(state=Job.State.HELD, token=None)
    NumberedCopy.objects.update(state=NumberedCopy.State.FAILED)

    a_day_later(work)

    assert shelved() == before


@killed
def test_the_file_of_a_bag_that_comes_to_nothing_is_taken_off(
    call, clerk, submission, work, monkeypatch
):
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    before = shelved()
    ask_for(call.inquiry, by=clerk)
    killed_before_it_settles("archive_bag", monkeypatch)
    assert len(shelved() - before) == 1
    Job.objects.filter(name="archive_bag").update(state=Job.State.HELD, token=None)

    a_day_later(work)

    assert shelved() == before


# --- One that is not -----------------------------------------------------------------------------


def test_what_was_made_and_settled_leaves_no_note(bundle, work):
    made(bundle, work)

    assert not UncommittedFile.objects.exists()


def put_and_fail(problem: Exception) -> None:
    with StorageTransaction() as store:
        store.put([b"one"])
        raise problem


def test_where_something_goes_wrong_all_is_taken_off_at_once():
    with pytest.raises(OSError, match="full"):
        put_and_fail(OSError("full"))

    assert shelved() == set()
    assert not UncommittedFile.objects.exists()


def test_a_worker_that_lost_its_job_takes_nothing_from_who_has_it_now():
    with pytest.raises(LeaseLostError):
        put_and_fail(LeaseLostError())

    assert shelved() == {UncommittedFile.objects.get().sha256}


def test_what_is_put_there_while_it_is_taken_off_is_noticed_by_whoever_settles(work):
    with StorageTransaction() as store:
        stored = store.put([b"one"])
        a_day_later(work)
        with pytest.raises(RetryLaterError):
            hold_in_storage([stored.sha256])


def test_what_lies_on_a_store_for_other_reasons_is_not_looked_at(work):
    stored = put_bytes(archive(), b"nobody's, but nobody said it was on its way")

    a_day_later(work)

    assert archive().has(stored.sha256)


def test_in_a_bucket_it_is_the_same(work, settings, monkeypatch):
    with serving_s3() as endpoint, stores_in_a_bucket(settings, monkeypatch, endpoint):
        with pytest.raises(LeaseLostError):
            put_and_fail(LeaseLostError())
        left = UncommittedFile.objects.get().sha256
        assert archive().has(left)

        a_day_later(work)

        assert not archive().has(left)
