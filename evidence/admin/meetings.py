"""Meetings: add one, see the proposals, record the decisions."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from evidence.admin.base import DeskAdmin, OwnInquiry
from evidence.admin.concurrent_editing import changed_columns
from evidence.admin.meeting_papers import minute_extract, paper_response, text_of
from evidence.admin.meeting_rows import decided_rows, proposed_rows, ticked
from evidence.decisions.decide import (
    Applied,
    apply,
    correct_meeting,
    next_meeting_number,
    record_meeting,
)
from evidence.decisions.models import Decision, Meeting
from evidence.errors import EvidenceError
from evidence.permissions import Action, inquiries_where
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry


@admin.register(Meeting)
class MeetingAdmin(DeskAdmin[Meeting]):
    reads = Action.DECIDE
    edits = Action.DECIDE
    list_display = ["__str__", "inquiry", "minute", "recorded_by"]
    list_select_related = ["inquiry", "recorded_by"]
    list_filter = [OwnInquiry]
    fields = ["inquiry", "number", "held_on", "members_present", "interests", "minute"]
    change_form_template = "admin/meeting.html"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "inquiry":
            keys = inquiries_where(request.user, Action.DECIDE)
            kwargs["queryset"] = Inquiry.objects.filter(pk__in=keys)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Today, and the inquiry where most is proposed, with the number of its next meeting."""
        initial = {"held_on": timezone.localdate(), **super().get_changeform_initial_data(request)}
        own = Inquiry.objects.filter(pk__in=inquiries_where(request.user, Action.DECIDE))
        proposed = Count(
            "submissions__decisions",
            filter=Q(submissions__decisions__state=Decision.State.PROPOSED),
        )
        key = str(initial.get("inquiry", ""))
        candidates = own.filter(pk=int(key)) if key.isdecimal() else own
        inquiry = candidates.annotate(waiting=proposed).order_by("-waiting", "pk").first()
        if inquiry is None:
            return initial
        return {**initial, "inquiry": inquiry.pk, "number": next_meeting_number(inquiry.pk)}

    def get_readonly_fields(self, request: HttpRequest, obj: Meeting | None = None) -> list[str]:
        return ["inquiry", "number"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: Meeting, form: ModelForm[Meeting], change: Any
    ) -> None:
        if change:
            correct_meeting(obj, changed_columns(form), by=signed_in(request))
        else:
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
        shown = {
            "meeting": meeting,
            "rows": proposed_rows(meeting, reader) if meeting else [],
            "tick_all": request.GET.get("tick") != "none",
            "decided": decided_rows(meeting, reader) if meeting else [],
            "extract": text_of(minute_extract(meeting, reader)) if meeting else "",
            "show_save_and_add_another": False,
        }
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **shown}
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:key>/apply/", wrap(self.apply_view), name="meeting-apply"),
            path("<uuid:key>/papers/<str:name>", wrap(self.paper_view), name="meeting-paper"),
            *super().get_urls(),
        ]

    def paper_view(self, request: HttpRequest, key: UUID, name: str) -> HttpResponse:
        """The decision paper or the minute extract, as a file."""
        meeting = self.get_object(request, str(key))
        shown = meeting and paper_response(request, meeting, name, signed_in(request))
        if not shown:
            raise Http404
        return shown

    def apply_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        meeting = self.get_object(request, str(key))
        if meeting is None or request.method != "POST":
            raise Http404
        chosen = ticked(request.POST.getlist("decision"))
        try:
            applied = apply(meeting, by=signed_in(request), only=chosen)
        except EvidenceError as problem:
            messages.error(request, str(problem))
        else:
            _report(request, applied)
        return redirect("admin:evidence_meeting_change", key)


def _report(request: HttpRequest, applied: Applied) -> None:
    """Tells the clerk what was recorded and what was not."""
    if applied.submissions or not applied.problems:
        submissions = _count(applied.submissions, "submission")
        decisions = _count(applied.made, "decision")
        messages.success(request, f"Recorded: {submissions} ({decisions}).")
    if applied.problems:
        sentences = " ".join(dict.fromkeys(why for _submission, why in applied.problems))
        messages.error(request, f"Not recorded: {len(applied.problems)}. {sentences}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
