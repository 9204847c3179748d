"""Two workers on one bundle, a worker that dies with two bundles, and clock changes."""

import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from evidence.bundles.build import build as building
from evidence.bundles.build.build import build
from evidence.bundles.build.workspace import workshop
from evidence.bundles.models import Bundle, NumberedCopy
from evidence.bundles.numbered_copies import Recipient, build_copy, issue_copies
from evidence.bundles.requests import cancel, freeze
from evidence.bundles.schedules import run
from evidence.bundles.spec.saved import keep
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.jobs.models import Job
from evidence.jobs.queue import Claim, LeaseLostError, claim_turn
from evidence.stored_files.garbage_collection import StorageTransaction
from evidence.stored_files.models import UncommittedFile
from evidence.tasks.run import run_job
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import built_bundle, file_names_in_storage
from tests.factories import a_member
from tests.process_kill import die, killed_in

pytestmark = pytest.mark.django_db


def end_lease() -> None:
    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now())


def claimed_twice() -> tuple[Claim, Claim]:
    """By a worker that was thought dead, and by the one that came after it."""
    slow = claim_turn()
    end_lease()
    quick = claim_turn()
    assert (slow.job_id, slow.attempt, quick.attempt) == (quick.job_id, 1, 2)
    return slow, quick


# --- Two workers at one bundle -------------------------------------------------------------------


@pytest.mark.parametrize("held_up", ["while it binds", "at storage"])
def test_slow_worker_changes_nothing_after_another_finished_its_job(bundle, held_up, monkeypatch):
    slow, quick = claimed_twice()
    files = set[str]()
    put = StorageTransaction.put

    def meanwhile() -> None:
        if files:
            return
        files.add("being made")
        build(Bundle.objects.get(pk=bundle.pk), within=quick.settle, report=quick.report)
        files.update(file_names_in_storage())

    def report(*progress):
        if held_up == "while it binds":
            meanwhile()
            slow.report(*progress)

    def put_late(self, chunks):
        meanwhile()
        return put(self, chunks)

    monkeypatch.setattr(StorageTransaction, "put", put_late)
    with pytest.raises(LeaseLostError):
        build(Bundle.objects.get(pk=bundle.pk), within=slow.settle, report=report)

    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY
    assert bundle.files.count() == 4
    assert file_names_in_storage() == files - {"being made"}
    assert CustodyEntry.objects.filter(act="bundle built").count() == 1
    assert list(Path(settings.WORK_DIR).iterdir()) == []


def test_worker_that_lost_its_lease_cannot_finish_first(bundle):
    slow, quick = claimed_twice()

    with pytest.raises(LeaseLostError):
        build(Bundle.objects.get(pk=bundle.pk), within=slow.settle)
    build(Bundle.objects.get(pk=bundle.pk), within=quick.settle, report=quick.report)

    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY
    assert bundle.files.count() == 4


def test_copy_built_by_two_workers_is_one_copy(bundle, clerk, work):
    built_bundle(bundle, work)
    copy = issue_copies(bundle, [Recipient("A")], by=clerk)[0]
    slow, quick = claimed_twice()

    def report(done, of, message):
        if done >= 91 and not NumberedCopy.objects.filter(state=NumberedCopy.State.READY).exists():
            build_copy(NumberedCopy.objects.get(), within=quick.settle, report=quick.report)

    with pytest.raises(LeaseLostError):
        build_copy(copy, within=slow.settle, report=report)

    assert copy.files.count() == 1
    assert CustodyEntry.objects.filter(act="copy made").count() == 1


def test_second_worker_does_not_take_the_folder_of_a_running_one():
    key = uuid4()
    with workshop(key) as slow:
        (slow / "volume-1.pdf").write_bytes(b"%PDF")
        with workshop(key) as quick:
            assert slow != quick
            assert (slow / "volume-1.pdf").exists()
    assert list(Path(settings.WORK_DIR).iterdir()) == []


def test_leftovers_of_a_killed_worker_are_cleared_by_the_next():
    key, other = uuid4(), uuid4()

    def killed(key) -> None:
        with workshop(key) as folder:
            (folder / "volume-1.pdf").write_bytes(b"%PDF")
            die()

    for subject in (key, other):
        killed_in(lambda subject=subject: killed(subject))
    assert len(list(Path(settings.WORK_DIR).iterdir())) == 2

    with workshop(key) as folder:
        assert {path.name[:36] for path in folder.parent.iterdir()} == {str(key), str(other)}
        assert list(folder.parent.glob(f"{key}-*")) == [folder]


# --- One build for two ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("then", ["tried again", "cancelled"])
def test_identical_bundles_are_both_made_when_the_first_worker_dies(
    then, call, clerk, bundle, work, monkeypatch
):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    second = freeze(call.inquiry, Specification(title="Pack"), by=officer)
    first_job = Job.objects.get(subject_id=bundle.pk)
    Job.objects.filter(pk=first_job.pk).update(
        requested_at=first_job.requested_at.replace(year=2020)
    )
    with monkeypatch.context() as patch:
        patch.setattr(building, "pack", die)
        killed_in(lambda: run_job(first_job.pk))
    assert claim_turn() is None
    end_lease()
    if then == "cancelled":
        cancel(bundle, by=clerk)
    times = []
    bind = building.bind
    monkeypatch.setattr(building, "bind", lambda *a, **k: times.append(1) or bind(*a, **k))

    built_bundle(second, work)

    bundle.refresh_from_db()
    assert bundle.state == ("ready" if then == "tried again" else "cancelled")
    assert times == [1]
    assert second.files.count() == 4
    assert list(Bundle.objects.visible_to(officer)) == [second]
    assert not UncommittedFile.objects.exists()


# --- Two half past ones --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eve", "times"),
    [
        # Clocks go forward: there is no half past one, it is taken when it would have been.
        ("2026-03-28", ["2026-03-29 01:30", "2026-03-30 00:30"]),
        # They go back: of two half past ones the first.
        ("2026-10-24", ["2026-10-25 00:30", "2026-10-26 01:30"]),
    ],
)
def test_schedule_runs_once_on_days_the_clocks_change(
    eve, times, call, clerk, submission, work, monkeypatch
):
    minutes = [
        datetime.datetime.fromisoformat(f"{eve} 12:00+00:00") + datetime.timedelta(minutes=5 * at)
        for at in range(12 * 38)
    ]
    now = [minutes[0]]
    monkeypatch.setattr(run.timezone, "now", lambda: now[0])
    specification = keep(
        call.inquiry, Specification(title="Night"), "Night", shared=False, by=clerk
    )
    schedule = run.make_by_itself(specification, at=datetime.time(1, 30), by=clerk)
    moments = []
    monkeypatch.setattr(run, "_asked_for", lambda _schedule: moments.append(now[0]) or (None, ""))

    for minute in minutes:
        now[0] = minute
        if schedule.next_at <= minute:
            work()
            schedule.refresh_from_db()

    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in moments] == times
