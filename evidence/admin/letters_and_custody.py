"""Letters in the outbox, and the audit trail."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from evidence.admin.base import DeskAdmin, OwnInquiry
from evidence.custody.models import CustodyEntry
from evidence.errors import EvidenceError
from evidence.letters.models import Letter
from evidence.letters.outbox import discard, release
from evidence.letters.precautions import precautions_of
from evidence.permissions import Action, may
from evidence.web.staff.auth import signed_in

ACTS = {"release": "The letter is being sent.", "discard": "Letter discarded."}


class AboutInquiry(OwnInquiry):
    path = "submission__inquiry"


class ToRelease(admin.SimpleListFilter):
    title = "approval"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Letters to approve")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.filter(pk__in=Letter.objects.to_release().values("pk"))
        return queryset


@admin.register(Letter)
class LetterAdmin(DeskAdmin[Letter]):
    """Letters that await a clerk's approval, and those that were sent.

    The page of a letter shows what the witness said about contacting them safely. A clerk can send
    a letter to such a witness only from that page.
    """

    reads = Action.WRITE
    inquiry_path = "submission__inquiry"
    list_display = ["__str__", "submission", "kind", "state", "created_at", "sent_at"]
    list_select_related = ["submission"]
    list_filter = [ToRelease, "state", "kind", AboutInquiry]
    readonly_fields = ["submission", "witness", "kind", "state", "subject", "body", "sent_at"]
    fields = ["submission", "witness", "kind", "state", "subject", "body", "sent_at"]
    change_form_template = "admin/letter.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.act_view)
        return [path("<uuid:key>/act/<slug:name>/", view, name="letter-act"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        letter = self.get_object(request, object_id)
        shown = dict(extra_context or {})
        if letter is not None and may(
            request.user, Action.READ_CONTACT, letter.submission.inquiry_id
        ):
            shown["precautions"] = precautions_of(letter)
        return super().change_view(request, object_id, form_url, shown)

    def act_view(self, request: HttpRequest, key: Any, name: str) -> HttpResponse:
        letter = self.get_object(request, str(key))
        if letter is None or name not in ACTS or request.method != "POST":
            raise Http404
        try:
            if name == "release":
                read = request.POST.get("precautions", "") if "read" in request.POST else ""
                release(letter, by=signed_in(request), precautions_read=read)
            else:
                discard(letter, by=signed_in(request))
        except EvidenceError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, ACTS[name])
        return redirect("admin:evidence_letter_change", letter.pk)


@admin.register(CustodyEntry)
class EntryAdmin(DeskAdmin[CustodyEntry]):
    """Who did what to which submission, and when. Read only."""

    reads = Action.READ_CUSTODY
    # Numbers run across all inquiries, so showing one would reveal activity in the others.
    list_display = ["at", "act", "subject_type", "subject_id", "by", "details"]
    list_display_links = None
    list_select_related = ["by"]
    list_filter = ["act"]
    search_fields = ["=subject_id"]
    ordering = ["-sequence"]

    @admin.display(description="Details")
    def details(self, entry: CustodyEntry) -> str:
        return "; ".join(f"{name}: {value}" for name, value in sorted(entry.detail.items()))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> None:
        """None: an entry has no page, because its address would reveal its number."""
