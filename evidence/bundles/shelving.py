"""Puts what was made on the shelf, and takes it off again: never a row without its file.

Whoever writes a row for files, and whoever takes files off, does it one at a time: the one looks
whether the files are there, the other whether a row needs them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction

from evidence.bundles.models import Bundle, MadeFile
from evidence.errors import NotYet
from evidence.files.shelves import archive
from evidence.work.lane import locked

OWN = ("pdf", "zip", "json", "sig")


def shelved_for_good(digests: Iterable[str]) -> None:
    """Hold the files on the shelf until this transaction ends; raises `NotYet` if one is gone."""
    locked("shelf")
    if not all(archive().has(sha256) for sha256 in digests):
        raise NotYet("A file was taken off the shelf meanwhile.")


def take_off(digests: Iterable[str]) -> int:
    """Remove those of these files of bundles that no row names; return how many."""
    removed = 0
    for sha256 in sorted(set(digests)):
        with transaction.atomic():
            locked("shelf")
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
        if model is MadeFile:
            rows = rows.filter(on_shelf=True)
        elif model is Bundle:
            rows = rows.filter(state=Bundle.State.READY)
        for field in model._meta.concrete_fields:
            if field.name == "sha256" or field.name.endswith("_sha256"):
                yield rows, field.name
