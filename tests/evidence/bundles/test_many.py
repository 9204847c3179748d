"""Many bundles: identical ones are built once, and cancelled ones leave nothing."""

import errno
import hashlib
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.files.storage import storages

from evidence.bundles.build import build as building
from evidence.bundles.build.build import CancelledError, build
from evidence.bundles.build.workspace import DiskFullError, clear_leftovers, disk_full_errors
from evidence.bundles.downloads import issue
from evidence.bundles.export.deterministic_zip import Zipped
from evidence.bundles.models import Bundle
from evidence.bundles.requests import build_again, cancel, freeze
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.errors import NotPermittedError, NotReadyError
from evidence.files.storage import UNFINISHED, archive
from evidence.jobs.models import Job
from evidence.jobs.queue import claim_turn
from evidence.stored_files.garbage_collection import StorageTransaction
from evidence.tasks.run import run_job
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import (
    a_bundle,
    built_bundle,
    content,
    file_names_in_storage,
    one_submission,
)
from tests.factories import a_member
from tests.shared_data import made_once, part

pytestmark = pytest.mark.django_db
_world = made_once(one_submission)
call, clerk, submission = part("call"), part("clerk"), part("submission")


def worked_in() -> list[Path]:
    return list(Path(settings.WORK_DIR).glob("*"))


def state(bundle: Bundle) -> str:
    bundle.refresh_from_db()
    return bundle.state


# --- The same for several --------------------------------------------------------------------


def test_identical_bundle_asked_for_twice_is_built_once(call, clerk, bundle, work, monkeypatch):
    first = built_bundle(bundle, work)
    officer = a_member(call.inquiry, Role.OPERATIONS)
    second = freeze(call.inquiry, Specification(title="Pack"), by=officer)
    monkeypatch.setattr(building, "bind", None)

    built_bundle(second, work)

    assert (second.pdf_sha256, second.zip_sha256) == (first.pdf_sha256, first.zip_sha256)
    assert second.numbers == first.numbers
    assert list(second.items.values_list("first_page", "last_number")) == list(
        first.items.values_list("first_page", "last_number")
    )
    assert [issue(second, form=form, by=officer).size for form in ("pdf", "sig")]
    assert not first.downloads.exists()
    assert CustodyEntry.objects.filter(act="bundle built", subject_id=str(second.pk)).count() == 1


def test_reusing_an_identical_bundle_does_not_reveal_its_maker(call, clerk, bundle, work):
    built_bundle(bundle, work)
    officer = a_member(call.inquiry, Role.OPERATIONS)
    second = built_bundle(freeze(call.inquiry, Specification(title="Pack"), by=officer), work)

    assert list(Bundle.objects.visible_to(officer)) == [second]


def test_bundle_with_other_contents_is_built_separately(call, clerk, bundle, work):
    first = built_bundle(bundle, work)

    assert a_bundle(call, clerk, work, tabs=True).pdf_sha256 != first.pdf_sha256


@pytest.mark.parametrize("harm", ["gone", "key"])
def test_missing_files_and_files_signed_by_a_lost_key_are_not_reused(
    harm, call, clerk, bundle, work, settings, monkeypatch
):
    first = built_bundle(bundle, work)
    if harm == "gone":
        archive().remove(first.zip_sha256)
    else:
        settings.SIGNING_KEY = Ed25519PrivateKey.generate()

    second = a_bundle(call, clerk, work)

    assert second.pdf_sha256 == first.pdf_sha256
    assert content(second.zip_sha256)
    assert (second.zip_sha256 == first.zip_sha256) is (harm == "gone")


def test_cancelling_the_building_bundle_lets_the_identical_one_build(call, clerk, bundle, work):
    other = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    claim = claim_turn()
    assert claim_turn() is None
    first, second = sorted((bundle, other), key=lambda candidate: candidate.pk != claim.subject_id)
    cancel(first, by=clerk)
    with pytest.raises(CancelledError):
        build(first, within=claim.settle)
    with claim.settle():
        pass

    assert built_bundle(second, work).pages


# --- Cancelled -------------------------------------------------------------------------------


def test_waiting_bundle_can_be_cancelled(bundle, clerk, work):
    cancel(bundle, by=clerk)
    cancel(bundle, by=clerk)

    assert work() == 0
    assert state(bundle) == "cancelled"
    assert CustodyEntry.objects.filter(act="bundle cancelled").count() == 1


