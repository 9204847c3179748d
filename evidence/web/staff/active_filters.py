"""The filters of a list that are active, each with the address of the list without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import QueryDict

from evidence.search.filters import EvidenceFilter


@dataclass(frozen=True)
class ActiveFilter:
    """Such as “Theme: Visa denial”, and the query of the address without it."""

    label: str
    without: str


def active_filters(filters: EvidenceFilter, parameters: QueryDict) -> list[ActiveFilter]:
    """One for each value chosen, in the order of the form."""
    return list(_each(filters, parameters)) if filters.is_valid() else []


def _each(filters: EvidenceFilter, parameters: QueryDict) -> Iterator[ActiveFilter]:
    for name, answer in filters.form.cleaned_data.items():
        field = filters.form[name]
        chosen = answer if isinstance(answer, (list, tuple)) or hasattr(answer, "all") else [answer]
        for value in chosen:
            if value not in {None, ""}:
                words = _words(field, value)
                yield ActiveFilter(f"{field.label}: {words}", _without(parameters, name, value))


def _words(field: Any, value: Any) -> str:
    """The value as the form shows it. A row that the form does not offer this reader is not named:
    its key may have been guessed."""
    if isinstance(value, Model):
        offered = getattr(field.field, "offered", field.field.queryset)
        return str(value) if offered.filter(pk=value.pk).exists() else "not on this list"
    return str(dict(getattr(field.field, "choices", [])).get(value, value))


def _without(parameters: QueryDict, name: str, value: Any) -> str:
    query = parameters.copy()
    key = str(value.pk if isinstance(value, Model) else value)
    others = [other for other in query.getlist(name) if other != key]
    # A single value is typed as it may be; it has no others.
    query.setlist(name, others if key in query.getlist(name) else [])
    for place in ("page", "beyond"):
        query.pop(place, None)
    return query.urlencode()
