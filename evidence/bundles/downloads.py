"""Lets people take a bundle's files, and writes down who took which."""

from dataclasses import dataclass

from django.db import transaction

from evidence.bundles.build.reuse_identical import identity_key, twin_of
from evidence.bundles.models import Bundle, Download
from evidence.bundles.spec.snapshot import Snapshot
from evidence.custody.record import record
from evidence.errors import NotReadyError
from evidence.jobs.queue import Long, ask, withdraw
from evidence.permissions import Action, require
from inquiry.people.models import User


@dataclass(frozen=True)
class Issued:
    """A file that may be handed out: its digest, size in bytes, neutral name and media type."""

    sha256: str
    size: int
    name: str
    media_type: str


MEDIA_TYPES = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "json": "application/json",
    "sig": "application/octet-stream",
}
ENDED = (Bundle.State.FAILED, Bundle.State.CANCELLED, Bundle.State.EXPIRED)
ALREADY = {
    Bundle.State.READY: "the bundle is ready.",
    Bundle.State.FAILED: "the bundle could not be made.",
    Bundle.State.EXPIRED: "the bundle was made, and its files are removed.",
}


@transaction.atomic
def issue(bundle: Bundle, *, form: str, by: User, volume: int = 1) -> Issued:
    """Record the download of one file (`pdf`, `zip`, `json` or its `sig`) and say where it lies.

    The caller has found the bundle through `visible_to`. Raises `NotReadyError` before it is built,
    and for the signature of a bundle that was built before bundles were signed.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    if bundle.state == Bundle.State.EXPIRED:
        raise NotReadyError("The files of this bundle were removed. Make it again.")
    if bundle.state != Bundle.State.READY:
        raise NotReadyError("This bundle is not ready yet.")
    files = bundle.files.filter(in_storage=True)
    made = files.filter(form=form, volume=volume).first()
    if made is None:
        raise NotReadyError("This bundle has no such file. Make it again.")
    Download.objects.create(bundle=bundle, by=by, form=form)
    record("bundle downloaded", bundle, by=by, inquiry=bundle.inquiry_id, form=form, volume=volume)
    many = form == "pdf" and files.filter(form="pdf").count() > 1
    name = bundle.file_name(form, volume if many else 0)
    return Issued(made.sha256, made.size, name, MEDIA_TYPES[form])


@transaction.atomic
def build_again(bundle: Bundle, *, by: User) -> None:
    """Try a failed bundle once more, or make one that was cancelled or whose files are gone."""
    require(by, Action.BUNDLE, bundle.inquiry_id)
    ended = Bundle.objects.filter(pk=bundle.pk, state__in=ENDED)
    if ended.update(state=Bundle.State.ASKED, reason=""):
        record("bundle asked for again", bundle, by=by, inquiry=bundle.inquiry_id)
        ask_to_build(bundle)


@transaction.atomic
def cancel(bundle: Bundle, *, by: User) -> None:
    """ASKED → CANCELLED, by whoever asked for it or a clerk. A build that runs finds out soon.

    Cancelling twice is cancelling once. Raises `NotReadyError` if it came to its end before.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    if bundle.requested_by_id != by.pk:
        require(by, Action.READ_CUSTODY, bundle.inquiry_id)
    asked = Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.ASKED)
    if asked.update(state=Bundle.State.CANCELLED):
        withdraw("build_bundle", bundle.pk)
        record("bundle cancelled", bundle, by=by, inquiry=bundle.inquiry_id)
        return
    bundle.refresh_from_db()
    if bundle.state != Bundle.State.CANCELLED:
        raise NotReadyError(f"There is nothing to cancel: {ALREADY[Bundle.State(bundle.state)]}")


def ask_to_build(bundle: Bundle) -> None:
    """Make the build due: one of its weight, for whoever asked, and not beside its like.

    Where the files are there already it weighs nearly nothing.
    """
    weight = 1 if twin_of(bundle) else weight_of(bundle)
    ask(
        "build_bundle",
        bundle.pk,
        long=Long(weight, str(bundle.requested_by_id), identity_key(bundle)),
    )


def weight_of(bundle: Bundle) -> int:
    """What making it costs: its pages."""
    pages = sum(item.pages for item in Snapshot.from_json(bundle.snapshot).items)
    return max(pages, 1)
