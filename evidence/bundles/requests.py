"""Asks for bundles: takes the snapshot and makes the build due; cancels builds."""

from django.db import transaction

from evidence.bundles.build.reuse_identical import identity_key, twin_of
from evidence.bundles.models import Bundle, BundleItem
from evidence.bundles.spec.contents import snapshot_now
from evidence.bundles.spec.continuation import Following
from evidence.bundles.spec.planned_items import PlannedSubmission
from evidence.bundles.spec.selection import Plan
from evidence.bundles.spec.snapshot import Snapshot
from evidence.bundles.specification import Continuation, Specification
from evidence.custody.record import record
from evidence.errors import NotReadyError
from evidence.jobs.queue import Long, ask, withdraw
from evidence.permissions import Action, require
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

ENDED = (Bundle.State.FAILED, Bundle.State.CANCELLED, Bundle.State.EXPIRED)
ALREADY = {
    Bundle.State.READY: "the bundle is ready.",
    Bundle.State.FAILED: "the bundle could not be made.",
    Bundle.State.EXPIRED: "the bundle was made, and its files are removed.",
}


@transaction.atomic
def freeze(
    inquiry: Inquiry,
    specification: Specification,
    *,
    by: User,
    previous: Bundle | None = None,
    continuation: Continuation = Continuation.AFRESH,
) -> Bundle:
    """Create a bundle with a snapshot of its contents, and ask for it to be built.

    A bundle with a `previous` one keeps its numbers or goes on from its last page. The caller has
    found the previous one through `visible_to`. Raises `NotPermittedError` if the asker may not
    make such bundles, `NotReadyError` if there is nothing to put in or the previous one cannot be
    continued.
    """
    contents = snapshot_now(
        inquiry, specification, by=by, previous=previous, continuation=continuation
    )
    planned, following = contents.plan, contents.following
    bundle = Bundle.objects.create(
        inquiry=inquiry,
        kind=specification.kind,
        title=specification.title,
        marking=specification.marking,
        order=specification.order,
        grouping=specification.grouping,
        with_confidential=specification.with_confidential,
        with_names=specification.with_names,
        requested_by=by,
        specification=specification.to_json(),
        previous=previous if continuation != Continuation.AFRESH else None,
        continuation=continuation,
        fingerprint=contents.snapshot.fingerprint(),
        snapshot=contents.snapshot.to_json(),
    )
    _write_items(bundle, planned, following)
    record(
        "bundle asked for",
        bundle,
        by=by,
        inquiry=inquiry,
        fingerprint=bundle.fingerprint,
        submissions=len(planned.files) + len(planned.quoted),
        confidential=specification.with_confidential,
        names=specification.with_names,
    )
    ask_to_build(bundle)
    return bundle


def _write_items(bundle: Bundle, planned: Plan, following: Following) -> None:
    """Create an item for each file in the bundle and each that it only names. A reader who may not
    know of one of them cannot open the bundle."""
    items = [item.bundle_item() for item in planned.files]
    items += (_named(entry) for entry, _ in planned.left_out)
    items += (_named(entry) for entry in planned.waiting)
    items += (_named(entry) for entry in planned.quoted)
    items += following.named()
    for position, item in enumerate(items):
        item.bundle, item.position = bundle, position
    BundleItem.objects.bulk_create(items)


def _named(entry: PlannedSubmission) -> BundleItem:
    first = min(entry.submission.attachments.all(), key=lambda a: a.position)
    return BundleItem(
        submission=entry.submission,
        attachment=first,
        reference=entry.submission.label,
        label=entry.label[:1000],
        names_shown=entry.names_shown,
        elsewhere=True,
    )


@transaction.atomic
def build_again(bundle: Bundle, *, by: User) -> None:
    """Build a bundle again that failed, was cancelled or has expired."""
    require(by, Action.BUNDLE, bundle.inquiry_id)
    ended = Bundle.objects.filter(pk=bundle.pk, state__in=ENDED)
    if ended.update(state=Bundle.State.ASKED, reason=""):
        record("bundle asked for again", bundle, by=by, inquiry=bundle.inquiry_id)
        ask_to_build(bundle)


@transaction.atomic
def cancel(bundle: Bundle, *, by: User) -> None:
    """ASKED → CANCELLED, by the person who asked or a clerk. A running build stops at its next
    report.

    Cancelling twice has no further effect. Raises `NotReadyError` if the build has ended.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    if bundle.requested_by_id != by.pk:
        require(by, Action.READ_CUSTODY, bundle.inquiry_id)
    pending = Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.ASKED)
    if pending.update(state=Bundle.State.CANCELLED):
        withdraw("build_bundle", bundle.pk)
        record("bundle cancelled", bundle, by=by, inquiry=bundle.inquiry_id)
        return
    bundle.refresh_from_db()
    if bundle.state != Bundle.State.CANCELLED:
        raise NotReadyError(f"There is nothing to cancel: {ALREADY[Bundle.State(bundle.state)]}")


def ask_to_build(bundle: Bundle) -> None:
    """Make the build due as a long job.

    Its weight is nearly nothing if files with the same contents exist.
    """
    weight = 1 if twin_of(bundle) else weight_of(bundle)
    ask(
        "build_bundle",
        bundle.pk,
        long=Long(weight, str(bundle.requested_by_id), identity_key(bundle)),
    )


def weight_of(bundle: Bundle) -> int:
    """The weight of its build, in pages."""
    pages = sum(item.pages for item in Snapshot.from_json(bundle.snapshot).items)
    return max(pages, 1)
