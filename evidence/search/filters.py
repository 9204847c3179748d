"""The filters and search of lists of evidence: register, desk and public pages.

A filter only narrows what it is given: the caller decides what the reader may see (`visible_to`).
It must not reveal anything else, so names and own institutions of protected witnesses are searched
only for readers who may see them.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import django_filters as filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import CheckboxSelectMultiple, DateInput
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelMultipleChoiceField

from evidence.lifecycle import Status
from evidence.permissions import Action, Person, inquiries_where
from evidence.search.index import Searched, matching, staff_entries
from evidence.search.models import TaggedValue
from evidence.search.partitions import scope_of
from evidence.search.query import Field, Query, parse, within
from evidence.submissions.models import SHORT, Submission, SubmissionQuerySet
from evidence.tagging.models import InstitutionTag, Standing, StateTag, ThemeTag
from inquiry.vocabulary.models import Institution, State, Theme

MOST_OPTIONS = 200
DAY = DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OfferedOptions(ModelChoiceIterator):  # type: ignore[type-arg]  # not generic when it runs
    """The options a list shows, up to `MOST_OPTIONS`."""

    def __iter__(self) -> Iterator[Any]:
        field: Any = self.field
        for row in field.offered[:MOST_OPTIONS]:
            yield self.choice(row)


class OfferedField(ModelMultipleChoiceField):
    iterator = OfferedOptions

    def __init__(self, *args: Any, offered: QuerySet[Any], **kwargs: Any) -> None:
        self.offered = offered
        super().__init__(*args, **kwargs)


class TagFilter(filters.ModelMultipleChoiceFilter):
    """Takes any row, and offers those that are tags of what is listed: a tag that was given a
    moment ago can be asked for before it is offered."""

    field_class = OfferedField

    def offer(self, rows: QuerySet[Any]) -> None:
        self.extra["offered"] = rows

    @property
    def offered(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.extra["offered"]
        return rows


class EvidenceFilter(filters.FilterSet):
    """What the register and the published list have in common."""

    q = filters.CharFilter(method="matching", label=_("Search"))
    institution = TagFilter(
        queryset=Institution.objects.all(),
        method="with_institutions",
        label=_("Institution"),
        widget=CheckboxSelectMultiple,
    )
    theme = TagFilter(
        queryset=Theme.objects.all(),
        method="with_themes",
        label=_("Theme"),
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = Submission
        fields: list[str] = []

    def __init__(
        self,
        *args: Any,
        reader: Person | None = None,
        inquiries: Iterable[int] | None = None,
        **kwargs: Any,
    ) -> None:
        """`inquiries` are those of the list, if it is not of all that the reader works on."""
        super().__init__(*args, **kwargs)
        self.reader: Person = reader if reader is not None else AnonymousUser()
        self.inquiries = inquiries
        self.filters["institution"].offer(self._institutions())
        self.filters["theme"].offer(Theme.objects.filter(pk__in=_and_parents(self._themes())))

    def _institutions(self) -> QuerySet[Institution]:
        scope = self.searched.scope
        kept = TaggedValue.objects.filter(
            Q(kind=TaggedValue.Kind.INSTITUTION, partition__in=scope.partitions)
            | Q(kind=TaggedValue.Kind.OWN_INSTITUTION, partition__in=scope.named)
        )
        tags = self._tags().filter(institution=OuterRef("pk"))
        return Institution.objects.filter(pk__in=kept.values("value")).filter(self._shown(tags))

    def _themes(self) -> QuerySet[Theme]:
        tags = ThemeTag.objects.filter(theme=OuterRef("pk"), standing=Standing.ACCEPTED)
        return Theme.objects.filter(pk__in=self._kept(TaggedValue.Kind.THEME)).filter(
            self._shown(tags)
        )

    def _kept(self, kind: TaggedValue.Kind) -> QuerySet[TaggedValue, Any]:
        """The keys of what was a tag of something the reader may see."""
        kept = TaggedValue.objects.filter(kind=kind, partition__in=self.searched.scope.partitions)
        return kept.values("value")

    def _shown(self, tags: QuerySet[Any]) -> Exists:
        """Whether one of these tags is on a submission of the list now."""
        visible = self.queryset.order_by().filter(pk=OuterRef("submission"))
        return Exists(tags.filter(Exists(visible)))

    def _tags(self) -> QuerySet[InstitutionTag]:
        """The institution tags this reader may see."""
        return InstitutionTag.objects.filter(standing=Standing.ACCEPTED).known_to(self.reader)

    def filter_queryset(self, queryset: SubmissionQuerySet) -> SubmissionQuerySet:
        """Narrowed by everything chosen; `narrowed` keeps what it is without the search."""
        for name, value in self.form.cleaned_data.items():
            if name != "q":
                queryset = self.filters[name].filter(queryset, value)
        self.narrowed = queryset
        typed = self.form.cleaned_data.get("q") or ""
        return self.matching(queryset, "q", typed) if typed.strip() else queryset

    @property
    def is_search(self) -> bool:
        """Whether something is searched for, be it only signs."""
        return bool((self.form.cleaned_data.get("q") or "").strip())

    @property
    def query(self) -> Query:
        """What is searched for; without terms if nothing is, or nothing that can be."""
        return parse(self.form.cleaned_data.get("q") or "")

    @cached_property
    def searched(self) -> Searched:
        return Searched(scope_of(self.reader, self.inquiries), staff_entries())

    def matching(self, queryset: SubmissionQuerySet, name: str, words: str) -> SubmissionQuerySet:
        """Submissions with each word in title, text, number or a name the reader may see."""
        return matching(queryset, parse(words), self.searched)

    def with_institutions(
        self, queryset: SubmissionQuerySet, name: str, chosen: list[Institution]
    ) -> SubmissionQuerySet:
        if not chosen:
            return queryset
        tags = self._tags().filter(submission=OuterRef("pk"), institution__in=chosen)
        return queryset.filter(Exists(tags))

    def with_themes(
        self, queryset: SubmissionQuerySet, name: str, chosen: list[Theme]
    ) -> SubmissionQuerySet:
        """A theme stands for its children too."""
        if not chosen:
            return queryset
        tags = ThemeTag.objects.filter(
            submission=OuterRef("pk"), standing=Standing.ACCEPTED, theme__in=_with_children(chosen)
        )
        return queryset.filter(Exists(tags))


class RegisterFilter(EvidenceFilter):
    """The register of an inquiry, for those who work on it."""

    status = filters.MultipleChoiceFilter(
        choices=Status.choices, label="Status", widget=CheckboxSelectMultiple
    )
    kind = filters.MultipleChoiceFilter(
        choices=Submission.Kind.choices, label="Kind", widget=CheckboxSelectMultiple
    )
    disclosure = filters.MultipleChoiceFilter(
        choices=list(SHORT.items()), label="Disclosure", widget=CheckboxSelectMultiple
    )
    assigned = filters.ChoiceFilter(
        choices=[("mine", "Me"), ("nobody", "Nobody")], method="assigned_to", label="Assigned to"
    )
    tags = filters.ChoiceFilter(
        choices=[("suggested", "Tags to review"), ("none", "No tags")],
        method="with_tags",
        label="Tags",
    )
    witness = filters.CharFilter(method="with_witness", label="Witness")
    after = filters.DateFilter(
        field_name="received_at", lookup_expr="date__gte", label="From", widget=DAY
    )
    before = filters.DateFilter(
        field_name="received_at", lookup_expr="date__lte", label="To", widget=DAY
    )

    state = TagFilter(
        queryset=State.objects.all(),
        method="about_states",
        label="State concerned",
        widget=CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not inquiries_where(self.reader, Action.SEE_DESK).issuperset(self.inquiries or ()):
            # Who works on what is for those who work on it.
            del self.filters["assigned"], self.filters["tags"]
        tags = StateTag.objects.filter(state=OuterRef("pk"), standing=Standing.ACCEPTED)
        kept = State.objects.filter(pk__in=self._kept(TaggedValue.Kind.STATE))
        self.filters["state"].offer(kept.filter(self._shown(tags)))

    def assigned_to(self, queryset: SubmissionQuerySet, name: str, whom: str) -> SubmissionQuerySet:
        """A view shared with others: “Me” is whoever reads it."""
        return queryset.filter(assigned_to=self.reader.pk if whom == "mine" else None)

    def with_tags(self, queryset: SubmissionQuerySet, name: str, which: str) -> SubmissionQuerySet:
        if which == "suggested":
            return queryset.filter(tagged(Standing.SUGGESTED, self.reader))
        return queryset.exclude(tagged(Standing.ACCEPTED, self.reader))

    def with_witness(
        self, queryset: SubmissionQuerySet, name: str, words: str
    ) -> SubmissionQuerySet:
        """Submissions of a witness with each of these words in name, role or organisation."""
        if not words.strip():
            return queryset
        return matching(queryset, within(Field.WITNESS, words), self.searched)

    def about_states(
        self, queryset: SubmissionQuerySet, name: str, chosen: list[State]
    ) -> SubmissionQuerySet:
        if not chosen:
            return queryset
        tags = StateTag.objects.filter(
            submission=OuterRef("pk"), standing=Standing.ACCEPTED, state__in=chosen
        )
        return queryset.filter(Exists(tags))


def tagged(standing: Standing, reader: Person) -> Q:
    """Submissions with an institution or theme tag of this standing that the reader may see."""
    institutions = InstitutionTag.objects.filter(standing=standing).known_to(reader)
    themes = ThemeTag.objects.filter(standing=standing)
    here = {"submission": OuterRef("pk")}
    return Q(Exists(institutions.filter(**here))) | Q(Exists(themes.filter(**here)))


def _with_children(themes: list[Theme]) -> set[int]:
    keys = {theme.pk for theme in themes}
    level = keys
    while level := set(Theme.objects.filter(parent__in=level).values_list("pk", flat=True)) - keys:
        keys |= level
    return keys


def _and_parents(themes: QuerySet[Theme]) -> set[int]:
    """The keys of these themes and all their parents."""
    above = dict(Theme.objects.values_list("pk", "parent"))
    keys: set[int] = set()
    for key in themes.values_list("pk", flat=True):
        at: int | None = key
        while at is not None and at not in keys:
            keys.add(at)
            at = above.get(at)
    return keys
