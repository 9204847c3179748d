"""Undo on the triage screen: what the last act on a submission was, and how to take it back."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from evidence.admin import tagging
from evidence.decisions.propose import drop
from evidence.inbox import assignment
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from inquiry.people.models import User

SESSION_KEY = "undo"
SECONDS = 600
"""After so long it is no longer offered: the clerk is elsewhere by then."""


def offer(request: HttpRequest, submission: Submission, act: str, values: Sequence[str]) -> None:
    """Remember how to take the act back, until the next act."""
    request.session[SESSION_KEY] = {
        "submission": str(submission.pk),
        "act": act,
        "values": list(values),
        "at": time.time(),
    }


def is_offered(request: HttpRequest, submission: Submission) -> bool:
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    is_recent = time.time() - kept.get("at", 0) < SECONDS
    return is_recent and kept.get("submission") == str(submission.pk)


def undo(request: HttpRequest, submission: Submission) -> None:
    """Take back the last act on this submission; what was changed since stays."""
    if not is_offered(request, submission):
        messages.warning(request, "There is nothing to undo any more.")
        return
    kept = request.session.pop(SESSION_KEY)
    UNDO[kept["act"]](submission, kept["values"], signed_in(request))
    messages.success(request, "Undone.")


def _proposals(submission: Submission, keys: Sequence[str], by: User) -> None:
    rows = submission.decisions.proposed().filter(pk__in=keys).select_related("submission")
    for decision in rows:
        drop(decision, by=by)


def _assignment(submission: Submission, values: Sequence[str], by: User) -> None:
    before = User.objects.filter(pk=values[0]).first() if values[0] else None
    assignment.assign(submission, before, by=by)


UNDO: Mapping[str, Callable[[Submission, Sequence[str], User], None]] = {
    "propose": _proposals,
    "tags": tagging.take_back,
    "assign": _assignment,
    "snooze": lambda submission, _values, by: assignment.wake(submission, by=by),
}
