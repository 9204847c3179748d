"""The filters of published evidence; they search only what the public can see."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.documents.models import SubmissionText
from evidence.publication.models import Publication
from evidence.search.filters import DAY, EvidenceFilter
from evidence.submissions.models import SubmissionQuerySet


class PublishedFilter(EvidenceFilter):
    """Filters by names and titles as published, and by date of publication.

    There is no filter by date of receipt: pages of evidence without a name show only the month, and
    such a filter would reveal the day.
    """

    after = filters.DateFilter(method="published_after", label=_("Published from"), widget=DAY)
    before = filters.DateFilter(method="published_before", label=_("Published to"), widget=DAY)

    def matching(self, queryset: SubmissionQuerySet, name: str, words: str) -> SubmissionQuerySet:
        """Evidence with each word in its text, title, reference or names."""
        for word in words.split()[:12]:
            text = SubmissionText.objects.filter(submission=OuterRef("pk"), text__icontains=word)
            shown = _current().filter(Q(title__icontains=word) | Q(names__icontains=word))
            queryset = queryset.filter(Q(reference=word.upper()) | Exists(text) | Exists(shown))
        return queryset

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
