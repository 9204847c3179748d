"""Keeps files and rows consistent: no row without its file, and no file without a row.

Writing rows for files and removing files take turns under one lock. Writing checks that the files
exist; removing checks that no row needs them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.apps import apps
from django.db import models, transaction

from evidence.errors import RetryLaterError
from evidence.files.storage import Stored, archive, chunks_of
from evidence.jobs.fair_scheduling import take_lock
from evidence.jobs.queue import LeaseLostError
from evidence.stored_files.models import UncommittedFile


class StorageTransaction:
    """Removes the files it stored if the block fails, unless a row refers to them.

    The block ends after the transaction that writes the rows.
    """

    def __init__(self) -> None:
        self._notes: list[UncommittedFile] = []

    def __enter__(self) -> Self:
        return self

    def put(self, chunks: Iterable[bytes]) -> Stored:
        return archive().put(chunks, before=self._note)

    def put_file(self, path: Path) -> Stored:
        with path.open("rb") as stream:
            return self.put(chunks_of(stream))

    def _note(self, stored: Stored) -> None:
        self._notes.append(UncommittedFile.objects.create(sha256=stored.sha256))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(problem, LeaseLostError):
            # The worker that has the job now makes the same files, and may have stored them
            # already.
            return
        if problem is not None:
            remove_unreferenced(note.sha256 for note in self._notes)
        _forget(self._notes)


def release(sha256: str) -> None:
    """Give up a file in this transaction; the daily clean-up removes it if nothing needs it."""
    UncommittedFile.objects.create(sha256=sha256)


def remove_left_behind(before: datetime) -> None:
    """Remove what killed workers left in storage before that moment."""
    notes = list(UncommittedFile.objects.filter(at__lt=before))
    remove_unreferenced(note.sha256 for note in notes)
    _forget(notes)


def _forget(notes: list[UncommittedFile]) -> None:
    # By key: another worker may have stored the same file meanwhile, with its own row.
    UncommittedFile.objects.filter(pk__in=[note.pk for note in notes]).delete()


def hold_in_storage(digests: Iterable[str]) -> None:
    """Keep these files in storage until this transaction ends.

    Raises `RetryLaterError` if one is gone.
    """
    take_lock("store")
    if not all(archive().has(sha256) for sha256 in digests):
        raise RetryLaterError("A file was removed from storage meanwhile.")


def remove_unreferenced(digests: Iterable[str]) -> int:
    """Remove those of these files that no row refers to; return how many."""
    removed = 0
    for sha256 in sorted(set(digests)):
        with transaction.atomic():
            take_lock("store")
            if not is_referenced(sha256):
                archive().remove(sha256)
                removed += 1
    return removed


def is_referenced(sha256: str) -> bool:
    """Whether any row of evidence refers to these bytes."""
    return any(rows.filter(**{field: sha256}).exists() for rows, field in _references())


def _references() -> Iterator[tuple[models.QuerySet[Any], str]]:
    """Every field of every model that holds a digest, also of models yet to be written.

    If rows of a model can give up their files, its manager has a method `holding_files` that
    returns the rows which still have theirs.
    """
    for model in apps.get_app_config("evidence").get_models():
        if model is UncommittedFile:
            continue
        manager: Any = model._default_manager
        rows = getattr(manager, "holding_files", manager.all)()
        for field in model._meta.concrete_fields:
            if field.name == "sha256" or field.name.endswith("_sha256"):
                yield rows, field.name
