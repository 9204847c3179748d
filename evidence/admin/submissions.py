"""The list of submissions at the desk and the page of each one.

Pages read and edit details. A status changes only through an act (`evidence.admin.buttons`), which
calls the domain function that checks `permissions` and writes the custody record.
"""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode

from evidence.admin import unsaved_input
from evidence.admin.base import DeskAdmin, OwnInquiry
from evidence.admin.carry_out import carry_out
from evidence.admin.clear_finding import settle_view
from evidence.admin.issued_code import issued_code_view
from evidence.admin.proposals import confirm_view, drop_view, propose_many, propose_view
from evidence.admin.publish_view import publish_view
from evidence.admin.receive_view import receive_view
from evidence.admin.submission_form import SubmissionForm
from evidence.admin.submission_page import describe
from evidence.admin.tagging import tag_view
from evidence.custody.record import record
from evidence.jobs.queue import ask
from evidence.permissions import Action, may_anywhere, require
from evidence.search.filters import RegisterFilter, tagged
from evidence.search.paging import CappedPaginator
from evidence.submissions.models import SHORT, Submission, SubmissionQuerySet
from evidence.tagging.models import Standing
from evidence.web.staff.auth import signed_in
from evidence.witness_requests.pending import WORDS, narrowed


class Tags(admin.SimpleListFilter):
    title = "tags"
    parameter_name = "tags"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("suggested", "Tags to review"), ("none", "No tags")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "suggested":
            return queryset.filter(tagged(Standing.SUGGESTED, request.user))
        if self.value() == "none":
            return queryset.exclude(tagged(Standing.ACCEPTED, request.user))
        return queryset


class HowKnown(admin.SimpleListFilter):
    title = "disclosure"
    parameter_name = "disclosure__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), label) for value, label in SHORT.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = self.value() in {str(value) for value in SHORT}
        return queryset.filter(disclosure=self.value()) if known else queryset


class FromWitness(admin.SimpleListFilter):
    title = "witness"
    parameter_name = "witness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not may_anywhere(request.user, Action.READ_CONTACT):
            return []
        return [(str(what), words.capitalize()) for what, words in WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return narrowed(queryset, self.value() or "", reader=request.user)


class Mine(admin.SimpleListFilter):
    title = "assigned to"
    parameter_name = "case"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "Me"), ("nobody", "Nobody")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "mine":
                return queryset.filter(assigned_to=signed_in(request))
            case "nobody":
                return queryset.filter(assigned_to=None)
        return queryset


