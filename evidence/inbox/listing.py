"""The inbox of an inquiry for one reader: its views, their counts, and the way through a list."""

import datetime
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import QueryDict
from django.utils import timezone

from evidence.inbox import reasons
from evidence.inbox.models import Snooze
from evidence.inbox.reasons import BY_NAME, OF_OTHERS, REASONS, Because, Reason
from evidence.lifecycle import FINAL
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission, SubmissionQuerySet
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

MOST_COUNTED = 1000
"""Counts stop here, so that a full inbox opens as fast as an empty one."""
VIEWS: Mapping[str, str] = {
    "": "Needs a person",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "new": "New",
    "waiting": "Waiting for others",
    "snoozed": "Snoozed",
}


EVIDENCE = "evidence"
"""The view of the list of evidence, narrowed by the filters of its address."""


@dataclass(frozen=True)
class Selection:
    """What a reader chose to see: one of `VIEWS`, and one reason or all of them; or the list of
    evidence, with its filters as a query of an address."""

    view: str = ""
    why: str = ""
    filters: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Selection":
        view, why = query.get("view", ""), query.get("why", "")
        if view == EVIDENCE and isinstance(query, QueryDict):
            return cls(EVIDENCE, filters=query.urlencode())
        return cls(view if view in VIEWS else "", why if why in BY_NAME else "")

    @property
    def label(self) -> str:
        return "Evidence" if self.view == EVIDENCE else VIEWS[self.view]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return OF_OTHERS if self.view == "waiting" else REASONS


@dataclass(frozen=True)
class Window:
    """The neighbours of a submission in a view, its place from 1, and how many there are; place
    and number at most `MOST_COUNTED`."""

    before: tuple[Submission, ...]
    after: tuple[Submission, ...]
    position: int
    total: int


@dataclass(frozen=True)
class Inbox:
    """The inbox of `inquiry` for `reader`, who was last here at `since` (None: never)."""

    inquiry: Inquiry
    reader: User
    since: datetime.datetime | None = None

    def submissions(self, selection: Selection) -> SubmissionQuerySet:
        """The submissions of a view, oldest first."""
        rows = self._visible()
        if selection.view == EVIDENCE:
            filters = RegisterFilter(
                QueryDict(selection.filters),
                queryset=rows,
                reader=self.reader,
                inquiries=[self.inquiry.pk],
            )
            rows = filters.qs if filters.is_valid() else rows.none()
            return rows.order_by("received_at", "id")
        if selection.view == "snoozed":
            rows = rows.filter(pk__in=self._snoozed())
        else:
            rows = rows.exclude(pk__in=self._snoozed()).filter(self._condition(selection))
        if selection.why:
            rows = rows.filter(BY_NAME[selection.why].condition(self.reader))
        return rows.order_by("received_at", "id")

    def _visible(self) -> SubmissionQuerySet:
        return Submission.objects.visible_to(self.reader).filter(inquiry=self.inquiry)

    def _condition(self, selection: Selection) -> Q:
        match selection.view:
            case "mine":
                return Q(assigned_to=self.reader) & ~Q(status__in=FINAL)
            case "new":
                return Q(received_at__gt=self.since) if self.since else ~Q(status__in=FINAL)
        condition = reasons.any_of(selection.reasons, self.reader)
        return condition & Q(assigned_to=None) if selection.view == "unassigned" else condition

    def _snoozed(self) -> QuerySet[Snooze, Any]:
        today = timezone.localdate()
        rows = Snooze.objects.filter(person=self.reader, until__gt=today)
        return rows.values("submission")

    def count(self, selection: Selection) -> int:
        """How many, at most `MOST_COUNTED`."""
        return len(self.submissions(selection).order_by().values_list("pk")[:MOST_COUNTED])

    def window(self, submission: Submission, selection: Selection, rows: int) -> "Window":
        """The submission in a view with some `rows` before and after it, even if it has left it."""
        listed = self.submissions(selection)
        places = [*listed.values_list("received_at", "pk")[:MOST_COUNTED]]
        here = (submission.received_at, submission.pk)
        at = bisect_left(places, here)
        if at == MOST_COUNTED:
            return self._far_window(submission, listed, rows)
        is_listed = at < len(places) and places[at] == here
        before = [key for _moment, key in places[max(at - rows, 0) : at]]
        after = [key for _moment, key in places[at + is_listed :][:rows]]
        known = listed.with_witnesses().in_bulk([*before, *after])
        return Window(
            tuple(known[key] for key in before if key in known),
            tuple(known[key] for key in after if key in known),
            position=min(at + 1, max(len(places), 1)),
            total=len(places),
        )

    def _far_window(
        self, submission: Submission, listed: SubmissionQuerySet, rows: int
    ) -> "Window":
        """Beyond what is counted."""
        witnesses = listed.with_witnesses()
        before = witnesses.filter(_before(submission)).order_by("-received_at", "-id")[:rows]
        after = witnesses.filter(_after(submission))[:rows]
        return Window(
            tuple(reversed(before)), tuple(after), position=MOST_COUNTED, total=MOST_COUNTED
        )

    def because(
        self, rows: list[Submission], selection: Selection
    ) -> list[tuple[Submission, list[Because]]]:
        """Each submission with the reasons it has for this reader."""
        by_key = reasons.because(selection.reasons, self.reader, [row.pk for row in rows])
        return [(row, by_key[row.pk]) for row in rows]

    def arrivals(self, days: int) -> list[tuple[datetime.date, int]]:
        """How many submissions the reader may see arrived on each of the last days."""
        today = timezone.localdate()
        first = today - datetime.timedelta(days=days - 1)
        midnight = timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
        rows = self._visible().order_by().filter(received_at__gte=midnight)
        counts = dict(
            rows.annotate(day=TruncDate("received_at"))
            .values_list("day")
            .annotate(count=Count("pk"))
            .values_list("day", "count")
        )
        every = (first + datetime.timedelta(days=number) for number in range(days))
        return [(day, counts.get(day, 0)) for day in every]


def _before(submission: Submission) -> Q:
    same = Q(received_at=submission.received_at)
    return Q(received_at__lt=submission.received_at) | (same & Q(pk__lt=submission.pk))


def _after(submission: Submission) -> Q:
    same = Q(received_at=submission.received_at)
    return Q(received_at__gt=submission.received_at) | (same & Q(pk__gt=submission.pk))
