"""Issues and withdraws numbered copies of a bundle, each marked for one recipient."""

import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from evidence.bundles.build.source_files import sources_of
from evidence.bundles.build.volumes import Report, bind
from evidence.bundles.build.workspace import workshop
from evidence.bundles.downloads import MEDIA_TYPES, Issued
from evidence.bundles.models import Bundle, BundleFile, Download, NumberedCopy
from evidence.bundles.requests import weight_of
from evidence.bundles.volume import Volume
from evidence.custody.record import record
from evidence.errors import NotPermittedError, NotReadyError
from evidence.files.storage import Stored
from evidence.jobs.queue import Long, Settle, ask
from evidence.pdf.assemble.watermark import MOST
from evidence.permissions import Action, require
from evidence.stored_files.garbage_collection import StorageTransaction, hold_in_storage
from inquiry.people.models import User

MOST_AT_ONCE = 60
ASK_FOR_IT = "The staff of the inquiry can make it again."


@dataclass(frozen=True)
class Recipient:
    """The recipient of a copy: the name printed on it, and the person, if they can sign in."""

    name: str
    person: User | None = None


@transaction.atomic
def issue_copies(
    bundle: Bundle,
    recipients: Sequence[Recipient],
    *,
    by: User,
    watermark: bool = False,
    until: date | None = None,
) -> list[NumberedCopy]:
    """Ask for one copy for each recipient, numbered after the existing ones.

    The caller has found the bundle through `visible_to`. Raises `NotReadyError` before it is built,
    if its contents have been given more protection since, without recipients, and for a person who
    may not see everything in it.
    """
    require(by, Action.BUNDLE, bundle.inquiry_id)
    # The lock makes a second person who issues copies wait, so that no number is used twice.
    bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if bundle.state != Bundle.State.READY:
        raise NotReadyError("This bundle is not ready yet.")
    _may_be_passed_on(bundle)
    if not 0 < len(recipients) <= MOST_AT_ONCE:
        raise NotReadyError(f"Name between 1 and {MOST_AT_ONCE} recipients.")
    for recipient in recipients:
        _may_have(bundle, recipient)
    last = bundle.copies.aggregate(last=Max("number"))["last"] or 0
    copies = [
        NumberedCopy(
            bundle=bundle,
            number=number,
            name=recipient.name[:120],
            recipient=recipient.person,
            code=secrets.randbelow(MOST),
            watermark=watermark,
            until=until,
            issued_by=by,
        )
        for number, recipient in enumerate(recipients, start=last + 1)
    ]
    NumberedCopy.objects.bulk_create(copies)
    for copy in copies:
        record("copy issued", bundle, by=by, inquiry=bundle.inquiry_id, copy=copy.number)
        _ask_to_build(copy)
    return copies


def _may_be_passed_on(bundle: Bundle) -> None:
    if bundle.tells_too_much():
        raise NotReadyError(
            "A submission in this bundle has since been given more protection. Make the bundle "
            "again and issue copies of that."
        )


def _may_have(bundle: Bundle, recipient: Recipient) -> None:
    if recipient.person is None:
        return
    try:
        require(recipient.person, Action.READ_UNPUBLISHED, bundle.inquiry_id)
    except NotPermittedError:
        may_see = False
    else:
        rows = Bundle.objects.filter(pk=bundle.pk)
        may_see = rows.holding_nothing_hidden_from(recipient.person).exists()
    if not may_see:
        raise NotReadyError(f"{recipient.name} may not see everything in this bundle.")


def _ask_to_build(copy: NumberedCopy) -> None:
    weight = weight_of(copy.bundle)
    ask("build_copy", copy.pk, long=Long(weight, str(copy.issued_by_id)))


@transaction.atomic
def withdraw_copy(copy: NumberedCopy, *, why: str, by: User) -> None:
    """Withdraw a copy, so that it can no longer be downloaded. Raises `NotReadyError` if it is
    withdrawn already."""
    require(by, Action.BUNDLE, copy.bundle.inquiry_id)
    taken = NumberedCopy.objects.filter(pk=copy.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_why=why[:300]
    )
    if not taken:
        raise NotReadyError(f"{copy} was withdrawn before.")
    record("copy withdrawn", copy.bundle, by=by, inquiry=copy.bundle.inquiry_id, copy=copy.number)


