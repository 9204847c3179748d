"""The home page and the page of a call for evidence."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence.web.page_cache import Statement, same_for_all
from inquiry.calls.models import Call, Openness, Question

# The most closed calls that the home page lists.
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
            *(
                "inquiry__scope",
                "inquiry__hc_number",
                "inquiry__numbered_on",
                "inquiry__committee__email",
            ),
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
    """None if there is no such call, so that made-up addresses do not fill the cache."""
    rows = [_as_it_is_now(row) for row in ONE_CALL.rows(code)]
    return (rows, QUESTIONS.rows(code)) if rows else None


def _as_it_is_now(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of a call, and whether it is open at this moment."""
    opens, closes, grace, *_shown = row
    call = Call(opens_at=_moment(opens), closes_at=_moment(closes), grace_minutes=grace)
    return (call.openness(timezone.now()), *row)


def _moment(value: datetime | str) -> datetime:
    """A time as the database returns it. SQLite returns a string in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@require_safe
@same_for_all(_versions_of_calls)
def home(request: HttpRequest) -> HttpResponse:
    """The home page: open, coming and recently closed calls."""
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
    """One call: terms of reference, deadline, guidance, and the start button while it is open."""
    chosen = get_object_or_404(
        Call.objects.select_related("inquiry__committee", "inquiry__parent"), code=code
    )
    openness = chosen.openness(timezone.now())
    return render(
        request,
        "public/call.html",
        {
            "call": chosen,
            "openness": openness,
            "Openness": Openness,
        },
    )


@require_safe
@same_for_all(_version_of_call)
def call_text(request: HttpRequest, code: str) -> HttpResponse:
    """The call as plain text."""
    chosen = get_object_or_404(
        Call.objects.select_related("inquiry__committee", "inquiry__parent"), code=code
    )
    context = {"call": chosen, "openness": chosen.openness(timezone.now()), "Openness": Openness}
    text = "text/plain; charset=utf-8"
    return render(request, "public/call.txt", context, content_type=text)
