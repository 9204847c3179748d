"""Makes bundles of saved specifications at set times: each day at an hour, or once before a
meeting.

Each is made with the rights that the schedule's owner has at that moment. Times are those in
London. When clocks change, an hour that comes twice counts the first time; one that is skipped
counts an hour later.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.requests import freeze
from evidence.bundles.schedules.models import Schedule
from evidence.bundles.spec.contents import snapshot_now
from evidence.bundles.specification import Specification
from evidence.custody.record import record
from evidence.errors import NotPermittedError, NotReadyError
from evidence.jobs.queue import Settle, ask, subjects_with_job, withdraw
from evidence.permissions import Action, require
from inquiry.people.models import User

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
MOST_SCHEDULES = 5


@transaction.atomic
def make_by_itself(
    specification: SavedSpecification,
    *,
    at: time,
    by: User,
    on: date | None = None,
    until: date | None = None,
) -> Schedule:
    """Schedule a specification for each day at this hour, or for one day.

    The caller has found it through `visible_to`. Raises `NotReadyError` for a time in the past.
    """
    require(by, Action.BUNDLE, specification.inquiry_id)
    # The lock makes the second of two simultaneous requests count the first.
    SavedSpecification.objects.select_for_update().get(pk=specification.pk)
    if specification.schedules.count() >= MOST_SCHEDULES:
        raise NotReadyError("This specification is made at five times already. Remove one first.")
    schedule = Schedule(
        specification=specification, by=by, at=at, on=on, until=None if on else until
    )
    schedule.next_at = next_after(schedule, timezone.now())
    if schedule.next_at is None:
        raise NotReadyError("This time is over. Choose a later one.")
    schedule.save(force_insert=True)
    record("specification made by the clock", schedule, by=by, inquiry=specification.inquiry_id)
    ask("by_clock", schedule.pk, at=schedule.next_at)
    return schedule


@transaction.atomic
def stop(schedule: Schedule, *, by: User) -> None:
    """Remove a schedule. The caller has found it through `visible_to`. Bundles made by it stay."""
    inquiry = schedule.specification.inquiry_id
    require(by, Action.BUNDLE, inquiry)
    if schedule.by_id != by.pk:
        require(by, Action.READ_CUSTODY, inquiry)
    withdraw("by_clock", schedule.pk)
    record("specification no longer made by the clock", schedule, by=by, inquiry=inquiry)
    schedule.delete()


def make_now(schedule: Schedule, *, within: Settle) -> None:
    """Ask for the bundle if anything has changed since the last one, and set the next time."""
    now = timezone.now()
    with within():
        # A job that runs again does nothing, since its time has not come.
        due = Schedule.objects.filter(pk=schedule.pk, stopped=False, next_at__lte=now)
        if not due.update(next_at=next_after(schedule, now)):
            if schedule.next_at and not schedule.stopped:
                ask("by_clock", schedule.pk, at=schedule.next_at)
            return
        try:
            schedule.last, schedule.message = _asked_for(schedule)
        except NotPermittedError:
            schedule.stopped, schedule.next_at = True, None
            schedule.message = "Stopped: whoever set it may no longer make this bundle."
            record("specification no longer made by the clock", schedule, by=None)
        except NotReadyError as problem:
            schedule.message = str(problem)[:300]
        if not schedule.stopped:
            schedule.next_at = next_after(schedule, now)
        schedule.save(update_fields=["last", "message", "stopped", "next_at"])
        if schedule.next_at:
            ask("by_clock", schedule.pk, at=schedule.next_at)


def ask_for_lost_schedules() -> None:
    """Make active schedules due again whose job has been lost."""
    going_on = Schedule.objects.filter(stopped=False, next_at__isnull=False)
    for schedule in going_on.exclude(pk__in=subjects_with_job("by_clock")):
        ask("by_clock", schedule.pk, at=schedule.next_at)


def _asked_for(schedule: Schedule) -> tuple[Bundle | None, str]:
    by = User.objects.get(pk=schedule.by_id)
    kept = SavedSpecification.objects.visible_to(by).filter(pk=schedule.specification_id).first()
    if kept is None:
        raise NotPermittedError(Action.BUNDLE)
    specification, last = Specification.from_json(kept.specification), schedule.last
    contents = snapshot_now(kept.inquiry, specification, by=by)
    same = last is not None and last.fingerprint == contents.snapshot.fingerprint()
    if last and same and last.state != Bundle.State.FAILED:
        return last, "Nothing has changed since the last one."
    return freeze(kept.inquiry, specification, by=by), ""


def next_after(schedule: Schedule, moment: datetime) -> datetime | None:
    """The first moment after `moment` at which the schedule is due, if there is one."""
    today = moment.astimezone(LONDON).date()
    days = [schedule.on] if schedule.on else [today, today + timedelta(days=1)]
    for day in days:
        at = datetime.combine(day, schedule.at, tzinfo=LONDON).astimezone(UTC)
        if at > moment and (schedule.until is None or day <= schedule.until):
            return at
    return None
