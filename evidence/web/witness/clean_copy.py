"""A clean copy of a file: requested, looked at, and used instead of the file."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from evidence.drafts import clean_copy as copies
from evidence.drafts import exposure_check
from evidence.drafts.models import Draft, DraftFile
from evidence.errors import FileRefusedError, NotReadyError, RateLimitExceededError
from evidence.web.witness.access import unsent
from evidence.web.witness.file_progress import next_look
from evidence.web.witness.files import file_of
from evidence.web.witness.start import FORM_METHODS
from evidence.web.witness.task_list import context


@require_http_methods(FORM_METHODS)
@unsent
def clean_copy(request: HttpRequest, draft: Draft, handle: str, *, file: uuid.UUID) -> HttpResponse:
    """What the copy would leave out (GET); have it made, or use it (POST)."""
    draft_file = file_of(draft, file)
    if request.method != "POST":
        return _page(request, draft, handle, draft_file)
    try:
        if "use" in request.POST:
            copies.use(draft_file)
            return redirect("form-warnings", handle)
        copies.request(draft_file)
    except (FileRefusedError, NotReadyError, RateLimitExceededError) as problem:
        sentence = gettext(str(problem))
        return _page(request, draft, handle, draft_file, problem=sentence, status=422)
    return redirect("form-clean-copy", handle, draft_file.pk)


@require_safe
@unsent
def download(request: HttpRequest, draft: Draft, handle: str, *, file: uuid.UUID) -> HttpResponse:
    """The copy, under its neutral file name."""
    draft_file = file_of(draft, file)
    try:
        content = copies.content_of(draft_file)
    except FileNotFoundError:
        raise Http404 from None
    name = copies.name_of_copy(draft_file)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def _page(
    request: HttpRequest,
    draft: Draft,
    handle: str,
    file: DraftFile,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    making = file.clean_copy == DraftFile.CleanCopy.MAKING
    here = context(
        draft,
        handle,
        file=file,
        name=copies.name_of_copy(file),
        can_be_made=copies.can_be_made(file),
        left_out=exposure_check.in_file(file),
        different=exposure_check.differences(file),
        problems={"": problem} if problem else {},
        reading=next_look(request) if making else None,
    )
    return render(request, "witness/clean_copy.html", here, status=status)
