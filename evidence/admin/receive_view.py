"""Staff enter what came by e-mail or post."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from evidence.admin.receive_form import People, SendForm
from evidence.errors import EvidenceError
from evidence.permissions import Action, inquiries_where
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, receive
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Call
from inquiry.people.models import User


class ReceiveForm(SendForm):
    """The witness's form as staff fill it in: no declarations, any time, how and when it came."""

    call_code = forms.ModelChoiceField(
        queryset=Call.objects.none(), to_field_name="code", label="Call"
    )
    channel = forms.ChoiceField(
        choices=[
            (Submission.Channel.EMAIL, "By e-mail"),
            (Submission.Channel.POST, "By post"),
        ],
        label="How it came",
    )
    received_at = forms.DateTimeField(
        label="When it came",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ["call_code", "channel", "received_at"]

    def __init__(self, *args: Any, by: User, inquiry: str = "", **kwargs: Any) -> None:
        calls = Call.objects.filter(inquiry__in=inquiries_where(by, Action.RECEIVE))
        asked = (args[0] or {}).get("call_code") if args else None
        likely = calls.filter(inquiry__code=inquiry).last()
        call = calls.filter(code=asked).first() or likely or calls.first()
        if call is None:
            raise EvidenceError("There is no call yet. Make one first.")
        super().__init__(*args, call=call, **kwargs)
        chooser = self.fields["call_code"]
        if isinstance(chooser, forms.ModelChoiceField):
            chooser.queryset = calls
        chooser.initial = call.code
        for name in ("own_work", "understood", "questions"):
            del self.fields[name]
        self.fields["reasons"].help_text = "As the witness gave them."

    def clean_received_at(self) -> Any:
        moment = self.cleaned_data["received_at"]
        if moment > timezone.now():
            raise forms.ValidationError("This lies in the future.")
        return moment

    def _check_wish(self, said: dict[str, Any]) -> None:
        """Letters come without addresses and reasons; they are taken all the same."""


def receive_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    by = signed_in(request)
    try:
        form = ReceiveForm(
            request.POST or None,
            request.FILES or None,
            by=by,
            inquiry=request.GET.get("inquiry", ""),
            initial={"received_at": timezone.localtime()},
        )
    except EvidenceError as problem:
        messages.error(request, str(problem))
        return redirect("admin:index")
    people = People(request.POST or None, prefix="people")
    if request.method == "POST" and form.is_valid() & people.is_valid():
        try:
            submission = receive(form.call, form.parcels, _envelope(form, people), by=by)
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"Received. The receipt number is {submission.receipt}.")
            return _after(submission, by)
    kept = [parcel.name for parcel in form.parcels]
    return TemplateResponse(
        request,
        "admin/receive.html",
        {**context, "title": "Receive a letter", "form": form, "people": people, "kept": kept},
    )


def _after(submission: Submission, by: User) -> HttpResponse:
    """To the page of the submission; to the list, if it is one its receiver may not open."""
    if Submission.objects.visible_to(by).filter(pk=submission.pk).exists():
        return redirect("admin:evidence_submission_change", submission.pk)
    return redirect("admin:evidence_submission_changelist")


def _envelope(form: ReceiveForm, people: Any) -> Envelope:
    said = form.cleaned_data
    return Envelope(
        idempotency_key=f"desk:{said['idempotency_key']}",
        senders=form.senders(people.cleaned_data),
        title=said["title"],
        channel=Submission.Channel(said["channel"]),
        reasons=said["reasons"],
        received_at=said["received_at"],
    )
