"""The front page and the page of a call for evidence."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inquiry.calls.models import Call, Openness

# How many calls that have closed the front page still names.
MOST_CLOSED = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is being asked just now."""
    now = timezone.now()
    calls = Call.objects.select_related("inquiry__committee", "inquiry__parent")
    return render(
        request,
        "public/home.html",
        {
            "open": calls.taking(now),
            "later": calls.not_yet_open(now),
            "closed": calls.filter(closes_at__lte=now).order_by("-closes_at")[:MOST_CLOSED],
        },
    )


@require_safe
def call(request: HttpRequest, code: str) -> HttpResponse:
    """One call: terms of reference, deadline, guidance, and the way in while it is open."""
    found = get_object_or_404(
        Call.objects.select_related("inquiry__committee", "inquiry__parent"), code=code
    )
    openness = found.openness(timezone.now())
    return render(
        request,
        "public/call.html",
        {
            "call": found,
            "openness": openness,
            "Openness": Openness,
        },
    )


@require_safe
def call_text(request: HttpRequest, code: str) -> HttpResponse:
    """The call as plain text, to be kept or read anywhere."""
    found = get_object_or_404(
        Call.objects.select_related("inquiry__committee", "inquiry__parent"), code=code
    )
    context = {"call": found, "openness": found.openness(timezone.now()), "Openness": Openness}
    text = "text/plain; charset=utf-8"
    return render(request, "public/call.txt", context, content_type=text)
