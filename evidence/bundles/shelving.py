"""Puts what was made in storage, and takes it off again: never a row without its file, and no
file for ever that no row names.

Whoever writes a row for files, and whoever takes files off, does it one at a time: the one looks
whether the files are there, the other whether a row needs them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.apps import apps
from django.db import models, transaction

from evidence.bundles.models import Bundle, BundleFile
from evidence.errors import RetryLaterError
from evidence.files.storage import Stored, archive, chunks_of
from evidence.jobs.fair_scheduling import locked
from evidence.jobs.queue import LeaseLostError

OWN = ("pdf", "zip", "json", "sig")


class UncommittedFile(models.Model):
    """A file in storage that no row names yet, or none any more: a note for `tidy`, which takes
    it off even if the worker is killed."""

    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256


class StorageTransaction:
    """What is put by this in storage is taken off again if the block fails, unless a row names
    it. The block ends after the transaction that writes the rows."""

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
            # Whoever has the step now makes the same files, and may have them there already.
            return
        if problem is not None:
            take_off(note.sha256 for note in self._notes)
        _forget(self._notes)


def let_go(sha256: str) -> None:
    """Note a file that a row names no longer once this transaction ends: `tidy` takes it off if no
    other row does."""
    UncommittedFile.objects.create(sha256=sha256)


def take_off_forgotten(before: datetime) -> None:
    """Take off what was put there before that moment by workers that were killed."""
    notes = list(UncommittedFile.objects.filter(at__lt=before))
    take_off(note.sha256 for note in notes)
    _forget(notes)


def _forget(notes: list[UncommittedFile]) -> None:
    # By their keys: another worker may have put the same file there meanwhile, with its own note.
    UncommittedFile.objects.filter(pk__in=[note.pk for note in notes]).delete()


def shelved_for_good(digests: Iterable[str]) -> None:
    """Hold the files in storage until this transaction ends; raises `RetryLaterError` if one is
    gone."""
    locked("store")
    if not all(archive().has(sha256) for sha256 in digests):
        raise RetryLaterError("A file was taken off storage meanwhile.")


def take_off(digests: Iterable[str]) -> int:
    """Remove those of these files of bundles that no row names; return how many."""
    removed = 0
    for sha256 in sorted(set(digests)):
        with transaction.atomic():
            locked("store")
            if not is_named(sha256):
                archive().remove(sha256)
                removed += 1
    return removed


def is_named(sha256: str) -> bool:
    """Whether any row of evidence names these bytes, but for bundles that have let them go."""
    return any(rows.filter(**{field: sha256}).exists() for rows, field in _naming())


def _naming() -> Iterator[tuple[models.QuerySet[Any], str]]:
    """Every field of every model that holds a digest, also of those that are yet to be written."""
    for model in apps.get_app_config("evidence").get_models():
        rows = model._default_manager.all()
        if model is UncommittedFile:
            continue
        if model is BundleFile:
            rows = rows.filter(in_storage=True)
        elif model is Bundle:
            rows = rows.filter(state=Bundle.State.READY)
        for field in model._meta.concrete_fields:
            if field.name == "sha256" or field.name.endswith("_sha256"):
                yield rows, field.name
