"""Archive bags that staff ask for: made by a background job, then downloaded as one file."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.archive_transfer.transfer import require_rights, submissions_for, write
from evidence.bundles.build.volumes import Report
from evidence.bundles.build.workspace import workshop
from evidence.bundles.downloads import Issued
from evidence.custody.record import record
from evidence.errors import NotReadyError
from evidence.files.download_names import neutral
from evidence.files.storage import chunks_of
from evidence.jobs.queue import Long, Settle, ask
from evidence.permissions import Action, require
from evidence.stored_files.garbage_collection import StorageTransaction, hold_in_storage
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

# The weight of one submission with its original, in pages of a bundle.
SUBMISSION_WEIGHT = 10


@transaction.atomic
def ask_for(inquiry: Inquiry, *, by: User, with_confidential: bool = False) -> ArchiveBag:
    """Ask for a bag of all that may go to an archive.

    Raises `NotPermittedError` without the rights, `NotReadyError` if there is nothing to hand over.
    """
    require_rights(inquiry, by=by, with_confidential=with_confidential)
    submissions = submissions_for(inquiry, by=by, with_confidential=with_confidential).count()
    if not submissions:
        raise NotReadyError("There is no evidence here that can be handed to an archive.")
    bag = ArchiveBag.objects.create(
        inquiry=inquiry, with_confidential=with_confidential, requested_by=by
    )
    record("archive bag asked for", bag, by=by, inquiry=inquiry, confidential=with_confidential)
    _ask_to_build(bag, submissions)
    return bag


@transaction.atomic
def make_bag_again(bag: ArchiveBag, *, by: User) -> None:
    """Try a failed bag once more, with the rights of the person who first asked for it."""
    require(by, Action.ARCHIVE, bag.inquiry_id)
    failed = ArchiveBag.objects.filter(pk=bag.pk, state=ArchiveBag.State.FAILED)
    if not failed.update(state=ArchiveBag.State.ASKED, reason=""):
        return
    record("archive bag asked for again", bag, by=by, inquiry=bag.inquiry_id)
    asked_by, confidential = bag.requested_by, bag.with_confidential
    submissions = submissions_for(bag.inquiry, by=asked_by, with_confidential=confidential)
    _ask_to_build(bag, submissions.count())


def _ask_to_build(bag: ArchiveBag, submissions: int) -> None:
    weight = max(submissions, 1) * SUBMISSION_WEIGHT
    ask("archive_bag", bag.pk, long=Long(weight, str(bag.requested_by_id)))


def build_bag(bag: ArchiveBag, *, within: Settle, report: Report) -> None:
    """ASKED → READY, with the rights that the person who asked has now."""
    if bag.state == ArchiveBag.State.READY:
        with within():
            return
    by, confidential = bag.requested_by, bag.with_confidential
    with workshop(bag.pk) as place, StorageTransaction() as store:
        folder = place / _stem(bag)
        transfer = write(
            submissions_for(bag.inquiry, by=by, with_confidential=confidential),
            folder,
            inquiry=bag.inquiry,
            by=by,
            on=timezone.localdate(),
            with_confidential=confidential,
            report=report,
        )
        stored = store.put(tarred(folder))
        with within():
            hold_in_storage([stored.sha256])
            ArchiveBag.objects.filter(pk=bag.pk).update(
                state=ArchiveBag.State.READY,
                reason="",
                ready_at=timezone.now(),
                submissions=transfer.submissions,
                left_out=transfer.left_out,
                fingerprint=transfer.digest,
                sha256=stored.sha256,
                size=stored.size,
            )


def fail_bag(bag: ArchiveBag, *, reason: str, within: Settle) -> None:
    """ASKED → FAILED. `reason` is a sentence for staff."""
    with within():
        ArchiveBag.objects.filter(pk=bag.pk, state=ArchiveBag.State.ASKED).update(
            state=ArchiveBag.State.FAILED, reason=reason[:500]
        )


@transaction.atomic
def issue_bag(bag: ArchiveBag, *, by: User) -> Issued:
    """Record the download and return where the file is stored. The caller has found the bag through
    `visible_to`."""
    require_rights(bag.inquiry, by=by, with_confidential=bag.with_confidential)
    if bag.state != ArchiveBag.State.READY:
        raise NotReadyError("This bag is not ready yet.")
    record("archive bag downloaded", bag, by=by, inquiry=bag.inquiry, file=bag.sha256)
    return Issued(bag.sha256, bag.size, f"{_stem(bag)}.tar", "application/x-tar")


def tarred(folder: Path) -> Iterator[bytes]:
    """Writes a folder as a tar file. Its bytes depend only on names and contents."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        entry = tarfile.TarInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}")
        entry.size = path.stat().st_size
        entry.mode = 0o644
        yield entry.tobuf(tarfile.PAX_FORMAT)
        with path.open("rb") as stream:
            yield from chunks_of(stream)
        yield bytes(-entry.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _stem(bag: ArchiveBag) -> str:
    return Path(neutral(f"{bag.inquiry.prefix}-archive-{bag.requested_at:%Y-%m-%d}", "x")).stem