@pytest.mark.parametrize("at", [0, 95, 98])
def test_running_bundle_stops_at_its_next_report_and_leaves_nothing(bundle, clerk, at, monkeypatch):
    before = file_names_in_storage()

    def report(claim, done, of, message):
        if done >= at:
            cancel(Bundle.objects.get(pk=bundle.pk), by=clerk)

    monkeypatch.setattr("evidence.jobs.queue.Claim.report", report)
    run_job(Job.objects.get(subject_id=bundle.pk).pk)

    assert state(bundle) == "cancelled"
    assert file_names_in_storage() == before
    assert worked_in() == []
    assert not bundle.files.exists()
    assert not Job.objects.unsettled().filter(name="build_bundle").exists()


def test_bundle_cancelled_at_the_last_moment_is_not_ready(bundle, clerk, monkeypatch):
    before, real = file_names_in_storage(), StorageTransaction.put

    def put(self, chunks):
        cancel(Bundle.objects.get(pk=bundle.pk), by=clerk)
        return real(self, chunks)

    monkeypatch.setattr(StorageTransaction, "put", put)
    with pytest.raises(CancelledError):
        build(bundle)

    assert state(bundle) == "cancelled"
    assert file_names_in_storage() == before


def test_ready_bundle_cannot_be_cancelled(bundle, clerk, work):
    built_bundle(bundle, work)

    with pytest.raises(NotReadyError, match="the bundle is ready"):
        cancel(bundle, by=clerk)
    assert state(bundle) == "ready"


def test_cancelled_bundle_can_be_built_again_even_while_stopping(bundle, clerk, work):
    claim = claim_turn()
    cancel(bundle, by=clerk)
    build_again(bundle, by=clerk)
    with claim.settle():
        pass

    assert built_bundle(bundle, work).pages


def test_only_the_requester_or_a_clerk_cancels(bundle, call, submission):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    with pytest.raises(NotPermittedError):
        cancel(bundle, by=officer)
    own = freeze(call.inquiry, Specification(title="Mine"), by=officer)
    cancel(own, by=officer)
    another = freeze(call.inquiry, Specification(title="Mine"), by=officer)
    cancel(another, by=a_member(call.inquiry))

    assert [state(candidate) for candidate in (bundle, own, another)] == [
        "asked",
        "cancelled",
        "cancelled",
    ]


# --- No room ---------------------------------------------------------------------------------


@pytest.mark.parametrize("after", range(6))
def test_full_store_is_reported_and_stays_intact(bundle, clerk, work, after, monkeypatch):
    """The disk is full at the first, second… thing that is written there: a file or its name."""
    before, real, puts = file_names_in_storage(), os.fsync, []

    def full(handle):
        puts.append(handle)
        if len(puts) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr("evidence.files.storage.os.fsync", full)
    work()
    assert state(bundle) == "failed"
    assert bundle.reason.startswith("There is not enough room on the disk to make this bundle.")
    assert file_names_in_storage() == before
    assert worked_in() == []

    monkeypatch.setattr("evidence.files.storage.os.fsync", real)
    build_again(bundle, by=clerk)
    built_bundle(bundle, work)
    assert all(
        hashlib.sha256(content(name)).hexdigest() == name for name in file_names_in_storage()
    )


def test_leftovers_of_dead_workers_are_cleared(bundle, work):
    left = Path(settings.WORK_DIR) / f"{bundle.pk}-left"
    left.mkdir(parents=True)
    (left / "volume-1.pdf").write_bytes(b"%PDF")
    built_bundle(bundle, work)
    assert worked_in() == []

    now, old = Path(settings.WORK_DIR) / "now", Path(settings.WORK_DIR) / "old"
    half = Path(storages["archive"].location) / f"{UNFINISHED}half"
    for path in (now, old):
        path.mkdir()
    half.write_bytes(b"%PDF")
    for path in (old, half):
        os.utime(path, (0, 0))
    clear_leftovers()

    assert worked_in() == [now]
    assert not half.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda full: full.write_bytes(b"%PDF"),
        lambda full: Zipped(full).__exit__(),
    ],
)
def test_every_writer_reports_a_full_disk(write):
    """`/dev/full` is a disk without room."""
    with pytest.raises(DiskFullError, match="not enough room"), disk_full_errors():
        write(Path("/dev/full"))


def test_other_errors_are_not_reported_as_a_full_disk(tmp_path):
    with pytest.raises(FileNotFoundError), disk_full_errors():
        (tmp_path / "none" / "x").write_bytes(b"")
