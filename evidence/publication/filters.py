"""The filters of published evidence; they search only what the public can see."""

from functools import cached_property
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.publication.models import Publication
from evidence.search.filters import DAY, EvidenceFilter
from evidence.search.index import Searched
from evidence.search.models import SearchEntry
from evidence.search.partitions import EVERYBODY
from evidence.submissions.models import SubmissionQuerySet


class PublishedFilter(EvidenceFilter):
    """Filters by names and titles as published, and by date of publication.

    There is no filter by date of receipt: pages of evidence without a name show only the month, and
    such a filter would reveal the day.
    """

    after = filters.DateFilter(method="published_after", label=_("Published from"), widget=DAY)
    before = filters.DateFilter(method="published_before", label=_("Published to"), widget=DAY)

    @cached_property
    def searched(self) -> Searched:
        """What the public may read is searched as it was published, whoever searches."""
        current = Publication.objects.current().filter(pk=OuterRef("publication"))
        entries = SearchEntry.objects.filter(edition=SearchEntry.Edition.PUBLIC)
        return Searched(EVERYBODY, entries.filter(Exists(current)))

    def published_after(
        self, queryset: SubmissionQuerySet, name: str, day: Any
    ) -> SubmissionQuerySet:
        return queryset.filter(Exists(_current().filter(published_at__date__gte=day)))

    def published_before(
        self, queryset: SubmissionQuerySet, name: str, day: Any
    ) -> SubmissionQuerySet:
        return queryset.filter(Exists(_current().filter(published_at__date__lte=day)))


def _current() -> QuerySet[Publication]:
    """The current publication of the outer submission."""
    return Publication.objects.current().filter(submission=OuterRef("pk"))
