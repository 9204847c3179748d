"""What the triage screen does with a submission. Each act stays on the submission; most can be
undone."""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate

from evidence.admin.carry_out import carry_out
from evidence.admin.clear_finding import settle_view
from evidence.admin.inbox import undoing
from evidence.admin.inbox.page import colleague_of
from evidence.admin.inbox.triage import page_of, submission_of
from evidence.admin.proposals import propose_from
from evidence.admin.tagging import tag_view
from evidence.errors import EvidenceError
from evidence.inbox import assignment, notes
from evidence.inbox.checklist import answer_check
from evidence.inbox.models import Note
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in

NEXT_WEEK = 7
View = Callable[..., HttpResponse | None]


def posted(act: View) -> Callable[..., HttpResponse]:
    """Hands a posted act its submission, tells an error in a sentence, and goes back."""

    @wraps(act)
    def view(request: HttpRequest, key: UUID, **more: Any) -> HttpResponse:
        if request.method != "POST":
            raise Http404
        submission = submission_of(request, key)
        try:
            shown = act(request, submission, **more)
        except EvidenceError as problem:
            messages.error(request, str(problem))
            shown = None
        return shown or back(request, submission)

    return view


def back(request: HttpRequest, submission: Submission) -> HttpResponse:
    return redirect(address_on_screen(request, submission))


def address_on_screen(request: HttpRequest, submission: Submission) -> str:
    """The submission on the triage screen, in the list one came from."""
    address = reverse("admin:triage", args=[submission.pk])
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address


@posted
def propose(request: HttpRequest, submission: Submission) -> HttpResponse | None:
    before = set(submission.decisions.proposed().values_list("pk", flat=True))
    form = propose_from(request, submission)
    if form is not None:
        # The form with its errors, in its place on the screen.
        return page_of(request, submission, proposal_form=form)
    if not before:
        made = submission.decisions.proposed().values_list("pk", flat=True)
        undoing.offer(request, submission, "propose", [str(key) for key in made])
    return None


@posted
def tags(request: HttpRequest, submission: Submission) -> None:
    if changed := tag_view(request, submission):
        undoing.offer(request, submission, "tags", changed)


@posted
def note(request: HttpRequest, submission: Submission) -> HttpResponse | None:
    text, day = request.POST.get("text", ""), request.POST.get("due_on", "")
    try:
        notes.add_note(submission, text, by=signed_in(request), due_on=_day(day))
    except EvidenceError as problem:
        return page_of(
            request, submission, note={"text": text, "due_on": day, "problem": str(problem)}
        )
    messages.success(request, "Note kept. It is not part of the evidence.")
    return None


def _day(value: str) -> datetime.date | None:
    """Raises `EvidenceError` for what is no date."""
    if not value.strip():
        return None
    try:
        day = parse_date(value.strip())
    except ValueError:
        day = None
    if day is None:
        raise EvidenceError("Enter a real date, such as 2026-12-01, or leave it empty.")
    return day


@posted
def note_done(request: HttpRequest, submission: Submission, *, note: UUID) -> None:
    rows = Note.objects.shown_to(request.user)
    notes.close_note(get_object_or_404(rows, pk=note, submission=submission), by=signed_in(request))
    messages.success(request, "Note marked as dealt with.")


@posted
def assign_one(request: HttpRequest, submission: Submission) -> None:
    before = submission.assigned_to_id
    to = colleague_of(request)
    assignment.assign(submission, to, by=signed_in(request))
    if before != submission.assigned_to_id:
        messages.success(request, f"Assigned to {to or 'nobody'}.")
        undoing.offer(request, submission, "assign", [str(before or "")])


@posted
def snooze_one(request: HttpRequest, submission: Submission) -> None:
    if "wake" in request.POST:
        assignment.wake(submission, by=signed_in(request))
        messages.success(request, "Back in your inbox.")
        return
    until = _day(request.POST.get("until", "")) or localdate() + datetime.timedelta(days=NEXT_WEEK)
    assignment.snooze([submission], until, by=signed_in(request))
    messages.success(request, f"Snoozed until {until:%-d %B %Y}.")
    undoing.offer(request, submission, "snooze", [])


@posted
def checklist(request: HttpRequest, submission: Submission) -> None:
    for name, answer in request.POST.items():
        if name.startswith("check-"):
            try:
                answer_check(
                    submission, name.removeprefix("check-"), str(answer), by=signed_in(request)
                )
            except ValueError:
                raise Http404 from None
    messages.success(request, "Checklist saved.")


@posted
def clear(request: HttpRequest, submission: Submission, *, finding: UUID) -> None:
    settle_view(request, submission, finding)


@posted
def act(request: HttpRequest, submission: Submission, *, name: str) -> HttpResponse | None:
    context = {"title": submission.label, "cancel": address_on_screen(request, submission)}
    return carry_out(request, submission, name, context)


@posted
def undo(request: HttpRequest, submission: Submission) -> None:
    undoing.undo(request, submission)
