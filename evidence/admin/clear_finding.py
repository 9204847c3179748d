"""Lets a clerk clear a finding that may name a protected witness, with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest

from evidence.errors import EvidenceError
from evidence.intake.examine import settle
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in


def settle_view(request: HttpRequest, submission: Submission, key: UUID) -> None:
    """Clear one finding with the reason typed beside it."""
    by = signed_in(request)
    finding = submission.findings.shown_to(by).filter(pk=key).first()
    if finding is None or not submission.shows_findings_to(by):
        messages.error(request, f"{submission.label}: this finding no longer exists.")
        return
    reason = request.POST.get(f"reason-{key}", request.POST.get("note", ""))
    try:
        settle(finding, by=by, note=reason)
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Finding cleared. Your reason is in the audit trail.")
