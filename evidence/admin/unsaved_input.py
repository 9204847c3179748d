"""Keeps unsaved input when a clerk presses another button on a submission's page.

Every button of the page posts the whole form. Input that differs from the saved values is kept in
the session, and fills the form when the page is shown again.
"""

from collections.abc import Mapping

from django.http import HttpRequest

from evidence.permissions import Action, may
from evidence.submissions.models import Submission

TYPED = ("title", "display_name", "supplements", "assigned_to")
LONGEST = 400


def keep(request: HttpRequest, submission: Submission) -> None:
    """Keep unsaved input of a reader who may edit the submission.

    Other readers have no such form, and comparing a made-up one would reveal the saved values.
    """
    if not may(request.user, Action.CHECK, submission.inquiry_id):
        return
    saved = _saved(submission)
    typed = {
        name: request.POST[name][:LONGEST]
        for name in TYPED
        if name in request.POST and request.POST[name].strip() != saved[name]
    }
    if typed:
        request.session[_key(submission)] = typed


def take(request: HttpRequest, submission: Submission) -> Mapping[str, str]:
    """Unsaved input, which is then forgotten."""
    typed: Mapping[str, str] = request.session.pop(_key(submission), {})
    return typed


def _saved(submission: Submission) -> dict[str, str]:
    earlier = submission.supplements
    return {
        "title": submission.title,
        "display_name": submission.display_name,
        "supplements": earlier.label if earlier else "",
        "assigned_to": str(submission.assigned_to_id or ""),
    }


def _key(submission: Submission) -> str:
    return f"typed-{submission.pk}"
