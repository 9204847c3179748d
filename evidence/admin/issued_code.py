"""The page that shows a return code once, as a letter to print and post to the witness."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import translation

from evidence.drafts.issued_codes import language_of
from evidence.permissions import Action, may
from evidence.submissions.models import Submission
from evidence.web.witness.one_time_secret import reveal, show_once


def show_code_once(request: HttpRequest, submission: Submission, code: str) -> HttpResponseRedirect:
    show_once(request, submission.pk.hex, code)
    return redirect("admin:submission-code", submission.pk)


def issued_code_view(
    request: HttpRequest, submission: Submission, context: dict[str, Any]
) -> HttpResponse:
    """The letter in the language of the witness, or that the code was shown before."""
    if not may(request.user, Action.WRITE, submission.inquiry_id):
        raise PermissionDenied
    code, language = reveal(request, submission.pk.hex), language_of(submission)
    with translation.override(language):
        letter = render_to_string(
            "letters/return_code.txt", {"code": code, "site": settings.LETTER_SITE_URL}
        )
    shown = {
        **context,
        "title": f"{submission.label}: return code to post",
        "submission": submission,
        # Before the code, the code, after it.
        "letter": letter.partition(code) if code else (),
        "language": language,
    }
    return TemplateResponse(request, "admin/return_code.html", shown)
