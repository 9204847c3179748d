"""A witness sends evidence: one form, one piece, one receipt."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from evidence.errors import EvidenceError
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, receive
from evidence.web.witness.forms import TOGETHER, People, SendForm
from inquiry.calls.models import Call, Openness

SENT = "sent"


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.select_related("inquiry__committee"), code=code)
    if request.method != "POST":
        if call.openness(timezone.now()) not in {Openness.OPEN, Openness.GRACE}:
            return redirect("call", code=code)
        return _form(request, call, SendForm(call=call), People(prefix="people"))
    form = SendForm(request.POST, request.FILES, call=call)
    people = People(request.POST, prefix="people")
    # Both are asked, so that every error shows at once.
    good = all([form.is_valid(), people.is_valid()])
    if not good:
        return _form(request, call, form, people, status=422)
    try:
        submission = receive(call, form.parcels, _envelope(form, people))
    except EvidenceError as problem:
        form.add_error(None, str(problem))
        return _form(request, call, form, people, status=422)
    request.session[SENT] = {
        **request.session.get(SENT, {}),
        code: {"receipt": submission.receipt, "late": submission.late},
    }
    return redirect("sent", code=code)


def _envelope(form: SendForm, people: Any) -> Envelope:
    said = form.cleaned_data
    together = said["who"] == TOGETHER
    return Envelope(
        once=f"page:{said['once']}",
        senders=form.senders(people.cleaned_data if together else []),
        title=said["title"],
        channel=Submission.Channel.PAGE,
        reasons=said["reasons"],
        questions=tuple(said["questions"]),
    )


def _form(
    request: HttpRequest, call: Call, form: SendForm, people: Any, *, status: int = 200
) -> HttpResponse:
    context = {"call": call, "form": form, "people": people, "kept": _kept(form)}
    return render(request, "witness/send.html", context, status=status)


def _kept(form: SendForm) -> list[str]:
    """Names of the files that need not be chosen again."""
    return [parcel.name for parcel in form.parcels] if form.is_bound else []


@require_safe
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt. It is shown to the browser that sent, and to nobody else."""
    call = get_object_or_404(Call.objects.select_related("inquiry__committee"), code=code)
    receipt = request.session.get(SENT, {}).get(code)
    if receipt is None:
        return redirect("call", code=code)
    return render(request, "witness/sent.html", {"call": call, **receipt})
