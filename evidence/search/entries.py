"""Writes what a submission is found by, and takes it out again."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from evidence.search.entry_words import Contents, words_of
from evidence.search.match import INDEX
from evidence.search.models import VERSION, SearchEntry, TaggedValue
from evidence.search.passages import packed
from evidence.submissions.models import Submission

JOB: Final = "index"
"""The job that indexes a submission anew. Whatever changes what it is found by asks for it."""
_TOGETHER: Final = 1_000_000
"""Keys of one moment."""


@dataclass(frozen=True)
class Entry:
    """What to write for a submission. `moment` is what the newest are known by."""

    submission: Submission
    edition: str
    partition: str
    moment: datetime
    contents: Contents
    publication: int | None = None


@dataclass(frozen=True)
class Prepared:
    """An entry, with its words taken apart: the slow part, before the transaction."""

    entry: Entry
    fields: dict[str, Any]
    indexed: str


def prepare_entry(entry: Entry) -> Prepared:
    words = words_of(entry.contents, entry.partition)
    is_postgresql = connection.vendor == "postgresql"
    indexed = words.for_postgresql() if is_postgresql else words.for_sqlite()
    fields = {
        "disclosure": str(entry.submission.disclosure),
        "publication": entry.publication,
        "partition": entry.partition,
        "version": VERSION,
        "passages": packed(entry.contents.passages),
        "words": indexed if is_postgresql else zlib.compress(indexed.encode(), 6),
    }
    return Prepared(entry, fields, indexed)


def write(prepared: Prepared) -> None:
    """Put an entry in the index, in place of the one before it. Twice is the same as once."""
    entry = prepared.entry
    rows = SearchEntry.objects.filter(submission=entry.submission, edition=entry.edition)
    before = rows.values("pk", "publication", "words").first()
    if before is not None and before["publication"] == entry.publication:
        key = before["pk"]
        _take_out(key, before["words"])
        rows.update(**prepared.fields)
    else:
        _remove(before)
        key = _free_key(entry.moment, entry.submission.pk)
        SearchEntry.objects.create(
            pk=key, submission=entry.submission, edition=entry.edition, **prepared.fields
        )
    _put_in([(key, prepared.indexed)])


def write_new(entries: Sequence[Prepared]) -> None:
    """Put many entries in the index at once; none of them may be in it already."""
    keys: list[int] = []
    for prepared in entries:
        first = _first_key(prepared.entry.moment, prepared.entry.submission.pk)
        keys.append(max(first, keys[-1] + 1) if keys and first <= keys[-1] else first)
    rows = [
        SearchEntry(
            pk=key, submission=row.entry.submission, edition=row.entry.edition, **row.fields
        )
        for key, row in zip(keys, entries, strict=True)
    ]
    SearchEntry.objects.bulk_create(rows)
    _put_in(zip(keys, (prepared.indexed for prepared in entries), strict=True))


def remove(submission: UUID, edition: str) -> None:
    rows = SearchEntry.objects.filter(submission=submission, edition=edition)
    _remove(rows.values("pk", "words").first())


def note_tagged(partition: str, values: set[tuple[str, int]]) -> None:
    """Keep that these kinds and keys are tags in a partition."""
    rows = TaggedValue.objects.filter(partition=partition, value__in={key for _kind, key in values})
    known = set(rows.values_list("kind", "value")) if values else set()
    TaggedValue.objects.bulk_create(
        [
            TaggedValue(partition=partition, kind=kind, value=value)
            for kind, value in sorted(values - known)
        ],
        ignore_conflicts=True,
    )


def _remove(row: Any) -> None:
    """`row` has the key and the words of an entry, or is None."""
    if row is not None:
        _take_out(row["pk"], row["words"])
        SearchEntry.objects.filter(pk=row["pk"]).delete()


def _take_out(key: int, words: bytes | None) -> None:
    """FTS5 keeps no text, so it is told which words it is to forget."""
    if connection.vendor != "sqlite" or words is None:
        return
    with connection.cursor() as cursor:
        statement = f"INSERT INTO {INDEX}({INDEX}, rowid, words) VALUES ('delete', %s, %s)"  # noqa: S608
        cursor.execute(statement, [key, zlib.decompress(words).decode()])


def _put_in(rows: Iterable[tuple[int, str]]) -> None:
    """PostgreSQL reads the words of the entry itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            statement = f"INSERT INTO {INDEX}(rowid, words) VALUES (%s, %s)"  # noqa: S608
            cursor.executemany(statement, list(rows))


def _first_key(moment: datetime, submission: UUID) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000 + submission.int % 1000


def _free_key(moment: datetime, submission: UUID) -> int:
    """A key for this moment that no entry has."""
    first = _first_key(moment, submission)
    if not SearchEntry.objects.filter(pk=first).exists():
        return first
    together = SearchEntry.objects.filter(pk__gte=first, pk__lt=first + _TOGETHER)
    return int(together.order_by("-pk").values_list("pk", flat=True)[0]) + 1
