"""Keeps what was typed into the form of a submission when another button of its page is pressed.

All buttons of the page send the form along. What differs from what is saved lies in the session
until the page is shown again, filled in with it.
"""

from collections.abc import Mapping

from django.http import HttpRequest

from evidence.permissions import Action, may
from evidence.submissions.models import Submission

TYPED = ("title", "display_name", "supplements", "assigned_to")
LONGEST = 400


def keep(request: HttpRequest, submission: Submission) -> None:
    """Remember what was typed and not saved, for who may correct the submission.

    Others have no such form; were theirs compared, its absence would tell what they guessed.
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
    """What was typed and not saved, once."""
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
