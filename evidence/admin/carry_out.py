"""Does what a button of a submission says; for the submission's page and the triage screen."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from evidence.admin import buttons, unsaved_input
from evidence.admin.issued_code import show_code_once
from evidence.admin.publish_view import publish_view
from evidence.errors import EvidenceError
from evidence.permissions import require
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from evidence.workflow import OPERATIONS


def carry_out(
    request: HttpRequest, submission: Submission, name: str, context: dict[str, Any]
) -> HttpResponse | None:
    """Do the act; the result is a message for the clerk. None when done, or a page to show first.

    Raises `Http404` for an act that does not exist.
    """
    act = buttons.by_name(name)
    if act is None:
        raise Http404
    try:
        buttons.check_time(act, submission)
        require(request.user, OPERATIONS[act.name].action, submission.inquiry_id)
        if act.shows_first:
            return publish_view(request, [submission], context)
        note = request.POST.get(f"note-{name}", request.POST.get("note", ""))
        result = act.do(submission, signed_in(request), note)
    except EvidenceError as problem:
        messages.error(request, str(problem))
        return None
    messages.success(request, f"{submission.label}: {act.outcome}")
    if act.shows_secret:
        unsaved_input.keep(request, submission)
        return show_code_once(request, submission, str(result))
    return None
