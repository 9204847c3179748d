"""Late codes at the desk: create, show and withdraw them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from evidence.admin.base import DeskAdmin, OwnInquiry
from evidence.drafts import late_codes
from evidence.drafts.models import LateCode
from evidence.errors import EvidenceError
from evidence.permissions import Action, inquiries_where
from evidence.web.forms import NamingForm
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Call
from inquiry.people.models import User


class LateCodeForm(NamingForm):
    call = forms.ModelChoiceField(
        queryset=Call.objects.none(),
        label="Call for evidence",
        error_messages={"required": "Choose the call for evidence."},
    )
    expires_at = forms.DateTimeField(
        label="Expires",
        error_messages={"required": "Enter when the code expires."},
        help_text="London time. A form started with the code can be sent until then.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    uses_allowed = forms.IntegerField(
        min_value=1, required=False, initial=1, label="Number of uses",
        help_text="Leave blank for no limit.",
    )  # fmt: skip
    for_whom = forms.CharField(
        max_length=300, required=False, label="Who it is for, and why",
        help_text="For your own reference. Stored encrypted.",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["call"]
        if isinstance(chooser, forms.ModelChoiceField):
            allowed = inquiries_where(by, Action.LET_IN_LATE)
            chooser.queryset = Call.objects.filter(inquiry__in=allowed)


class OfInquiry(OwnInquiry):
    path = "call__inquiry"


@admin.register(LateCode)
class LateCodeAdmin(DeskAdmin[LateCode]):
    reads = Action.LET_IN_LATE
    edits = Action.LET_IN_LATE
    inquiry_path = "call__inquiry"
    list_display = ["shown_code", "call", "state", "uses", "uses_allowed", "expires_at", "made_by"]
    list_select_related = ["call", "made_by"]
    list_filter = [OfInquiry]
    readonly_fields = ["shown_code", "call", "state", "uses", "uses_allowed", "expires_at",
                       "for_whom", "made_by", "made_at"]  # fmt: skip
    fields = [*readonly_fields]
    change_form_template = "admin/late_code.html"

    @admin.display(description="Code")
    def shown_code(self, row: LateCode) -> str:
        return row.code

    @admin.display(description="State")
    def state(self, row: LateCode) -> str:
        if row.withdrawn_at:
            return "Withdrawn"
        if not row.lasts(timezone.now()):
            return "Expired"
        return "Used up" if row.spent else "Active"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LateCode]:
        return super().get_queryset(request).select_related("call")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.withdraw_view)
        return [path("<uuid:key>/withdraw/", view, name="late-code-withdraw"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise Http404
        by = signed_in(request)
        form = LateCodeForm(request.POST or None, by=by)
        if request.method == "POST" and form.is_valid():
            answers = form.cleaned_data
            try:
                late_code = late_codes.make(answers.pop("call"), by=by, **answers)
            except EvidenceError as problem:
                form.add_error("expires_at", str(problem))
            else:
                messages.success(
                    request,
                    f"Late code created: {late_code.code}. Give it to the witness in a safe way.",
                )
                return redirect("admin:evidence_latecode_change", late_code.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "Create a late code",
            "form": form,
        }
        return TemplateResponse(request, "admin/late_code_new.html", context)

    def withdraw_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        row = self.get_object(request, str(key))
        if row is None or request.method != "POST":
            raise Http404
        late_codes.withdraw(row, by=signed_in(request))
        messages.success(request, "Late code withdrawn.")
        return redirect("admin:evidence_latecode_change", row.pk)
