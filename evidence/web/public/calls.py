"""The front page and the page of a call for evidence."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence.web.page_cache import Statement, same_for_all
from inquiry.calls.models import Call, Openness, Question

# How many calls that have closed the front page still names.
MOST_CLOSED = 10
WHEN = ("opens_at", "closes_at", "grace_minutes")
OF_INQUIRY = ("inquiry__title", "inquiry__committee__name", "inquiry__parent__title")
CALLS = Statement(
    lambda _none: Call.objects.order_by("pk").values_list(*WHEN, "code", "title", *OF_INQUIRY)
)
ONE_CALL = Statement(
    lambda code: (
        Call.objects.order_by("pk")
        .filter(code=code)
        .values_list(
            *(*WHEN, "title", "guidance", "word_limit", *OF_INQUIRY),
            *("inquiry__scope", "inquiry__hc_number", "inquiry__committee__email"),
        )
    )
)
QUESTIONS = Statement(
    lambda code: (
        Question.objects.filter(inquiry__calls__code=code)
        .order_by("number")
        .values_list("number", "text")
    )
)


def _versions_of_calls() -> object:
    return [_as_it_is_now(row) for row in CALLS.rows()]


def _version_of_call(code: str) -> object:
    """None for a call there is not: nothing is kept for addresses that somebody makes up."""
    found = [_as_it_is_now(row) for row in ONE_CALL.rows(code)]
    return (found, QUESTIONS.rows(code)) if found else None


def _as_it_is_now(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of a call, and whether it is open at this moment."""
    opens, closes, grace, *_shown = row
    call = Call(opens_at=_moment(opens), closes_at=_moment(closes), grace_minutes=grace)
    return (call.openness(timezone.now()), *row)


def _moment(value: datetime | str) -> datetime:
    """A moment as the database gives it: SQLite as words, in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@require_safe
@same_for_all(_versions_of_calls)
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
@same_for_all(_version_of_call)
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
@same_for_all(_version_of_call)
def call_text(request: HttpRequest, code: str) -> HttpResponse:
    """The call as plain text, to be kept or read anywhere."""
    found = get_object_or_404(
        Call.objects.select_related("inquiry__committee", "inquiry__parent"), code=code
    )
    context = {"call": found, "openness": found.openness(timezone.now()), "Openness": Openness}
    text = "text/plain; charset=utf-8"
    return render(request, "public/call.txt", context, content_type=text)
