"""Removes the files of old bundles from storage, after a warning; bundles can be built again.

First the state changes, then a job that may run twice removes the files. The rows stay: digests,
downloads, the snapshot and numbered copies. Files that other rows refer to stay as well.
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
    """The daily job: set dates for new bundles and expire those that are due."""
    if not settings.BUNDLE_DAYS:
        return
    now, ready = timezone.now(), Bundle.objects.filter(state=Bundle.State.READY, pinned=False)
    for bundle in ready.filter(keep_until=None):
        # Bundles that have no date yet: none expires without the warning.
        made_at = bundle.ready_at or now
        until = max(made_at + timedelta(days=settings.BUNDLE_DAYS), now + WARNING)
        ready.filter(pk=bundle.pk, keep_until=None).update(keep_until=until)
    for bundle in ready.filter(keep_until__lte=now):
        expire(bundle, now=now)


@transaction.atomic
def expire(bundle: Bundle, *, now: datetime) -> None:
    """READY → EXPIRED, unless the bundle was pinned meanwhile. The files are removed afterwards."""
    due = Bundle.objects.filter(
        pk=bundle.pk, state=Bundle.State.READY, pinned=False, keep_until__lte=now
    )
    if not due.update(state=Bundle.State.EXPIRED):
        return
    # Files of numbered copies are removed too. Their rows stay, and each can be made again.
    bundle.files.update(in_storage=False)
    record("bundle expired", bundle, by=None, inquiry=bundle.inquiry_id)
    ask("clear_bundle", bundle.pk)


def clear(bundle: Bundle, *, within: Settle) -> None:
    """Remove the files of an expired bundle from storage."""
    remove_unreferenced(bundle.files.filter(in_storage=False).values_list("sha256", flat=True))
    with within():
        pass


@transaction.atomic
def keep(bundle: Bundle, *, for_good: bool, by: User) -> None:
    """Pin a ready bundle, so that its files stay in storage, or apply the rule again.

    For clerks. Raises `NotReadyError` if its files are gone.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    require(by, Action.READ_CUSTODY, bundle.inquiry_id)
    ready = Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.READY)
    # An unpinned bundle is shown with the warning first, like any other.
    until = None if for_good else keep_until(WARNING)
    if not ready.update(pinned=for_good, keep_until=until):
        raise NotReadyError("The files of this bundle are not there. Make it again first.")
    act = "bundle kept" if for_good else "bundle let go"
    record(act, bundle, by=by, inquiry=bundle.inquiry_id)


def keep_until(least: timedelta = timedelta()) -> datetime | None:
    """Until when the files of a bundle that is finished or unpinned now are kept; None means for
    ever."""
    days = timedelta(days=settings.BUNDLE_DAYS)
    return timezone.now() + max(days, least) if days else None
