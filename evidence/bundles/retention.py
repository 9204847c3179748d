"""Lets old bundles go from storage by rule, after a warning; they can be made again.

First the row says so, then the files go, by a job that may be done twice. What is known of the
bundle stays: its digests, who took it, all that was frozen, and whose each numbered copy is. Files
that any other row names stay.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evidence.bundles.models import WARNING, Bundle
from evidence.custody.record import record
from evidence.errors import NotReadyError
from evidence.jobs.queue import Settle, ask
from evidence.permissions import Action, require
from evidence.stored_files.garbage_collection import remove_unreferenced
from inquiry.people.models import User


def expire_due() -> None:
    """What is done once a day."""
    if not settings.BUNDLE_DAYS:
        return
    now, ready = timezone.now(), Bundle.objects.filter(state=Bundle.State.READY, pinned=False)
    for bundle in ready.filter(keep_until=None):
        # Made before there was this rule: nothing goes without the warning.
        made_at = bundle.ready_at or now
        until = max(made_at + timedelta(days=settings.BUNDLE_DAYS), now + WARNING)
        ready.filter(pk=bundle.pk, keep_until=None).update(keep_until=until)
    for bundle in ready.filter(keep_until__lte=now):
        expire(bundle, now=now)


@transaction.atomic
def expire(bundle: Bundle, *, now: datetime) -> None:
    """READY → EXPIRED, unless somebody kept it meanwhile; the files go after that."""
    due = Bundle.objects.filter(
        pk=bundle.pk, state=Bundle.State.READY, pinned=False, keep_until__lte=now
    )
    if not due.update(state=Bundle.State.EXPIRED):
        return
    # Its numbered copies too: their rows, marks and digests stay, and each can be made again.
    bundle.files.update(in_storage=False)
    record("bundle expired", bundle, by=None, inquiry=bundle.inquiry_id)
    ask("clear_bundle", bundle.pk)


def clear(bundle: Bundle, *, within: Settle) -> None:
    """Take off storage what a bundle has let go."""
    remove_unreferenced(bundle.files.filter(in_storage=False).values_list("sha256", flat=True))
    with within():
        pass


@transaction.atomic
def keep(bundle: Bundle, *, for_good: bool, by: User) -> None:
    """Keep a bundle that is ready in storage, or let it go by the rule again.

    For clerks. Raises `NotReadyError` if its files went before.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    require(by, Action.READ_CUSTODY, bundle.inquiry_id)
    ready = Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.READY)
    # Whoever lets it go is warned like everybody else.
    until = None if for_good else keep_until(WARNING)
    if not ready.update(pinned=for_good, keep_until=until):
        raise NotReadyError("The files of this bundle are not there. Make it again first.")
    act = "bundle kept" if for_good else "bundle let go"
    record(act, bundle, by=by, inquiry=bundle.inquiry_id)


def keep_until(least: timedelta = timedelta()) -> datetime | None:
    """When the files of a bundle go that is made, or let go, now; None for never."""
    days = timedelta(days=settings.BUNDLE_DAYS)
    return timezone.now() + max(days, least) if days else None
