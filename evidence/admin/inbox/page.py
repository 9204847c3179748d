"""The inbox: what needs a person, why and since when, oldest first."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from evidence.admin.dashboard import other_work
from evidence.errors import EvidenceError
from evidence.inbox.assignment import assign_all, snooze
from evidence.inbox.listing import EVIDENCE, MOST_COUNTED, VIEWS, Inbox, Selection
from evidence.inbox.visits import last_visit
from evidence.permissions import Action, inquiries_where, may, people_who
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from evidence.web.staff.current_inquiry import choose, current_inquiry
from evidence.web.staff.home import next_meeting
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

PER_PAGE = 50
ARRIVAL_DAYS = 28
LONGEST_NUMBER = 6


def show(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    inquiry = current_inquiry(request, action=Action.SEE_DESK)
    if inquiry is None:
        # An administrator without a role in an inquiry.
        return redirect("admin:index")
    choose(request, inquiry)
    inbox = Inbox(inquiry, reader, last_visit(reader, inquiry))
    selection = Selection.of(request.GET)
    if selection.view == EVIDENCE:
        return redirect(address_of(inquiry, selection))
    start = _number(request.GET.get("from", ""))
    listed = list(
        inbox.submissions(selection)
        .select_related("assigned_to")
        .with_witnesses()[start : start + PER_PAGE + 1]
    )
    rows = inbox.because(listed[:PER_PAGE], selection)
    context: dict[str, Any] = {
        "title": "Inbox",
        "inquiry": inquiry,
        "selection": selection,
        "heading": selection.label,
        "views": _views(inbox, selection),
        "reasons": _reasons(inbox, selection),
        "rows": [(row, row.names_for(reader), why) for row, why in rows],
        "query": query_of(inquiry, selection),
        "later": start + PER_PAGE if len(listed) > PER_PAGE else None,
        "earlier": max(start - PER_PAGE, 0) if start else None,
        "piles": [pile for pile in other_work(reader, inquiry) if pile.count],
        "colleagues": _colleagues(reader, inquiry),
        "since": inbox.since,
        "may_receive": may(reader, Action.RECEIVE, inquiry),
        "calls": inquiry.calls.filter(Q(closes_at=None) | Q(closes_at__gt=timezone.now())).order_by(
            "closes_at"
        ),
        "meeting": next_meeting(inquiry.pk),
        "arrivals": arrivals_chart(inbox.arrivals(ARRIVAL_DAYS)),
        "most": MOST_COUNTED,
    }
    return render(request, "admin/inbox.html", context)


def _views(inbox: Inbox, selection: Selection) -> list[tuple[str, str, int, bool]]:
    """Each view: its label, address, count, and whether it is shown now."""
    return [
        (
            label,
            address_of(inbox.inquiry, Selection(view)),
            inbox.count(Selection(view)),
            view == selection.view,
        )
        for view, label in VIEWS.items()
    ]


def _reasons(inbox: Inbox, selection: Selection) -> list[tuple[str, str, int, bool]]:
    """Each reason that occurs in the view, as `_views`."""
    counted = [
        (reason, inbox.count(Selection(selection.view, reason.name)))
        for reason in selection.reasons
    ]
    return [
        (
            reason.label,
            address_of(inbox.inquiry, Selection(selection.view, reason.name)),
            count,
            reason.name == selection.why,
        )
        for reason, count in counted
        if count or reason.name == selection.why
    ]


def query_of(inquiry: Inquiry, selection: Selection) -> str:
    if selection.view == EVIDENCE:
        return selection.filters
    parts = {"inquiry": inquiry.code, "view": selection.view, "why": selection.why}
    return urlencode({name: value for name, value in parts.items() if value})


def address_of(inquiry: Inquiry, selection: Selection) -> str:
    page = "register" if selection.view == EVIDENCE else "admin:inbox"
    return f"{reverse(page)}?{query_of(inquiry, selection)}"


def _colleagues(reader: User, inquiry: Inquiry) -> list[User]:
    """Whom this reader may give work to."""
    if not may(reader, Action.ASSIGN, inquiry):
        return []
    return people_who(Action.READ_EARLY, inquiry=inquiry)


def arrivals_chart(days: list[tuple[datetime.date, int]]) -> dict[str, Any]:
    """The bars of a small chart, in a box of 100 by 30, and the same numbers as a table."""
    most = max((count for _day, count in days), default=0) or 1
    width = 100 / max(len(days), 1)
    bars = [
        {
            "x": round(index * width, 2),
            "y": round(30 - 28 * count / most, 2),
            "width": round(width * 0.7, 2),
            "height": round(28 * count / most, 2),
        }
        for index, (_day, count) in enumerate(days)
    ]
    total = sum(count for _day, count in days)
    return {"bars": bars, "days": days, "total": total, "number": len(days)}


def assign_many(request: HttpRequest) -> HttpResponse:
    """Gives the ticked submissions to a colleague, or to nobody."""
    chosen = _ticked(request)
    to = colleague_of(request)
    if not chosen:
        messages.warning(request, "Nothing is selected. Tick the submissions first.")
        return _back(request)
    try:
        count, problems = assign_all(chosen, to, by=signed_in(request))
    except EvidenceError as problem:
        messages.error(request, str(problem))
        return _back(request)
    whom = f"to {to}" if to else "to nobody"
    messages.success(request, f"Assigned {whom}: {count}.")
    for sentence in problems:
        messages.error(request, sentence)
    return _back(request)


def snooze_many(request: HttpRequest) -> HttpResponse:
    """Hides the ticked submissions from the reader's own inbox until a date."""
    chosen = _ticked(request)
    try:
        until = datetime.date.fromisoformat(request.POST.get("until", ""))
        snooze(chosen, until, by=signed_in(request))
    except ValueError:
        messages.error(request, "Enter the date on which they come back.")
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        plural = "" if len(chosen) == 1 else "s"
        messages.success(
            request, f"{len(chosen)} submission{plural} snoozed until {until:%-d %B %Y}."
        )
    return _back(request)


def _ticked(request: HttpRequest) -> list[Submission]:
    """The ticked submissions that the reader may see."""
    if request.method != "POST":
        raise Http404
    keys = set[UUID]()
    for value in request.POST.getlist("submission")[:1000]:
        try:
            keys.add(UUID(value))
        except ValueError:
            continue
    visible = Submission.objects.visible_to(request.user).filter(
        inquiry__in=inquiries_where(request.user, Action.SEE_DESK)
    )
    return list(visible.filter(pk__in=keys).order_by("received_at", "id"))


def colleague_of(request: HttpRequest) -> User | None:
    """The colleague a form names, or None for nobody. It names only people of the reader's own
    inquiries, so that no answer tells who others are."""
    value = request.POST.get("person", "")
    if not value:
        return None
    inquiries = inquiries_where(request.user, Action.SEE_DESK)
    people = User.objects.filter(memberships__inquiry__in=inquiries).distinct()
    person = people.filter(pk=int(value)).first() if value.isdecimal() else None
    if person is None:
        raise PermissionDenied
    return person


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('admin:inbox')}?{request.GET.urlencode()}")


def _number(value: str) -> int:
    return (
        int(value) if value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER else 0
    )
