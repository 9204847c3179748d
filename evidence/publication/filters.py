"""What the public can ask of published evidence: of what it was shown, and of nothing else."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from evidence.documents.models import SubmissionText
from evidence.publication.models import Publication
from evidence.search.filters import DAY, EvidenceFilter
from evidence.submissions.models import SubmissionQuerySet


class PublishedFilter(EvidenceFilter):
    """Names and titles as they were published, days of publication.

    The day of receipt is not asked for: of what is published without a name the page says the
    month alone, and by asking day after day anybody could find out the rest.
    """

    after = filters.DateFilter(method="published_after", label="Published from", widget=DAY)
    before = filters.DateFilter(method="published_before", label="Published to", widget=DAY)

    def matching(self, queryset: SubmissionQuerySet, name: str, words: str) -> SubmissionQuerySet:
        """Evidence that holds each word, in the text, the title, the reference or the names."""
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
    """The publication of an outer submission that stands."""
    return Publication.objects.current().filter(submission=OuterRef("pk"))
