"""Lets people take a bundle's files, and writes down who took which."""

from dataclasses import dataclass

from django.db import transaction

from evidence.bundles.models import Bundle, Download
from evidence.custody.record import record
from evidence.errors import NotReady
from evidence.permissions import Action, require
from evidence.work.claim import Long, ask
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


@transaction.atomic
def issue(bundle: Bundle, *, form: str, by: User, volume: int = 1) -> Issued:
    """Record the download of one file (`pdf`, `zip`, `json` or its `sig`) and say where it lies.

    The caller has found the bundle through `visible_to`. Raises `NotReady` before it is built,
    and for the signature of a bundle that was built before bundles were signed.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    if bundle.state != Bundle.State.READY:
        raise NotReady("This bundle is not ready yet.")
    made = bundle.files.filter(form=form, volume=volume).first()
    if made is None:
        raise NotReady("This bundle has no such file. Make it again.")
    Download.objects.create(bundle=bundle, by=by, form=form)
    record("bundle downloaded", bundle, by=by, inquiry=bundle.inquiry_id, form=form, volume=volume)
    many = form == "pdf" and bundle.files.filter(form="pdf").count() > 1
    name = bundle.file_name(form, volume if many else 0)
    return Issued(made.sha256, made.size, name, MEDIA_TYPES[form])


@transaction.atomic
def build_again(bundle: Bundle, *, by: User) -> None:
    """Try a failed bundle once more."""
    require(by, Action.BUNDLE, bundle.inquiry_id)
    failed = Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.FAILED)
    if failed.update(state=Bundle.State.ASKED, reason=""):
        record("bundle asked for again", bundle, by=by, inquiry=bundle.inquiry_id)
        ask_to_build(bundle)


def ask_to_build(bundle: Bundle) -> None:
    """Make the build due: one of its weight, for whoever asked, and not beside its like."""
    pages = sum(piece.get("pages", 0) for piece in bundle.frozen.get("pieces", []))
    alike = f"{bundle.inquiry_id}:{bundle.fingerprint}"
    ask("build_bundle", bundle.pk, long=Long(max(pages, 1), str(bundle.requested_by_id), alike))
