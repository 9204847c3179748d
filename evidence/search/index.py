"""Searches the index: which submissions match, and which of the newest come first.

The index keeps who may find what (`partitions.py`), and every question to it is one statement with
the caller's own conditions: what the reader may see is never sorted out afterwards. The order
depends on nothing but the matches themselves: words in the title first, then words in the names of
witnesses, then the newest. No word counts for more because it is rare among all submissions, for
that would tell what is in those the reader may not see.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet

from evidence.search.match import INDEX, expression
from evidence.search.models import SearchEntry
from evidence.search.partitions import Scope
from evidence.search.query import Field, Query
from evidence.submissions.models import SubmissionQuerySet

MOST_RANKED: Final = 1000
"""So many of the newest matches are put in order."""
_MOST_BY_FIELD: Final = 200
_BEFORE_OTHERS: Final = (Field.TITLE, Field.WITNESS)


@dataclass(frozen=True)
class Searched:
    """Where a reader searches: partitions, and entries that are up to date."""

    scope: Scope
    entries: QuerySet[SearchEntry]


@dataclass(frozen=True)
class Hit:
    entry: int
    submission: UUID


@dataclass(frozen=True)
class Ranked:
    """Matches in order, `MOST_RANKED` at most; `has_more` if there are more."""

    hits: list[Hit]
    has_more: bool = False


def staff_entries() -> QuerySet[SearchEntry]:
    """Entries for people on the inquiry. One that was written before the disclosure changed counts
    no longer: it may name a witness who is protected now."""
    staff = SearchEntry.objects.filter(edition=SearchEntry.Edition.STAFF)
    return staff.filter(disclosure=F("submission__disclosure"))


def matching(rows: SubmissionQuerySet, query: Query, searched: Searched) -> SubmissionQuerySet:
    """All of these submissions that match, in their own order."""
    words = expression(query, searched.scope, vendor=connection.vendor)
    if words is None:
        return rows.none()
    entries = searched.entries.filter(words__matches=words).order_by()
    return rows.filter(pk__in=entries.values("submission"))


def ranked(rows: SubmissionQuerySet, query: Query, searched: Searched) -> Ranked:
    """The newest of these submissions that match, the best first."""
    newest = _newest(rows, query, searched, most=MOST_RANKED + 1)
    scores: dict[Hit, int] = dict.fromkeys(newest[:MOST_RANKED], 0)
    for score, field in enumerate(reversed(_BEFORE_OTHERS), 1):
        if (narrower := _only_in(field, query)) is not None:
            for hit in _newest(rows, narrower, searched, most=_MOST_BY_FIELD):
                scores[hit] = scores.get(hit, 0) + score
    hits = sorted(scores, key=lambda hit: (scores[hit], hit.entry), reverse=True)
    return Ranked(hits[:MOST_RANKED], has_more=len(newest) > MOST_RANKED)


def passages_of(hits: Iterable[Hit]) -> dict[UUID, bytes]:
    """The packed passages of matches, by submission."""
    keys = [hit.entry for hit in hits]
    rows = SearchEntry.objects.filter(pk__in=keys).order_by()
    return {key: bytes(passages) for key, passages in rows.values_list("submission", "passages")}


def _only_in(field: Field, query: Query) -> Query | None:
    """The same search in one field; None if it says itself where it looks."""
    if all(term.field != Field.ANY for term in query.wanted):
        return None
    return Query(
        tuple(
            replace(term, field=field) if term.field == Field.ANY and not term.is_excluded else term
            for term in query.terms
        )
    )


def _newest(rows: SubmissionQuerySet, query: Query, searched: Searched, *, most: int) -> list[Hit]:
    words = expression(query, searched.scope, vendor=connection.vendor)
    if words is None:
        return []
    shown = Exists(rows.order_by().filter(pk=OuterRef("submission")))
    entries = _newest_first(searched.entries.filter(shown), words)
    return [Hit(*row) for row in entries.values_list("pk", "submission_id")[:most]]


def _newest_first(entries: QuerySet[SearchEntry], words: str) -> QuerySet[Any]:
    if connection.vendor == "postgresql":
        return entries.filter(words__matches=words).order_by("-pk")
    # FTS5 reads its newest matches first if it is joined, and all of them in an IN.
    joined = f"{INDEX}.rowid = {SearchEntry._meta.db_table}.id"
    return entries.order_by().extra(  # noqa: S610  nothing here was typed by anybody but `words`
        tables=[INDEX],
        where=[joined, f"{INDEX} MATCH %s"],
        params=[words],
        order_by=[f"-{INDEX}.rowid"],
    )
