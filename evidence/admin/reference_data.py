"""Pages for committees, inquiries, calls, people and the lists used as tags."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import DateTimeField, Model, QuerySet, URLField
from django.forms import ModelForm
from django.http import HttpRequest

from evidence.admin.base import AccountsAdmin, SettledAdmin
from evidence.admin.concurrent_editing import ChangedOnlyForm
from evidence.custody.record import record
from evidence.permissions import Action, inquiries_where
from inquiry.calls.models import Call, Committee, CommitteeText, Inquiry, Question
from inquiry.people.models import Membership, User
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme, ThemeTerm


class InlineOfSettled(admin.TabularInline[Model, Model]):
    extra = 1
    form = ChangedOnlyForm

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True


class QuestionInline(InlineOfSettled):
    model = Question


class NameInline(InlineOfSettled):
    model = InstitutionName


class CommitteeTextInline(InlineOfSettled):
    model = CommitteeText
    extra = 0


class TermInline(InlineOfSettled):
    model = ThemeTerm


class MembershipInline(InlineOfSettled):
    model = Membership


# Permissions come from memberships; Django's groups are not used.
admin.site.unregister(Group)


@admin.register(Committee)
class CommitteeAdmin(AccountsAdmin[Committee]):
    list_display = ["name", "house", "email"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [CommitteeTextInline]


@admin.register(Inquiry)
class InquiryAdmin(AccountsAdmin[Inquiry]):
    list_display = ["title", "committee", "parent", "prefix", "hc_number"]
    list_select_related = ["committee", "parent"]
    prepopulated_fields = {"code": ["title"]}
    inlines = [QuestionInline, MembershipInline]

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Inquiry, form: ModelForm[Inquiry], change: Any
    ) -> None:
        """Also records who changes whether a second clerk must agree: it protects witnesses."""
        super().save_model(request, obj, form, change)
        if change and "second_clerk" in form.changed_data:
            act = "second clerk asked for" if obj.second_clerk else "second clerk not asked for"
            record(act, obj, by=request.user, inquiry=obj)


@admin.register(Call)
class CallAdmin(SettledAdmin[Call]):
    """Calls of the reader's own inquiries only."""

    list_display = ["title", "inquiry", "opens_at", "closes_at", "word_limit"]
    list_select_related = ["inquiry"]
    prepopulated_fields = {"code": ["title"]}
    # One labelled control for date and time instead of two without labels.
    formfield_overrides = {
        DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            ),
        }
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).filter(inquiry__in=_own(request))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "inquiry":
            kwargs["queryset"] = _own(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _own(request: HttpRequest) -> QuerySet[Inquiry]:
    """The inquiries whose calls this person may edit; all of them for a superuser."""
    if getattr(request.user, "is_superuser", False):
        return Inquiry.objects.all()
    return Inquiry.objects.filter(pk__in=inquiries_where(request.user, Action.CHECK))


@admin.register(User)
class PersonAdmin(AccountsAdmin[User], UserAdmin[User]):
    """Accounts. What a person may do comes from their memberships."""

    list_display = ["username", "email", "first_name", "last_name", "is_active"]
    list_filter = ["is_active", "is_superuser"]
    filter_horizontal = []
    inlines = [MembershipInline]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Account", {"fields": ("is_active", "is_superuser")}),
    )


@admin.register(Institution)
class InstitutionAdmin(SettledAdmin[Institution]):
    list_display = ["name", "country", "ror_id", "ukprn"]
    search_fields = ["name", "names__text", "ror_id", "ukprn"]
    list_filter = ["country"]
    inlines = [NameInline]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(Theme)
class ThemeAdmin(SettledAdmin[Theme]):
    list_display = ["name", "parent", "inquiry", "position"]
    list_select_related = ["parent", "inquiry"]
    search_fields = ["name", "terms__text"]
    inlines = [TermInline]


@admin.register(State)
class StateAdmin(SettledAdmin[State]):
    list_display = ["name", "code"]
    search_fields = ["name"]
