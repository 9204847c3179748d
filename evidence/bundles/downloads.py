"""Downloads of a bundle's files, each recorded in custody."""

from dataclasses import dataclass

from django.db import transaction

from evidence.bundles.models import Bundle, Download
from evidence.custody.record import record
from evidence.errors import NotReadyError
from evidence.permissions import Action, require
from inquiry.people.models import User


@dataclass(frozen=True)
class Issued:
    """A file to be downloaded: its digest, size in bytes, neutral name and media type."""

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
    """Record the download of one file (`pdf`, `zip`, `json` or its `sig`) and return where it is
    stored.

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