def build_copy(copy: NumberedCopy, *, within: Settle, report: Report) -> None:
    """ASKED → READY: bind the bundle again, with the marks of the copy.

    Does nothing if the bundle is no longer ready or the copy has been withdrawn.
    """
    if copy.state == NumberedCopy.State.READY:
        with within():
            return
    bundle = copy.bundle
    if bundle.state != Bundle.State.READY or copy.withdrawn_at is not None:
        fail_copy(copy, within=within)
        return
    with workshop(copy.pk) as folder, ExitStack() as stack, StorageTransaction() as store:
        volumes = bind(bundle, sources_of(stack, bundle), folder, report=report, copy=copy)
        made = [(volume, store.put_file(volume.path)) for volume in volumes]
        with within():
            _settle(copy, made)


def _settle(copy: NumberedCopy, made: Sequence[tuple[Volume, Stored]]) -> None:
    bundle = copy.bundle
    hold_in_storage(stored.sha256 for _, stored in made)
    # The lock keeps the bundle from expiring meanwhile, which would leave these files behind.
    there = Bundle.objects.select_for_update().filter(pk=bundle.pk, state=Bundle.State.READY)
    pending = NumberedCopy.objects.filter(pk=copy.pk, withdrawn_at=None).exclude(
        state=NumberedCopy.State.READY
    )
    if there.first() is None or not pending.update(state=NumberedCopy.State.READY):
        raise NotReadyError("This copy is not wanted any more, or its bundle is not there.")
    for volume, stored in made:
        # A file that is made again must have its earlier digest.
        BundleFile.objects.update_or_create(
            bundle=bundle,
            form="copy",
            sha256=stored.sha256,
            defaults={
                "copy": copy,
                "volume": volume.number,
                "size": stored.size,
                "pages": volume.joined.pages,
                "in_storage": True,
            },
        )
    record("copy made", bundle, by=None, inquiry=bundle.inquiry_id, copy=copy.number)


def fail_copy(copy: NumberedCopy, *, within: Settle) -> None:
    """ASKED → FAILED. The copy can be made again."""
    with within():
        NumberedCopy.objects.filter(pk=copy.pk, state=NumberedCopy.State.ASKED).update(
            state=NumberedCopy.State.FAILED
        )


@transaction.atomic
def make_copy_again(copy: NumberedCopy, *, by: User) -> None:
    """Make the file of a failed or expired copy again, with the same number and mark. A ready or
    withdrawn copy stays as it is.

    Raises `NotReadyError` while its bundle is not ready, and if the copy would not be issued now.
    """
    require(by, Action.BUNDLE, copy.bundle.inquiry_id)
    bundle = Bundle.objects.select_for_update().get(pk=copy.bundle_id)
    if bundle.state != Bundle.State.READY:
        raise NotReadyError("The files of this bundle are not there. Make the bundle again first.")
    _may_be_passed_on(bundle)
    _may_have(bundle, Recipient(copy.name, copy.recipient))
    kept = BundleFile.objects.filter(copy=OuterRef("pk"), in_storage=True)
    gone = Q(state=NumberedCopy.State.READY) & ~Exists(kept)
    missing = NumberedCopy.objects.filter(
        Q(state=NumberedCopy.State.FAILED) | gone, pk=copy.pk, withdrawn_at=None
    )
    if missing.update(state=NumberedCopy.State.ASKED):
        _ask_to_build(copy)


@transaction.atomic
def take_copy(copy: NumberedCopy, *, by: User, volume: int = 1) -> Issued:
    """Record the download of a copy and return where it is stored.

    The caller has found the copy through `visible_to`. Raises `NotReadyError` while it is being
    made, if it was withdrawn and if its file is no longer in storage.
    """
    if copy.withdrawn_at is not None:
        raise NotReadyError(f"{copy} was withdrawn.")
    kept = copy.kept_files()
    if copy.state == NumberedCopy.State.READY and not kept:
        raise NotReadyError(f"The file of copy {copy.number} is no longer kept. {ASK_FOR_IT}")
    made = next((file for file in kept if file.volume == volume), None)
    if copy.state != NumberedCopy.State.READY or made is None:
        raise NotReadyError(f"{copy} is not ready yet.")
    bundle = copy.bundle
    Download.objects.create(bundle=bundle, copy=copy, by=by, form="copy")
    record("copy downloaded", bundle, by=by, inquiry=bundle.inquiry_id, copy=copy.number)
    many = len(kept) > 1
    name = bundle.file_name("pdf", volume if many else 0, copy.number)
    return Issued(made.sha256, made.size, name, MEDIA_TYPES["pdf"])
