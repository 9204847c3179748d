"""After sending: the receipt, the progress of the submission, and what its witness can do."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evidence.drafts import access as opening
from evidence.drafts import contact_addresses, status_for_witness
from evidence.drafts.models import Draft
from evidence.errors import EvidenceError
from evidence.letters.models import Letter
from evidence.lifecycle import FINAL, Status
from evidence.rate_limits import rules as limits
from evidence.submissions.models import Submission
from evidence.web.client_ip import address_of
from evidence.web.witness.access import enter, with_draft
from evidence.web.witness.contact_forms import (
    LONGEST_AVOID,
    NOT_AN_ADDRESS,
    WRITTEN_BY_HAND,
)
from evidence.web.witness.one_time_secret import show_once
from evidence.web.witness.review import sections
from evidence.web.witness.start import FORM_METHODS
from evidence.web.witness.task_list import context
from evidence.witness_requests import questions
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witnesses.models import Contact
from evidence.workflow import STILL_THE_WITNESSES
from inquiry.calls.models import Openness


class CorrectContact(forms.ModelForm[Contact]):
    """The contact details of the sender."""

    class Meta:
        model = Contact
        fields = ["may_email", "email", "may_phone", "phone", "hours", "avoid", "safe_ways"]
        labels = {
            "may_email": _("You can email me"),
            "email": _("Email address"),
            "may_phone": _("You can phone me"),
            "phone": _("Phone number"),
            "hours": _("When is it safe to contact you?"),
            "avoid": _("Words to avoid"),
            "safe_ways": _("Other safe ways to contact you"),
        }
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "hours": forms.TextInput(),
            "avoid": forms.TextInput(),
            "safe_ways": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "email": _("We send a link to a new address only after you confirm it."),
            "hours": WRITTEN_BY_HAND,
        }

    def clean_avoid(self) -> str:
        """As long as in the form; an encrypted field takes any length."""
        field = forms.CharField(required=False, max_length=LONGEST_AVOID)
        return str(field.clean(self.cleaned_data["avoid"] or ""))

    def clean_email(self) -> str:
        """Encrypted fields take any text; an address must still be one."""
        email = str(self.cleaned_data["email"] or "").strip()
        field = forms.EmailField(required=False, error_messages={"invalid": NOT_AN_ADDRESS})
        return str(field.clean(email))


def _sent(draft: Draft) -> Submission:
    if draft.submission is None:
        raise Http404
    return draft.submission


@require_safe
@with_draft
def after(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    if draft.submission is None:
        return redirect("form", handle)
    return _after(request, draft, handle)


def _after(
    request: HttpRequest,
    draft: Draft,
    handle: str,
    *,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    submission = _sent(draft)
    here = context(
        draft,
        handle,
        submission=submission,
        state=status_for_witness.state_of(submission),
        disclosure=status_for_witness.disclosure_of(submission),
        files=status_for_witness.received_files(submission),
        receipt=status_for_witness.receipt_letters(submission),
        answer_by=draft.call.answer_by(submission.received_at),
        shows_number=bool(submission.reference) and submission.status != Status.WITHDRAWN,
        published=submission.status == Status.PUBLISHED,
        reason=status_for_witness.reason_of(submission),
        letters=Letter.objects.on_page_of(submission),
        queries=WitnessQuestion.objects.filter(submission=submission),
        final=submission.status in FINAL,
        at_once=submission.status in STILL_THE_WITNESSES,
        asked_back=WithdrawalRequest.objects.waiting().filter(submission=submission).exists(),
        may_confirm=bool(contact_addresses.address_of(draft))
        and not contact_addresses.confirmed_address_of(draft),
        takes=draft.call.openness(timezone.now()) == Openness.OPEN,
        problems=problems,
    )
    return render(request, "witness/submitted.html", here, status=status)


@require_http_methods(FORM_METHODS)
@with_draft
def contact(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Change the contact details of the witness."""
    submission = _sent(draft)
    link = submission.witness_links.select_related("witness__contact").order_by("position").first()
    if link is None:
        raise Http404
    form = CorrectContact(request.POST or None, instance=link.witness.contact)
    if request.method == "POST" and form.is_valid():
        questions.correct_contact(submission, form.save(commit=False))
        return redirect("form-after", handle)
    status = 422 if form.errors else 200
    here = context(draft, handle, form=form)
    return render(request, "witness/contact.html", here, status=status)


@require_POST
@with_draft
def answer(request: HttpRequest, draft: Draft, handle: str, query: Any) -> HttpResponse:
    """Answer a clerk's question."""
    question = WitnessQuestion.objects.filter(pk=query, submission=_sent(draft)).first()
    if question is None:
        raise Http404
    try:
        questions.answer(question, request.POST.get("answer", ""))
    except EvidenceError as problem:
        problems = {f"answer-{question.pk}": gettext(str(problem))}
        return _after(request, draft, handle, problems=problems, status=422)
    return redirect("form-after", handle)


@require_http_methods(FORM_METHODS)
@with_draft
def withdraw(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Withdraw the submission, or ask the committee to agree to it."""
    submission = _sent(draft)
    here = context(
        draft,
        handle,
        submission=submission,
        at_once=submission.status in STILL_THE_WITNESSES,
    )
    if request.method != "POST":
        return render(request, "witness/withdraw.html", here)
    try:
        questions.take_back(submission, reason=request.POST.get("reason", ""))
    except EvidenceError as problem:
        here["problems"] = {"reason": gettext(str(problem))}
        return render(request, "witness/withdraw.html", here, status=422)
    return redirect("form-after", handle)


@require_POST
@with_draft
def supplement(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Start a supplementary submission, with its own form and return code."""
    submission = _sent(draft)
    typed = request.POST.get("late_code", "").strip()
    address = address_of(request)
    try:
        limits.allow(limits.START, address)
        late = opening.late_code(typed, draft.call, address=address) if typed else None
        fresh, secret = opening.start(
            draft.call, language=get_language() or "en-gb", late_code=late, supplements=submission
        )
    except EvidenceError as problem:
        problems = {"late_code": gettext(str(problem))}
        return _after(request, draft, handle, problems=problems, status=422)
    opened = enter(request, fresh)
    show_once(request, opened, secret)
    return redirect("form-code", opened)


@require_safe
@with_draft
def copy(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """A copy of the answers as plain text, before or after sending."""
    words = (
        status_for_witness.answers_of(draft.submission)
        if draft.submission
        else _typed_so_far(draft)
    )
    return _download(words.encode(), "answers.txt", "text/plain; charset=utf-8")


@require_safe
@with_draft
def everything(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Everything we hold about the witness, as a ZIP."""
    return _download(status_for_witness.everything(_sent(draft)), "copy.zip", "application/zip")


def _typed_so_far(draft: Draft) -> str:
    rows = [row for section in sections(draft) for row in section["rows"]]
    typed = draft.answers_by_page.get("text", {}).get("text", "")
    return "".join(f"{label}\n{words}\n\n" for label, words in rows) + str(typed or "")


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
