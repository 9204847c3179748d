"""Shows what would become public and, once confirmed, publishes it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from evidence.errors import EvidenceError
from evidence.publication.preview import previews, publish_as_seen
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
    shown = previews(chosen, by=by)
    ready = [row for row in shown if not row.problem]
    page = {
        **context,
        "title": "Publish",
        "ready": [(row, row.submission.reasons_for(by)) for row in ready],
        "left_out": [row for row in shown if row.problem],
        "moment": timezone.now(),
    }
    return TemplateResponse(request, "admin/publish.html", page)


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
