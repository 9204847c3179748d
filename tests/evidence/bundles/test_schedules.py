"""Scheduled bundles: when they are made, with whose permissions, and only after changes."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.schedules.models import Schedule
from evidence.bundles.schedules.run import LONDON, make_by_itself, next_after, stop
from evidence.bundles.spec.saved import forget, keep
from evidence.bundles.specification import Specification
from evidence.errors import NotPermittedError, NotReadyError
from evidence.jobs.models import Job
from evidence.jobs.queue import ask
from evidence.lifecycle import Disclosure
from inquiry.people.models import Membership, User
from inquiry.people.roles import Role
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import a_member, a_submission

pytestmark = pytest.mark.django_db
UTC = ZoneInfo("UTC")
SIX = datetime.time(18)


@pytest.fixture
def specification(call, clerk, submission) -> SavedSpecification:
    return keep(call.inquiry, Specification(title="Evening"), "Evening", shared=False, by=clerk)


@pytest.fixture
def schedule(specification, clerk) -> Schedule:
    return make_by_itself(specification, at=SIX, by=clerk)


def run_due_schedule(schedule: Schedule, work) -> None:
    Schedule.objects.filter(pk=schedule.pk).update(next_at=timezone.now())
    Job.objects.filter(name="by_clock").update(due_at=timezone.now())
    work()
    schedule.refresh_from_db()


def test_schedule_waits_for_its_time(schedule, work):
    assert work() == 0
    assert Job.objects.get(name="by_clock").due_at == schedule.next_at
    assert schedule.next_at.astimezone(LONDON).time() == SIX


def test_due_schedule_makes_the_bundle_and_plans_the_next_day(schedule, clerk, work):
    run_due_schedule(schedule, work)

    bundle = Bundle.objects.get()
    assert (bundle.state, bundle.requested_by, bundle.title) == ("ready", clerk, "Evening")
    assert schedule.last == bundle
    assert schedule.next_at > timezone.now()
    assert Job.objects.get(name="by_clock").due_at == schedule.next_at


def test_schedule_makes_a_new_bundle_only_after_changes(schedule, call, work):
    run_due_schedule(schedule, work)
    run_due_schedule(schedule, work)
    assert Bundle.objects.count() == 1
    assert schedule.message == "Nothing has changed since the last one."

    a_submission(call, text="New.")
    work()
    run_due_schedule(schedule, work)
    assert [bundle.items.count() for bundle in Bundle.objects.order_by("requested_at")] == [1, 2]


def test_failed_scheduled_bundle_is_tried_again(schedule, work):
    run_due_schedule(schedule, work)
    Bundle.objects.update(state="failed")

    run_due_schedule(schedule, work)

    assert Bundle.objects.count() == 2


def test_early_broker_notification_makes_no_bundle(schedule, work):
    ask("by_clock", schedule.pk)
    work()

    assert not Bundle.objects.exists()
    assert Job.objects.get(name="by_clock").due_at == schedule.next_at
    run_due_schedule(schedule, work)
    assert Bundle.objects.count() == 1


def test_scheduled_bundle_holds_what_its_creator_may_see_at_that_moment(call, specification, work):
    clerk = specification.made_by
    wide = Specification(title="Evening", with_confidential=True)
    schedule = make_by_itself(
        keep(call.inquiry, wide, "All", shared=False, by=clerk), at=SIX, by=clerk
    )
    a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    run_due_schedule(schedule, work)
    assert Bundle.objects.get().items.count() == 2
    Membership.objects.filter(user=clerk).update(role=Role.OPERATIONS)

    run_due_schedule(schedule, work)

    assert Bundle.objects.count() == 1
    assert (schedule.stopped, schedule.next_at) == (True, None)
    assert schedule.message.startswith("Stopped")


@pytest.mark.parametrize("lost", ["left", "inactive", "unshared"])
def test_schedule_stops_when_its_creator_loses_access(lost, call, specification, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    SavedSpecification.objects.update(shared=True)
    schedule = make_by_itself(specification, at=SIX, by=officer)
    if lost == "left":
        officer.memberships.all().delete()
    elif lost == "inactive":
        User.objects.filter(pk=officer.pk).update(is_active=False)
    else:
        SavedSpecification.objects.update(shared=False)

    run_due_schedule(schedule, work)

    assert schedule.stopped
    assert not Bundle.objects.exists()


def test_schedule_without_submissions_reports_it_and_runs_the_next_day(call, specification, work):
    clerk = specification.made_by
    none = keep(
        call.inquiry, Specification(title="N", filters="q=nothing"), "N", shared=False, by=clerk
    )
    schedule = make_by_itself(none, at=SIX, by=clerk)

    run_due_schedule(schedule, work)

    assert "nothing to bundle" in schedule.message
    assert schedule.next_at


def test_deleting_the_specification_deletes_its_schedule(schedule, specification, clerk, work):
    forget(specification, by=clerk)
    Job.objects.filter(name="by_clock").update(due_at=timezone.now())

    work()

    assert not Bundle.objects.exists()


@pytest.mark.parametrize(
    ("after", "at", "due"),
    [
        # An evening in winter and in summer.
        ("2026-01-10 12:00", "18:00", "2026-01-10 18:00"),
        ("2026-07-10 12:00", "18:00", "2026-07-10 17:00"),
        ("2026-07-10 17:00", "18:00", "2026-07-11 17:00"),
        # The day the clocks go forward: 01:30 is not there.
        ("2026-03-28 20:00", "18:00", "2026-03-29 17:00"),
        ("2026-03-29 00:00", "01:30", "2026-03-29 01:30"),
        # The day they go back: 01:30 is there twice, and is taken once.
        ("2026-10-24 20:00", "01:30", "2026-10-25 00:30"),
        ("2026-10-25 00:30", "01:30", "2026-10-26 01:30"),
        ("2026-10-25 00:45", "01:30", "2026-10-26 01:30"),
    ],
)
def test_schedule_hour_is_london_time(after, at, due):
    schedule = Schedule(at=datetime.time.fromisoformat(at))

    moment = next_after(schedule, datetime.datetime.fromisoformat(f"{after}+00:00"))

    assert moment == datetime.datetime.fromisoformat(f"{due}+00:00")


def test_schedule_can_run_on_one_day_or_until_a_last_day():
    noon = datetime.datetime(2026, 1, 10, 12, tzinfo=UTC)
    day = datetime.date(2026, 1, 10)

    assert next_after(Schedule(at=SIX, on=day), noon).hour == 18
    assert next_after(Schedule(at=datetime.time(11), on=day), noon) is None
    assert next_after(Schedule(at=SIX, until=day), noon).day == 10
    assert next_after(Schedule(at=datetime.time(11), until=day), noon) is None


def test_past_time_and_sixth_schedule_are_refused(specification, clerk):
    with pytest.raises(NotReadyError, match="This time is over"):
        make_by_itself(specification, at=SIX, on=datetime.date(2020, 1, 1), by=clerk)
    for _ in range(5):
        make_by_itself(specification, at=SIX, by=clerk)
    with pytest.raises(NotReadyError, match="five times"):
        make_by_itself(specification, at=SIX, by=clerk)


def test_only_bundle_makers_create_schedules(specification, call):
    with pytest.raises(NotPermittedError):
        make_by_itself(specification, at=SIX, by=a_member(call.inquiry, Role.MEMBER))
    assert not Schedule.objects.exists()


def test_only_the_creator_or_a_clerk_removes_a_schedule(schedule, call, clerk, work):
    with pytest.raises(NotPermittedError):
        stop(schedule, by=a_member(call.inquiry, Role.OPERATIONS))
    stop(schedule, by=a_member(call.inquiry))

    assert not Schedule.objects.exists()
    assert Job.objects.get(name="by_clock").state == Job.State.DONE


def test_schedule_is_created_and_removed_on_its_page(specification, clerk, work):
    client, page = signed_in(clerk), reverse("specification-clock", args=[specification.pk])
    assert page in client.get(reverse("bundles")).content.decode()
    wrong = {"at": "18:00", "on": "2099-01-01", "until": "2099-01-01"}
    assert "not both" in client.post(page, wrong).content.decode()
    assert "over" in client.post(page, {"at": "18:00", "on": "2020-01-01"}).content.decode()

    shown = client.post(page, {"at": "18:00"}, follow=True).content.decode()

    assert "every day at 18:00" in shown
    run_due_schedule(Schedule.objects.get(), work)
    assert reverse("bundle", args=[Bundle.objects.get().pk]) in client.get(page).content.decode()
    remove = reverse("schedule-remove", args=[Schedule.objects.get().pk])
    assert client.get(remove).status_code == 405
    client.post(remove)
    assert not Schedule.objects.exists()


def test_schedules_are_hidden_from_others(schedule, call, specification):
    page = reverse("specification-clock", args=[specification.pk])
    remove = reverse("schedule-remove", args=[schedule.pk])
    for role in (Role.OPERATIONS, Role.SPECIALIST, Role.MEMBER):
        client = signed_in(a_member(call.inquiry, role))
        assert client.get(page).status_code == 404
        assert client.post(page, {"at": "18:00"}).status_code == 404
        assert client.post(remove).status_code == 404
    SavedSpecification.objects.update(shared=True)
    shown = signed_in(a_member(call.inquiry, Role.OPERATIONS)).get(page).content.decode()
    assert "set by" not in shown
    assert Schedule.objects.count() == 1
