"""A page of a list that may have any number of rows: what it costs does not grow with the list.

A list in order of time goes on from the last row shown. Matches of a search are numbered pages of
the newest thousand. Nothing is counted beyond a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from evidence.search.filters import EvidenceFilter
from evidence.search.index import Hit, passages_of, ranked
from evidence.search.passages import unpacked
from evidence.search.query import Query
from evidence.search.snippets import Snippet, Snippets
from evidence.submissions.models import Submission, SubmissionQuerySet

MOST_COUNTED: Final = 1000
BEYOND, PAGE = "beyond", "page"


@dataclass(frozen=True)
class Order:
    """The newest first: by a moment, and by a key where moments are equal. Names of columns or of
    annotations."""

    moment: str
    key: str

    def fields(self) -> tuple[str, str]:
        return f"-{self.moment}", f"-{self.key}"

    def cursor(self, row: Submission) -> str:
        return f"{getattr(row, self.moment).isoformat()}~{getattr(row, self.key)}"

    def after(self, rows: SubmissionQuerySet, cursor: str) -> SubmissionQuerySet:
        """The rows behind a cursor; all of them if it is no cursor."""
        moment, _separator, key = cursor.partition("~")
        try:
            at: Any = datetime.fromisoformat(moment)
            last: Any = int(key) if key.isdecimal() else UUID(key)
        except ValueError:
            return rows
        if at.tzinfo is None:
            return rows
        later = Q(**{f"{self.moment}__lt": at}) | Q(**{f"{self.key}__lt": last})
        # Said twice, so that the index by time is read from the right place.
        return rows.filter(later, **{f"{self.moment}__lte": at})


@dataclass(frozen=True)
class ListPage:
    """Rows with the lines that matched, and the queries of the pages beside this one."""

    rows: Sequence[Submission] = ()
    count: int = 0
    has_more: bool = False
    snippets: dict[UUID, Snippet] = field(default_factory=dict)
    first: str = ""
    previous: str = ""
    next: str = ""


def list_page(
    filters: EvidenceFilter, parameters: QueryDict, *, order: Order, per_page: int
) -> ListPage:
    """The page of a list that the address asks for. Nothing, if a filter cannot be understood."""
    if not filters.is_valid():
        return ListPage()
    rows = filters.qs.order_by(*order.fields())
    if filters.is_search:
        return _of_matches(filters, parameters, per_page=per_page)
    cursor = parameters.get(BEYOND, "")
    shown = list(order.after(rows, cursor)[: per_page + 1])
    following = order.cursor(shown[per_page - 1]) if len(shown) > per_page else ""
    counted = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return ListPage(
        shown[:per_page],
        count=min(counted, MOST_COUNTED),
        has_more=counted > MOST_COUNTED,
        first=_query(parameters) if cursor else "",
        next=_query(parameters, **{BEYOND: following}) if following else "",
    )


def _of_matches(filters: EvidenceFilter, parameters: QueryDict, *, per_page: int) -> ListPage:
    matches = ranked(filters.narrowed, filters.query, filters.searched)
    typed = parameters.get(PAGE, "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 1  # noqa: PLR2004
    start = (max(number, 1) - 1) * per_page
    hits = matches.hits[start : start + per_page]
    rows = {row.pk: row for row in filters.narrowed.filter(pk__in=[h.submission for h in hits])}
    before = {PAGE: str(number - 1)} if number > 2 else {}  # noqa: PLR2004
    has_next = start + per_page < len(matches.hits)
    return ListPage(
        [rows[hit.submission] for hit in hits if hit.submission in rows],
        count=len(matches.hits),
        has_more=matches.has_more,
        snippets=snippets_of(hits, filters.query),
        previous=_query(parameters, **before) if number > 1 else "",
        next=_query(parameters, **{PAGE: str(number + 1)}) if has_next else "",
    )


def snippets_of(hits: Sequence[Hit], query: Query) -> dict[UUID, Snippet]:
    """The lines around the words of a search, by submission."""
    made = Snippets(query)
    lines = {key: made.of(unpacked(passages)) for key, passages in passages_of(hits).items()}
    return {key: shown for key, shown in lines.items() if shown is not None}


def _query(parameters: QueryDict, **changes: str) -> str:
    query = parameters.copy()
    for name in (BEYOND, PAGE):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"
