"""Meetings: record one, see what is proposed, apply what was decided."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Max
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from evidence.admin.desks import DeskAdmin
from evidence.decisions.decide import apply, record_meeting
from evidence.decisions.models import Decision, Meeting
from evidence.errors import EvidenceError
from evidence.permissions import Action, inquiries_where
from evidence.submissions.models import Submission
from evidence.web.staff.people import signed_in
from inquiry.calls.models import Inquiry


@admin.register(Meeting)
class MeetingAdmin(DeskAdmin[Meeting]):
    reads = Action.DECIDE
    edits = Action.DECIDE
    list_display = ["__str__", "inquiry", "minute", "recorded_by"]
    list_select_related = ["inquiry", "recorded_by"]
    fields = ["inquiry", "number", "held_on", "members_present", "minute"]
    change_form_template = "admin/meeting.html"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "inquiry":
            keys = inquiries_where(request.user, Action.DECIDE)
            kwargs["queryset"] = Inquiry.objects.filter(pk__in=keys)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Where the clerk has one inquiry: that one, its next meeting, today."""
        keys = inquiries_where(request.user, Action.DECIDE)
        given = {**super().get_changeform_initial_data(request), "held_on": timezone.localdate()}
        if len(keys) != 1:
            return given
        (key,) = keys
        last = Meeting.objects.filter(inquiry=key).aggregate(last=Max("number"))["last"]
        return {"inquiry": key, "number": (last or 0) + 1, **given}

    def get_readonly_fields(self, request: HttpRequest, obj: Meeting | None = None) -> list[str]:
        return ["inquiry", "number"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: Meeting, form: ModelForm[Meeting], change: Any
    ) -> None:
        record_meeting(obj, by=signed_in(request))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        meeting = self.get_object(request, object_id) if object_id else None
        reader = signed_in(request)
        proposals = (
            Decision.objects.filter(
                state=Decision.State.PROPOSED, submission__inquiry=meeting.inquiry_id
            )
            .select_related("submission", "proposed_by")
            .prefetch_related("submission__witness_links__witness")
            if meeting
            else []
        )
        shown = {
            "meeting": meeting,
            "proposals": [(one, one.submission.names_for(reader)) for one in proposals],
            "decided": _by_piece(meeting) if meeting else [],
            "show_save_and_add_another": False,
        }
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **shown}
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.apply_view)
        return [path("<int:key>/apply/", view, name="meeting-apply"), *super().get_urls()]

    def apply_view(self, request: HttpRequest, key: int) -> HttpResponse:
        meeting = self.get_object(request, str(key))
        if meeting is None or request.method != "POST":
            raise Http404
        chosen = [int(value) for value in request.POST.getlist("decision") if value.isdigit()]
        try:
            applied = apply(meeting, by=signed_in(request), only=chosen)
        except EvidenceError as problem:
            messages.error(request, str(problem))
        else:
            for submission, problem_said in applied.problems:
                messages.error(request, f"{submission.label}: {problem_said}")
            plural = "" if applied.made == 1 else "s"
            messages.success(request, f"{applied.made} decision{plural} applied.")
        return redirect("admin:evidence_meeting_change", key)


def _by_piece(meeting: Meeting) -> list[tuple[Submission, list[str]]]:
    """Each piece this meeting decided on, with all that it decided."""
    decided: dict[Submission, list[str]] = {}
    for one in meeting.decisions.select_related("submission"):
        decided.setdefault(one.submission, []).append(str(one))
    return list(decided.items())
