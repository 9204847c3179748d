"""Shows what would become public and, once confirmed, publishes it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from evidence.errors import EvidenceError
from evidence.publication.preview import previews, publish_as_seen
from evidence.publication.publish import number_for_publication
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in


def publish_view(
    request: HttpRequest, chosen: Sequence[Submission], context: dict[str, Any]
) -> HttpResponse | None:
    """The page that shows what would become public; None once the clerk has confirmed.

    A submission that has changed since it was shown is not published, and is named in a message.
    """
    by = signed_in(request)
    if "publish" in request.POST:
        _publish(request, chosen)
        return None
    if "number" in request.POST:
        _give_numbers(request, chosen)
        for submission in chosen:
            submission.refresh_from_db(fields=["number", "reference"])
    shown = previews(chosen, by=by)
    ready = [row for row in shown if not row.problem]
    page = {
        **context,
        "title": "Publish",
        "ready": [(row, row.submission.reasons_for(by)) for row in ready],
        "without_number": [row for row in shown if row.needs_number],
        "left_out": [row for row in shown if row.problem and not row.needs_number],
        "chosen": chosen,
        "moment": timezone.now(),
    }
    return TemplateResponse(request, "admin/publish.html", page)


def _give_numbers(request: HttpRequest, chosen: Sequence[Submission]) -> None:
    problems = []
    for submission in chosen:
        try:
            number_for_publication(submission, by=signed_in(request))
        except EvidenceError as problem:
            problems.append(str(problem))
    if problems:
        messages.error(request, f"No number given: {len(problems)}. {' '.join(problems)}")


def _publish(request: HttpRequest, chosen: Sequence[Submission]) -> None:
    published, problems = [], []
    for submission in chosen:
        digest = request.POST.get(f"seen-{submission.pk}")
        if digest is None:
            continue
        try:
            publish_as_seen(submission, digest, by=signed_in(request))
        except EvidenceError as problem:
            problems.append(str(problem))
        else:
            published.append(submission.label)
    if published:
        messages.success(request, f"Published: {', '.join(published)}.")
    if problems:
        messages.error(request, f"Not published: {len(problems)}. {' '.join(problems)}")
