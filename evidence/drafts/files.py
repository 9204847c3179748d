"""The files of a draft: added, ordered, removed and replaced.

Type, size, macros and password are checked during the upload. A worker then reads the file and
records its words, its pages and what it would reveal.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from evidence.drafts.models import Arrival, Draft, DraftFile
from evidence.drafts.save_answers import locked_draft
from evidence.errors import FileRefusedError, NotReadyError
from evidence.files import draft_storage as place
from evidence.files import upload_limits
from evidence.files.file_types import Kind
from evidence.jobs.queue import ask_first
from evidence.rate_limits import rules as limits
from evidence.submissions.receive import DOCUMENT_KINDS, NO_DOCUMENT, at_the_door, too_many_files

LIFE = timedelta(seconds=60)


class AlreadyUploadedError(FileRefusedError):
    """The draft has a file with the same bytes."""


def add(
    draft: Draft,
    stream: IO[bytes],
    *,
    name: str,
    instead_of: UUID | None = None,
    is_clean_copy: bool = False,
) -> DraftFile:
    """Add a file, or replace another. `is_clean_copy`: we made it from the file it replaces.

    The bytes are stored before the row is written, so a row always has its file.
    Raises `FileRefusedError`, which says what the witness can do, `AlreadySubmittedError`,
    `RateLimitExceededError`.
    """
    limits.allow(limits.UPLOAD, draft.pk.hex)
    return _add(draft, stream, name=name, instead_of=instead_of, is_clean_copy=is_clean_copy)


def _add(
    draft: Draft,
    stream: IO[bytes],
    *,
    name: str,
    instead_of: UUID | None = None,
    is_clean_copy: bool = False,
) -> DraftFile:
    with at_the_door(stream, name=name, extra=True) as result:
        row = DraftFile(
            draft=draft,
            name=result.name,
            kind=result.kind,
            sha256=result.stored.sha256,
            size=result.stored.size,
            is_clean_copy=is_clean_copy,
        )
        place.take(row.original, result.path)
    try:
        with transaction.atomic():
            _enter(row, instead_of)
    except BaseException:
        place.remove_all(row.folder)
        raise
    return row


def _enter(row: DraftFile, instead_of: UUID | None) -> None:
    draft = locked_draft(row.draft)
    others = list(draft.files.all())
    old = next((file for file in others if file.pk == instead_of), None)
    if old is None and len(others) >= upload_limits.most_files():
        raise too_many_files()
    if any(file.sha256 == row.sha256 and file != old for file in others):
        raise AlreadyUploadedError("twice", _("You have already uploaded this file."))
    row.position = old.position if old else max((file.position for file in others), default=-1) + 1
    if old is not None:
        _delete(old)
    row.save(force_insert=True)
    _touch(draft)
    ask_first("look", row.pk)


def add_attached(draft: Draft, content: Path, *, name: str, only_check: bool) -> None:
    """Add a file that was attached to an email of the draft, unless the draft has it already.

    Raises what `add` raises, but does not count as an upload. With `only_check` it adds nothing.
    """
    with content.open("rb") as stream:
        if only_check:
            with at_the_door(stream, name=name, extra=True):
                return
        with suppress(AlreadyUploadedError):
            _add(draft, stream, name=name)


@transaction.atomic
def remove(file: DraftFile) -> None:
    """Remove a file and its bytes from the draft."""
    draft = locked_draft(file.draft)
    _delete(file)
    _touch(draft)


@transaction.atomic
def move(file: DraftFile, *, by: int) -> None:
    """Move a file up (-1) or down (1) in the order in which the files are sent."""
    draft = locked_draft(file.draft)
    order = list(draft.files.all())
    at = next(index for index, other in enumerate(order) if other.pk == file.pk)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    for position, other in enumerate(order):
        DraftFile.objects.filter(pk=other.pk).update(position=position)
    _touch(draft)


def check_first(files: list[DraftFile], *, typed: bool) -> None:
    """Raise `FileRefusedError` unless there is evidence and a document, no picture, comes first."""
    if typed:
        return
    if not files:
        raise FileRefusedError(
            "no-file", _("Choose a file with your evidence, or type your evidence")
        )
    if Kind(files[0].kind) not in DOCUMENT_KINDS:
        raise FileRefusedError("wrong-type", NO_DOCUMENT)


@contextmanager
def arriving(draft: Draft) -> Iterator[Arrival]:
    """While the block runs, and for a minute after each renewal, the draft cannot be sent."""
    arrival = announce(draft)
    try:
        yield arrival
    finally:
        arrival.delete()


def announce(draft: Draft, key: UUID | None = None) -> Arrival:
    """Record that a file is uploading, or renew that record."""
    until = timezone.now() + LIFE
    if key is not None:
        arrival, _new = Arrival.objects.update_or_create(
            pk=key, draft=draft, defaults={"until": until}
        )
        return arrival
    return Arrival.objects.create(draft=draft, until=until)


def still_arriving(arrival: Arrival) -> None:
    """Renew the record of an upload; does nothing if the draft is gone."""
    Arrival.objects.filter(pk=arrival.pk).update(until=timezone.now() + LIFE)


def is_arriving(draft: Draft) -> bool:
    return Arrival.objects.filter(draft=draft, until__gt=timezone.now()).exists()


def _delete(file: DraftFile) -> None:
    """Delete the row first. Bytes without a row are deleted with the draft."""
    if not DraftFile.objects.filter(pk=file.pk).delete()[0]:
        raise NotReadyError(_("This file has been removed."))
    transaction.on_commit(lambda: place.remove_all(file.folder))


def _touch(draft: Draft) -> None:
    now = timezone.now()
    first = Coalesce("first_saved_at", now)
    Draft.objects.filter(pk=draft.pk).update(saved_at=now, first_saved_at=first)
