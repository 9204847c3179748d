"""A clerk says why something that may name a protected witness may stand."""

from django.contrib import messages
from django.http import HttpRequest

from evidence.errors import EvidenceError
from evidence.intake.examine import settle
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in


def settle_view(request: HttpRequest, submission: Submission, key: int) -> None:
    """Settle one finding with the reason that was typed beside it."""
    by = signed_in(request)
    finding = submission.findings.shown_to(by).filter(pk=key).first()
    if finding is None or not submission.shows_findings_to(by):
        messages.error(request, f"{submission.label}: this finding is not there any more.")
        return
    reason = request.POST.get(f"reason-{key}", request.POST.get("note", ""))
    try:
        settle(finding, by=by, note=reason)
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Settled. The reason is on record.")
