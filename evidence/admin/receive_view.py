"""The page on which staff add evidence received by post or email."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from evidence.admin.receive_form import People, SendForm
from evidence.errors import EvidenceError
from evidence.permissions import Action, inquiries_where
from evidence.submissions.email_attachments import with_attachments
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, receive
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Call
from inquiry.people.models import User


def closing_of(call: Call) -> str:
    """When a call closes or closed, to stand beside the date received."""
    closes = timezone.localtime(call.closes_at)
    verb = "closed" if call.closes_at <= timezone.now() else "closes"
    return f"{verb} on {date_format(closes, 'j F Y')} at {date_format(closes, 'H:i')}"


class CallField(forms.ModelChoiceField[Call]):
    """Offers calls, each with when it closes."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({closing_of(obj)})"


class ReceiveForm(SendForm):
    """The form with the call, and how and when the evidence was received."""

    call_code = CallField(
        queryset=Call.objects.none(),
        to_field_name="code",
        label="Call for evidence",
        error_messages={"required": "Choose the call for evidence."},
    )
    channel = forms.ChoiceField(
        choices=[
            (Submission.Channel.EMAIL, "Email"),
            (Submission.Channel.POST, "Post"),
        ],
        label="Received by",
        error_messages={"required": "Choose how the evidence was received."},
    )
    received_at = forms.DateTimeField(
        label="Date and time received",
        error_messages={"required": "Enter the date and time received."},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ["call_code", "channel", "received_at"]

    def __init__(self, *args: Any, by: User, inquiry: str = "", **kwargs: Any) -> None:
        calls = Call.objects.filter(inquiry__in=inquiries_where(by, Action.RECEIVE))
        code = (args[0] or {}).get("call_code") if args else None
        likely = calls.filter(inquiry__code=inquiry).last()
        call = calls.filter(code=code).first() or likely or calls.first()
        if call is None:
            raise EvidenceError("There is no call for evidence yet. Add one first.")
        super().__init__(*args, call=call, **kwargs)
        chooser = self.fields["call_code"]
        if isinstance(chooser, forms.ModelChoiceField):
            chooser.queryset = calls
        chooser.initial = call.code
        self.fields["received_at"].help_text = (
            f"“{call.title}” {closing_of(call)}. "
            "Evidence that came after its call closed is marked late."
        )

    def clean_received_at(self) -> Any:
        moment = self.cleaned_data["received_at"]
        if moment > timezone.now():
            raise forms.ValidationError("The date received cannot be in the future.")
        return moment


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
            parcels, refusals = with_attachments(form.parcels)
            submission = receive(form.call, parcels, _envelope(form, people), by=by)
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request, f"Evidence added. The receipt number is {submission.receipt}."
            )
            for refusal in refusals:
                messages.warning(request, refusal)
            return _after(submission, by)
    kept = [parcel.name for parcel in form.uploads]
    return TemplateResponse(
        request,
        "admin/receive.html",
        {
            **context,
            "title": "Add evidence received by post or email",
            "form": form,
            "people": people,
            "kept": kept,
        },
    )


def _after(submission: Submission, by: User) -> HttpResponse:
    """Redirects to the submission's page, or to the list if the reader may not open it."""
    if Submission.objects.visible_to(by).filter(pk=submission.pk).exists():
        return redirect("admin:evidence_submission_change", submission.pk)
    return redirect("register")


def _envelope(form: ReceiveForm, people: Any) -> Envelope:
    answers = form.cleaned_data
    return Envelope(
        idempotency_key=f"desk:{answers['idempotency_key']}",
        senders=form.senders(people.cleaned_data),
        title=answers["title"],
        channel=Submission.Channel(answers["channel"]),
        reasons=answers["reasons"],
        received_at=answers["received_at"],
    )
