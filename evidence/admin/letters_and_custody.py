"""Letters in the outbox, and the audit trail."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from evidence.admin.base import DeskAdmin, OwnInquiry
from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import reason_for_declining
from evidence.errors import EvidenceError
from evidence.letters.models import LINK, Letter
from evidence.letters.outbox import discard, mark_posted, release, rewrite
from evidence.letters.precautions import precautions_of
from evidence.permissions import Action, may, may_anywhere
from evidence.web.staff.auth import signed_in
from evidence.witnesses.models import Contact

ON_PAGE = "The letter was not sent. It waits on the witness's own page."
ACTS = {"release": "The letter is being sent.", "discard": "Letter discarded."}


class LetterForm(forms.ModelForm[Letter]):
    """The words of a letter that was not sent."""

    class Meta:
        model = Letter
        fields = ["subject", "body"]
        widgets = {"body": AdminTextareaWidget(attrs={"rows": 16})}

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"])
        if LINK in self.instance.body and LINK not in body:
            raise forms.ValidationError(
                f"Keep the words {LINK} in the letter: the link takes their place."
            )
        return body


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
    list_display = ["__str__", "submission", "kind", "state", "why", "created_at", "sent_at"]
    list_select_related = ["submission"]
    list_filter = [ToRelease, "state", "kind", AboutInquiry]
    readonly_fields = [
        "submission",
        "witness",
        "kind",
        "state",
        "on_page_since",
        "sent_at",
        "posted_on",
    ]
    fields = [
        *("submission", "witness", "kind", "state", "on_page_since"),
        *("subject", "body", "sent_at"),
    ]
    form = LetterForm
    actions = ["send_selected"]
    change_form_template = "admin/letter.html"

    @admin.display(description="Why it was not sent")
    def why(self, letter: Letter) -> str:
        return letter.get_not_sent_display() if letter.is_with_a_clerk else ""

    def get_fields(self, request: HttpRequest, obj: Letter | None = None) -> list[Any]:
        """Hides since when it is on a page if it is on none."""
        fields = [*super().get_fields(request, obj)]
        if obj is not None and obj.on_page_since is None:
            fields.remove("on_page_since")
        if obj is not None and obj.posted_on is not None:
            fields.append("posted_on")
        return fields

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        """A letter can be changed until it is sent."""
        if obj is None:
            return False
        is_writer = may(request.user, Action.WRITE, obj.submission.inquiry_id)
        return obj.is_with_a_clerk and is_writer

    def save_model(
        self, request: HttpRequest, obj: Letter, form: ModelForm[Letter], change: Any
    ) -> None:
        if form.changed_data:
            answers = form.cleaned_data
            before = Letter.objects.get(pk=obj.pk)
            rewrite(before, subject=answers["subject"], body=answers["body"], by=signed_in(request))

    def response_change(self, request: HttpRequest, obj: Letter) -> HttpResponse:
        messages.success(request, "Letter changed. Send it when you have read it again.")
        return redirect("admin:evidence_letter_change", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:key>/act/<slug:name>/", wrap(self.act_view), name="letter-act"),
            path("<uuid:key>/print/", wrap(self.print_view), name="letter-print"),
            path("<uuid:key>/posted/", wrap(self.posted_view), name="letter-posted"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        letter = self.get_object(request, object_id)
        shown = {"show_save_and_continue": False, **(extra_context or {})}
        if letter is not None and may(
            request.user, Action.READ_CONTACT, letter.submission.inquiry_id
        ):
            shown["precautions"] = precautions_of(letter)
        if letter is not None and letter.kind == Letter.Kind.DECLINED:
            shown["reason"] = reason_for_declining(letter.submission)
        return super().change_view(request, object_id, form_url, shown)

    def has_send_permission(self, request: HttpRequest) -> bool:
        return may_anywhere(request.user, Action.WRITE)

    @admin.action(description="Send selected letters", permissions=["send"])
    def send_selected(self, request: HttpRequest, chosen: QuerySet[Letter]) -> None:
        """Sends each that a clerk may send without reading how to contact its witness."""
        sent, on_page, left_out = 0, 0, list[str]()
        for letter in chosen.select_related("submission__inquiry", "witness"):
            try:
                is_going = release(letter, by=signed_in(request))
            except EvidenceError as problem:
                left_out.append(f"{letter.submission.label}: {problem}")
            else:
                sent, on_page = sent + is_going, on_page + (not is_going)
        if sent or on_page:
            messages.success(request, f"Being sent: {sent}. On the witness's own page: {on_page}.")
        if left_out:
            sentences = " ".join(dict.fromkeys(left_out))
            messages.warning(request, f"Left out: {len(left_out)}. {sentences}")

    def print_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        """The letter as it is printed and posted, with the postal address if there is one."""
        letter = self.get_object(request, str(key))
        if letter is None or not letter.is_printable:
            raise Http404
        inquiry = letter.submission.inquiry
        contact = Contact.objects.filter(witness=letter.witness_id).first()
        shown = contact is not None and may(request.user, Action.READ_CONTACT, inquiry)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Print: {letter.get_kind_display()}",
            "letter": letter,
            "name": letter.witness.name or letter.witness.organisation,
            "address": contact.address if contact is not None and shown else "",
            "today": timezone.localdate(),
        }
        return TemplateResponse(request, "admin/letter_print.html", context)

    def posted_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Records on which day a clerk posted the letter."""
        letter = self.get_object(request, str(key))
        if letter is None or request.method != "POST":
            raise Http404
        try:
            day = date.fromisoformat(request.POST.get("posted_on", ""))
            mark_posted(letter, day, by=signed_in(request))
        except ValueError:
            messages.error(request, "Enter the day you posted it.")
        except EvidenceError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"Recorded as posted on {day:%-d %B %Y}.")
        return redirect("admin:evidence_letter_change", letter.pk)

    def act_view(self, request: HttpRequest, key: Any, name: str) -> HttpResponse:
        letter = self.get_object(request, str(key))
        if letter is None or name not in ACTS or request.method != "POST":
            raise Http404
        try:
            if name == "release":
                read = request.POST.get("precautions", "") if "read" in request.POST else ""
                is_going = release(letter, by=signed_in(request), precautions_read=read)
                outcome = ACTS[name] if is_going else ON_PAGE
            else:
                discard(letter, by=signed_in(request))
                outcome = ACTS[name]
        except EvidenceError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, outcome)
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
