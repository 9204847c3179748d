"""Two workers at one bundle, a worker of two bundles that dies, and two half past ones."""

import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from evidence.bundles import build as building
from evidence.bundles import clock
from evidence.bundles.build import build
from evidence.bundles.copies import Recipient, build_copy, issue_copies
from evidence.bundles.freeze import freeze
from evidence.bundles.issue import cancel
from evidence.bundles.keep import keep
from evidence.bundles.models import Bundle, Copy
from evidence.bundles.recipe import Recipe
from evidence.bundles.room import workshop
from evidence.bundles.shelving import Laying, OnItsWay
from evidence.custody.models import Entry
from evidence.tasks.run import run_job
from evidence.work.claim import Claim, ClaimLost, claim_turn
from evidence.work.models import Step
from inquiry.people.roles import Role
from tests.evidence.bundles.binding import made, shelved
from tests.factories import a_member
from tests.killed import die, killed_in

pytestmark = pytest.mark.django_db


def the_lease_ends() -> None:
    Step.objects.filter(state=Step.State.RUNNING).update(lease_until=timezone.now())


def claimed_twice() -> tuple[Claim, Claim]:
    """By a worker that was thought dead, and by the one that came after it."""
    slow = claim_turn()
    the_lease_ends()
    quick = claim_turn()
    assert (slow.step_id, slow.attempt, quick.attempt) == (quick.step_id, 1, 2)
    return slow, quick


# --- Two workers at one bundle -------------------------------------------------------------------


@pytest.mark.parametrize("held_up", ["while it binds", "at the shelf"])
def test_a_slow_worker_whose_step_another_has_done_changes_nothing(bundle, held_up, monkeypatch):
    slow, quick = claimed_twice()
    found = set[str]()
    put = Laying.put

    def meanwhile() -> None:
        if found:
            return
        found.add("being made")
        build(Bundle.objects.get(pk=bundle.pk), within=quick.settle, report=quick.report)
        found.update(shelved())

    def report(*said):
        if held_up == "while it binds":
            meanwhile()
            slow.report(*said)

    def put_late(self, chunks):
        meanwhile()
        return put(self, chunks)

    monkeypatch.setattr(Laying, "put", put_late)
    with pytest.raises(ClaimLost):
        build(Bundle.objects.get(pk=bundle.pk), within=slow.settle, report=report)

    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY
    assert bundle.files.count() == 4
    assert shelved() == found - {"being made"}
    assert Entry.objects.filter(act="bundle built").count() == 1
    assert list(Path(settings.WORK_DIR).iterdir()) == []


def test_a_slow_worker_that_comes_first_to_the_end_has_lost_it_all_the_same(bundle):
    slow, quick = claimed_twice()

    with pytest.raises(ClaimLost):
        build(Bundle.objects.get(pk=bundle.pk), within=slow.settle)
    build(Bundle.objects.get(pk=bundle.pk), within=quick.settle, report=quick.report)

    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY
    assert bundle.files.count() == 4


def test_the_same_copy_made_by_two_is_one(bundle, clerk, work):
    made(bundle, work)
    copy = issue_copies(bundle, [Recipient("A")], by=clerk)[0]
    slow, quick = claimed_twice()

    def report(done, of, doing):
        if done >= 91 and not Copy.objects.filter(state=Copy.State.READY).exists():
            build_copy(Copy.objects.get(), within=quick.settle, report=quick.report)

    with pytest.raises(ClaimLost):
        build_copy(copy, within=slow.settle, report=report)

    assert copy.files.count() == 1
    assert Entry.objects.filter(act="copy made").count() == 1


def test_who_comes_second_takes_the_folder_of_nobody_who_still_works():
    key = uuid4()
    with workshop(key) as slow:
        (slow / "volume-1.pdf").write_bytes(b"%PDF")
        with workshop(key) as quick:
            assert slow != quick
            assert (slow / "volume-1.pdf").exists()
    assert list(Path(settings.WORK_DIR).iterdir()) == []


def test_what_a_killed_worker_has_left_is_cleared_by_the_next():
    key, other = uuid4(), uuid4()

    def killed(key) -> None:
        with workshop(key) as folder:
            (folder / "volume-1.pdf").write_bytes(b"%PDF")
            die()

    for one in (key, other):
        killed_in(lambda one=one: killed(one))
    assert len(list(Path(settings.WORK_DIR).iterdir())) == 2

    with workshop(key) as folder:
        assert {path.name[:36] for path in folder.parent.iterdir()} == {str(key), str(other)}
        assert list(folder.parent.glob(f"{key}-*")) == [folder]


# --- One build for two ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("then", ["tried again", "cancelled"])
def test_when_the_worker_of_the_first_of_two_dies_both_get_their_bundle(
    then, call, clerk, bundle, work, monkeypatch
):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    second = freeze(call.inquiry, Recipe(title="Pack"), by=officer)
    first_step = Step.objects.get(subject_id=bundle.pk)
    Step.objects.filter(pk=first_step.pk).update(asked_at=first_step.asked_at.replace(year=2020))
    with monkeypatch.context() as patch:
        patch.setattr(building, "pack", die)
        killed_in(lambda: run_job(first_step.pk))
    assert claim_turn() is None
    the_lease_ends()
    if then == "cancelled":
        cancel(bundle, by=clerk)
    times = []
    bind = building.bind
    monkeypatch.setattr(building, "bind", lambda *a, **k: times.append(1) or bind(*a, **k))

    made(second, work)

    bundle.refresh_from_db()
    assert bundle.state == ("ready" if then == "tried again" else "cancelled")
    assert times == [1]
    assert second.files.count() == 4
    assert list(Bundle.objects.visible_to(officer)) == [second]
    assert not OnItsWay.objects.exists()


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
def test_on_the_days_the_clocks_change_it_is_made_once(
    eve, times, call, clerk, piece, work, monkeypatch
):
    minutes = [
        datetime.datetime.fromisoformat(f"{eve} 12:00+00:00") + datetime.timedelta(minutes=5 * at)
        for at in range(12 * 38)
    ]
    now = [minutes[0]]
    monkeypatch.setattr(clock.timezone, "now", lambda: now[0])
    recipe = keep(call.inquiry, Recipe(title="Night"), "Night", shared=False, by=clerk)
    schedule = clock.make_by_itself(recipe, at=datetime.time(1, 30), by=clerk)
    asked = []
    monkeypatch.setattr(clock, "_asked_for", lambda _schedule: asked.append(now[0]) or (None, ""))

    for minute in minutes:
        now[0] = minute
        if schedule.next_at <= minute:
            work()
            schedule.refresh_from_db()

    assert [f"{one:%Y-%m-%d %H:%M}" for one in asked] == times
