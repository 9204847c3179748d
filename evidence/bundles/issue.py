"""Lets people take a bundle's files, and writes down who took which."""

from dataclasses import dataclass

from django.db import transaction

from evidence.bundles.models import Bundle, Download
from evidence.custody.record import record
from evidence.errors import NotReady
from evidence.files.naming import neutral
from evidence.permissions import Action, require
from evidence.work.claim import ask
from inquiry.people.models import User


@dataclass(frozen=True)
class Issued:
    """A file that may be handed out: its digest, size in bytes, neutral name and media type."""

    sha256: str
    size: int
    name: str
    media_type: str


MEDIA_TYPES = {"pdf": "application/pdf", "zip": "application/zip", "json": "application/json"}


@transaction.atomic
def issue(bundle: Bundle, *, form: str, by: User) -> Issued:
    """Record the download of one file (`pdf`, `zip` or `json`) and say where it lies.

    The caller has found the bundle through `visible_to`. Raises `NotReady` before it is built.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    if bundle.state != Bundle.State.READY:
        raise NotReady("This bundle is not ready yet.")
    sha256, size = {
        "pdf": (bundle.pdf_sha256, bundle.pdf_size),
        "zip": (bundle.zip_sha256, bundle.zip_size),
        "json": (bundle.manifest_sha256, bundle.manifest_size),
    }[form]
    Download.objects.create(bundle=bundle, by=by, form=form)
    record("bundle downloaded", bundle, by=by, inquiry=bundle.inquiry_id, form=form)
    name = neutral(f"{bundle.inquiry.prefix}-bundle-{bundle.fingerprint[:8]}", form)
    return Issued(sha256, size, name, MEDIA_TYPES[form])


@transaction.atomic
def build_again(bundle: Bundle, *, by: User) -> None:
    """Try a failed bundle once more."""
    require(by, Action.BUNDLE, bundle.inquiry_id)
    failed = Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.FAILED)
    if failed.update(state=Bundle.State.ASKED, reason=""):
        record("bundle asked for again", bundle, by=by, inquiry=bundle.inquiry_id)
        ask("build_bundle", bundle.pk)
