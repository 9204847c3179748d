"""The page of each submission at the desk.

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
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from evidence.admin import unsaved_input
from evidence.admin.base import DeskAdmin
from evidence.admin.carry_out import carry_out
from evidence.admin.clear_finding import settle_view
from evidence.admin.issued_code import issued_code_view
from evidence.admin.proposals import confirm_view, drop_view, propose_view
from evidence.admin.receive_view import receive_view
from evidence.admin.submission_form import SubmissionForm
from evidence.admin.submission_page import describe
from evidence.admin.tagging import tag_view
from evidence.custody.record import record
from evidence.jobs.queue import ask
from evidence.permissions import Action, may_anywhere, require
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission, SubmissionQuerySet
from evidence.web.staff.auth import signed_in


@admin.register(Submission)
class SubmissionAdmin(DeskAdmin[Submission]):
    reads = Action.SEE_DESK
    edits = Action.CHECK
    search_fields = ["title"]
    ordering = ["-received_at", "-id"]
    fields = ["title", "display_name", "supplements", "assigned_to"]
    form = SubmissionForm
    change_form_template = "admin/submission.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        own = cast("SubmissionQuerySet", super().get_queryset(request))
        return own.visible_to(request.user).with_witnesses()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one list of evidence for everybody; this address leads to it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(f"{reverse('register')}?{request.GET.urlencode()}")

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
        context = {
            **self.admin_site.each_context(request),
            "cancel": reverse("admin:evidence_submission_change", args=[submission.pk]),
        }
        shown = carry_out(request, submission, name, context)
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
