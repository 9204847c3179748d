"""Stored files that no row refers to are removed; no other files are."""

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
from tests.evidence.bundles.bundle_builders import built_bundle, file_names_in_storage
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
def test_files_of_a_bundle_cancelled_after_its_worker_died_are_removed(
    bundle, clerk, work, monkeypatch
):
    before = file_names_in_storage()
    killed_before_it_settles("build_bundle", monkeypatch)
    assert len(file_names_in_storage() - before) == 4
    cancel(bundle, by=clerk)

    a_day_later(work)

    assert file_names_in_storage() == before
    assert not UncommittedFile.objects.exists()


@killed
def test_files_stay_while_the_worker_may_still_be_running(bundle, clerk, work, monkeypatch):
    killed_before_it_settles("build_bundle", monkeypatch)
    cancel(bundle, by=clerk)
    there = file_names_in_storage()

    ask("tidy", TIDY)
    work()

    assert file_names_in_storage() == there


@killed
def test_file_named_by_another_row_stays(bundle, call, clerk, work, monkeypatch):
    killed_before_it_settles("build_bundle", monkeypatch)
    cancel(bundle, by=clerk)
    there = file_names_in_storage()
    other = built_bundle(freeze(call.inquiry, Specification(title="Pack"), by=clerk), work)

    a_day_later(work)

    assert file_names_in_storage() == there
    assert all(archive().has(file.sha256) for file in other.files.all())


@killed
def test_rebuilding_keeps_the_files(bundle, clerk, work, monkeypatch):
    killed_before_it_settles("build_bundle", monkeypatch)
    cancel(bundle, by=clerk)
    build_again(bundle, by=clerk)
    built_bundle(bundle, work)

    a_day_later(work)

    assert all(archive().has(file.sha256) for file in bundle.files.all())
    assert not UncommittedFile.objects.exists()


@killed
def test_file_of_an_abandoned_numbered_copy_is_removed(bundle, clerk, work, monkeypatch):
    built_bundle(bundle, work)
    before = file_names_in_storage()
    copy = issue_copies(bundle, [Recipient("A")], by=clerk)[0]
    killed_before_it_settles("build_copy", monkeypatch)
    assert len(file_names_in_storage() - before) == 1
    withdraw_copy(copy, why="A mistake", by=clerk)
    Job.objects.filter(name="build_copy").update(state=Job.State.HELD, token=None)
    NumberedCopy.objects.update(state=NumberedCopy.State.FAILED)

    a_day_later(work)

    assert file_names_in_storage() == before


@killed
def test_file_of_an_abandoned_bag_is_removed(call, clerk, submission, work, monkeypatch):
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    before = file_names_in_storage()
    ask_for(call.inquiry, by=clerk)
    killed_before_it_settles("archive_bag", monkeypatch)
    assert len(file_names_in_storage() - before) == 1
    Job.objects.filter(name="archive_bag").update(state=Job.State.HELD, token=None)

    a_day_later(work)

    assert file_names_in_storage() == before


# --- One that is not -----------------------------------------------------------------------------


def test_committed_files_leave_no_pending_record(bundle, work):
    built_bundle(bundle, work)

    assert not UncommittedFile.objects.exists()


def put_and_fail(problem: Exception) -> None:
    with StorageTransaction() as store:
        store.put([b"one"])
        raise problem


def test_failed_transaction_removes_its_files_at_once():
    with pytest.raises(OSError, match="full"):
        put_and_fail(OSError("full"))

    assert file_names_in_storage() == set()
    assert not UncommittedFile.objects.exists()


def test_worker_that_lost_its_job_does_not_remove_files_of_the_new_owner():
    with pytest.raises(LeaseLostError):
        put_and_fail(LeaseLostError())

    assert file_names_in_storage() == {UncommittedFile.objects.get().sha256}


def test_commit_notices_a_file_removed_since_it_was_stored(work):
    with StorageTransaction() as store:
        stored = store.put([b"one"])
        a_day_later(work)
        with pytest.raises(RetryLaterError):
            hold_in_storage([stored.sha256])


def test_files_stored_for_other_reasons_are_ignored(work):
    stored = put_bytes(archive(), b"nobody's, but nobody said it was on its way")

    a_day_later(work)

    assert archive().has(stored.sha256)


def test_garbage_collection_works_in_a_bucket(work, settings, monkeypatch):
    with serving_s3() as endpoint, stores_in_a_bucket(settings, monkeypatch, endpoint):
        with pytest.raises(LeaseLostError):
            put_and_fail(LeaseLostError())
        left = UncommittedFile.objects.get().sha256
        assert archive().has(left)

        a_day_later(work)

        assert not archive().has(left)