@admin.register(Submission)
class SubmissionAdmin(DeskAdmin[Submission]):
    reads = Action.SEE_DESK
    edits = Action.CHECK
    list_filter = [
        "status",
        OwnInquiry,
        HowKnown,
        "kind",
        "channel",
        "late",
        Tags,
        FromWitness,
        Mine,
    ]
    list_select_related = ["inquiry", "assigned_to"]
    paginator = CappedPaginator
    search_fields = ["title"]
    search_help_text = "Search the text, title, number or witness"
    ordering = ["-received_at", "-id"]
    fields = ["title", "display_name", "supplements", "assigned_to"]
    form = SubmissionForm
    actions = ["propose_chosen", "publish_chosen"]
    change_form_template = "admin/submission.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        own = cast("SubmissionQuerySet", super().get_queryset(request))
        return own.visible_to(request.user).with_witnesses()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        @admin.display(description="Witness, and what they asked for")
        def witness(submission: Submission) -> str:
            names = submission.names_for(request.user)
            wish = render_to_string(
                "components/requested_protection.html", {"submission": submission}
            )
            title = '<br><span class="quiet-words">{}</span>' if submission.title else "{}"
            return format_html("{} {}" + title, names, wish, submission.title)

        return [
            "label",
            witness,
            "status",
            "how_known",
            "came",
            "words",
            "assigned_to",
        ]

    @admin.display(description="Received", ordering="received_at")
    def came(self, submission: Submission) -> str:
        day = date_format(timezone.localtime(submission.received_at), "j M Y")
        return f"{day}, late" if submission.late else day

    @admin.display(description="Disclosure", ordering="disclosure")
    def how_known(self, submission: Submission) -> str:
        return submission.disclosure_label

    @admin.display(description="Number", ordering="number")
    def label(self, submission: Submission) -> str:
        return submission.label

    def get_fields(self, request: HttpRequest, obj: Submission | None = None) -> list[Any]:
        """Hides "supplements" if the reader may not see the earlier submission or its witness."""
        fields = [*super().get_fields(request, obj)]
        if obj is not None and obj.supplements_id is not None:
            known = Submission.objects.visible_to(request.user).with_name_known_to(request.user)
            if not known.filter(pk=obj.supplements_id).exists():
                fields.remove("supplements")
        return fields

    def get_form(
        self,
        request: HttpRequest,
        obj: Submission | None = None,
        change: Any = False,  # noqa: FBT002  as Django calls it
        **kwargs: Any,
    ) -> type[ModelForm[Submission]]:
        made = super().get_form(request, obj, change, **kwargs)
        typed = unsaved_input.take(request, obj) if obj and request.method == "GET" else {}
        return type(made.__name__, (made,), {"reader": request.user, "typed": typed})

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Submission, form: ModelForm[Submission], change: Any
    ) -> None:
        """Record which fields were edited and make the pages again."""
        require(request.user, Action.CHECK, obj.inquiry_id)
        super().save_model(request, obj, form, change)
        if form.changed_data:
            fields = sorted(form.changed_data)
            record("corrected", obj, by=request.user, inquiry=obj.inquiry_id, fields=fields)
            ask("render", obj.pk)
            ask("index", obj.pk)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Submission], search_term: str
    ) -> tuple[QuerySet[Submission], bool]:
        """Searches as the register does, so that results reveal nothing hidden from the reader."""
        matches = RegisterFilter({"q": search_term}, queryset=queryset, reader=request.user)
        return (matches.qs if search_term else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_anywhere(request.user, Action.RECEIVE)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Adds evidence that came by post or email, by the same function as the public page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return receive_view(request, self.admin_site.each_context(request))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        submission = self.get_object(request, object_id) if object_id else None
        if submission is None:
            raise Http404
        described = {
            **describe(submission, signed_in(request)),
            "back": self.get_preserved_filters(request),
        }
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **described}
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:key>/act/<slug:name>/", wrap(self.act_view), name="submission-act"),
            path("<uuid:key>/code/", wrap(self.code_view), name="submission-code"),
            path("<uuid:key>/tag/", wrap(self.tag), name="submission-tag"),
            path(
                "<uuid:key>/settle/<uuid:finding>/", wrap(self.settle_one), name="submission-settle"
            ),
            path("<uuid:key>/propose/", wrap(self.propose_one), name="submission-propose"),
            path("<uuid:key>/drop/<uuid:decision>/", wrap(self.drop_one), name="submission-drop"),
            path(
                "<uuid:key>/confirm/<uuid:decision>/",
                wrap(self.confirm_one),
                name="submission-confirm",
            ),
            *super().get_urls(),
        ]

    def act_view(self, request: HttpRequest, key: Any, name: str) -> HttpResponse:
        submission = self._posted(request, key)
        shown = carry_out(request, submission, name, self.admin_site.each_context(request))
        return shown or self._back_to(request, submission)

    def code_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        submission = self.get_object(request, str(key))
        if submission is None:
            raise Http404
        return issued_code_view(request, submission, self.admin_site.each_context(request))

    def tag(self, request: HttpRequest, key: Any) -> HttpResponse:
        submission = self._posted(request, key)
        tag_view(request, submission)
        return self._back_to(request, submission)

    def propose_one(self, request: HttpRequest, key: Any) -> HttpResponse:
        submission = self._posted(request, key)
        shown = propose_view(request, submission, self.admin_site.each_context(request))
        return shown or self._back_to(request, submission)

    def drop_one(self, request: HttpRequest, key: Any, decision: UUID) -> HttpResponse:
        submission = self._posted(request, key)
        drop_view(request, submission, decision)
        return self._back_to(request, submission)

    def settle_one(self, request: HttpRequest, key: Any, finding: UUID) -> HttpResponse:
        submission = self._posted(request, key)
        settle_view(request, submission, finding)
        return self._back_to(request, submission)

    def confirm_one(self, request: HttpRequest, key: Any, decision: UUID) -> HttpResponse:
        submission = self._posted(request, key)
        confirm_view(request, submission, decision)
        return self._back_to(request, submission)

    def _posted(self, request: HttpRequest, key: Any) -> Submission:
        """The submission a form was posted for; 404 if the reader may not see it."""
        submission = self.get_object(request, str(key))
        if submission is None or request.method != "POST":
            raise Http404
        return submission

    def _back_to(self, request: HttpRequest, submission: Submission) -> HttpResponseRedirect:
        """Redirects to the submission's page, keeping the filters of the list before it."""
        unsaved_input.keep(request, submission)
        page = reverse("admin:evidence_submission_change", args=[submission.pk])
        kept = request.GET.get("_changelist_filters")
        return redirect(f"{page}?{urlencode({'_changelist_filters': kept})}" if kept else page)

    def has_propose_permission(self, request: HttpRequest) -> bool:
        return may_anywhere(request.user, Action.PROPOSE)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_anywhere(request.user, Action.PUBLISH)

    @admin.action(description="Propose to the committee…", permissions=["propose"])
    def propose_chosen(
        self, request: HttpRequest, chosen: QuerySet[Submission]
    ) -> HttpResponse | None:
        """Asks on a page of its own what to propose, then proposes it for each selected row."""
        return propose_many(request, _with_reasons(chosen), self.admin_site.each_context(request))

    @admin.action(description="Publish…", permissions=["publish"])
    def publish_chosen(
        self, request: HttpRequest, chosen: QuerySet[Submission]
    ) -> HttpResponse | None:
        """Shows on a page of its own what would become public, then publishes it."""
        return publish_view(request, _with_reasons(chosen), self.admin_site.each_context(request))


def _with_reasons(chosen: QuerySet[Submission]) -> list[Submission]:
    return list(chosen.select_related("inquiry__committee", "request"))
