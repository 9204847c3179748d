"""Base classes of the desk's pages: rows of the reader's own inquiries, and nothing is deleted."""

from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from evidence.admin.concurrent_editing import EditingAdmin
from evidence.permissions import Action, inquiries_where, may, may_anywhere
from inquiry.calls.models import Inquiry

Row = TypeVar("Row", bound=models.Model)


class NamedPages(EditingAdmin[Row]):
    """Titles each page with what it shows, and accepts only a list's own filters."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allows only lookups of the list's own filters.

        Django allows any lookup one relation away, which reveals rows hidden from the reader.
        """
        known: dict[str, set[str]] = request.__dict__.setdefault("desk_filters", {})
        if self.opts.label not in known:
            known[self.opts.label] = self._filter_parameters(request)
        return lookup in known[self.opts.label]

    def _filter_parameters(self, request: HttpRequest) -> set[str]:
        parameters: set[str] = set()
        for entry in self.get_list_filter(request):
            if isinstance(entry, str):
                field = get_fields_from_path(self.model, entry)[-1]
                list_filter = admin.FieldListFilter.create(
                    field, request, {}, self.model, self, field_path=entry
                )
                parameters.update(name for name in list_filter.expected_parameters() if name)
            elif isinstance(entry, type) and issubclass(entry, admin.SimpleListFilter):
                parameters.add(str(entry.parameter_name))
        return parameters

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        return super().changelist_view(request, shown)


class DeskAdmin(NamedPages[Row]):
    """Lists rows of the inquiries in which the reader may `reads`; writable where `edits` is set.

    `inquiry_path` is the lookup from a row to its inquiry.
    """

    reads: ClassVar[Action]
    edits: ClassVar[Action | None] = None
    inquiry_path: ClassVar[str] = "inquiry"
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        allowed = inquiries_where(request.user, self.reads)
        return super().get_queryset(request).filter(**{f"{self.inquiry_path}__in": allowed})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_anywhere(request.user, self.reads)

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return may_anywhere(request.user, self.reads)

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        if self.edits is None:
            return False
        if obj is None:
            return may_anywhere(request.user, self.edits)
        return may(request.user, self.edits, self._inquiry_of(obj))

    def _inquiry_of(self, obj: Row) -> int:
        *ways, last = self.inquiry_path.split("__")
        at: Any = obj
        for way in ways:
            at = getattr(at, way)
        key: int = getattr(at, f"{last}_id")
        return key

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.edits is not None and may_anywhere(request.user, self.edits)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


class OwnInquiry(admin.SimpleListFilter):
    """Filters by inquiry; offers only inquiries whose desk the reader may use."""

    title = "inquiry"
    parameter_name = "inquiry__id__exact"
    path = "inquiry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        keys = inquiries_where(request.user, Action.SEE_DESK)
        return [(str(inquiry.pk), inquiry.title) for inquiry in Inquiry.objects.filter(pk__in=keys)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.path: self.value()}) if self._number() else queryset

    def _number(self) -> bool:
        return (self.value() or "").isdigit()


class SettledAdmin(NamedPages[Row]):
    """Set-up made before evidence arrives; clerks and superusers may edit it."""

    def _allowed(self, request: HttpRequest) -> bool:
        person = request.user
        return bool(getattr(person, "is_superuser", False)) or may_anywhere(person, Action.CHECK)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AccountsAdmin(SettledAdmin[Row]):
    """Accounts, roles and committees; superusers only."""

    def _allowed(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))
