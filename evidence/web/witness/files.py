"""The files of a form: uploaded one or several at a time, each answered straight away.

With JavaScript a file uploads as soon as it is chosen, with a progress bar. Without it the button
of the form uploads it. Both use the same address.
"""

import contextlib
import time
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from evidence.drafts import exposure_check
from evidence.drafts import files as draft_files
from evidence.drafts.models import Arrival, Draft, DraftFile
from evidence.errors import FileRefusedError, NotReadyError, RateLimitExceededError
from evidence.files import upload_limits
from evidence.files.accepted_types import ACCEPT
from evidence.web.witness import form_flow
from evidence.web.witness.access import unsent
from evidence.web.witness.draft_answers import typed_of
from evidence.web.witness.file_progress import next_look
from evidence.web.witness.start import FORM_METHODS
from evidence.web.witness.task_list import context

# How often a running upload renews its `Arrival`.
SIGN_SECONDS = 15.0


@csrf_exempt
@require_http_methods(FORM_METHODS)
@unsent
def files(request: HttpRequest, draft: Draft, handle: str) -> HttpResponseBase:
    """List the files (GET), or receive new ones (POST).

    While a body is being received, another window cannot send the form. So the upload is announced
    before the body is read, and the CSRF token, which is in the body, is checked after that.
    """
    if request.method != "POST":
        return _list(request, draft, handle)
    with draft_files.arriving(draft) as arrival:
        request.upload_handlers.insert(0, SignsOfLife(arrival))
        return _take(request, draft, handle)


class SignsOfLife(FileUploadHandler):
    """Renews the `Arrival` of a slow upload for as long as bytes come in."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.arrival, self.said_at = arrival, time.monotonic()

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        if time.monotonic() > self.said_at + SIGN_SECONDS:
            self.said_at = time.monotonic()
            draft_files.still_arriving(self.arrival)
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        """The next handler keeps the file."""


@csrf_protect
def _take(request: HttpRequest, draft: Draft, handle: str) -> HttpResponseBase:
    problems = []
    instead_of = _key(request.POST.get("instead_of"))
    chosen = request.FILES.getlist("files")
    for upload in chosen:
        try:
            draft_files.add(
                draft, _stream(upload), name=upload.name or "file", instead_of=instead_of
            )
        except (FileRefusedError, RateLimitExceededError) as problem:
            sentence = gettext(str(problem))
            named = str(upload.name) in sentence
            problems.append(sentence if named else f"{upload.name}: {sentence}")
    if not chosen and "go_on" not in request.POST:
        problems.append(gettext("Choose a file"))
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"problems": problems}, status=422 if problems else 200)
    if problems:
        return _list(request, draft, handle, refused=problems, status=422)
    if "go_on" in request.POST:
        return _go_on(request, draft, handle)
    return redirect("form-files", handle)


def _go_on(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    task = form_flow.task(draft, "files")
    if task.good:
        following = form_flow.after(draft, "files") or "title"
        return redirect("form-page", handle, following)
    problem = task.problem or gettext("Choose a file with your evidence, or type your evidence")
    return _list(request, draft, handle, refused=[problem], status=422)


def _stream(upload: UploadedFile[Any]) -> Any:
    if upload.file is None:
        raise FileRefusedError("empty", _("This file was not uploaded. Choose it again."))
    return upload.file


def _list(
    request: HttpRequest,
    draft: Draft,
    handle: str,
    *,
    refused: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    listed = list(draft.files.all())
    reading = any(file.state == DraftFile.State.READING for file in listed)
    here = context(
        draft,
        handle,
        page="files",
        refused=refused,
        accept=ACCEPT,
        files=[
            (file, exposure_check.why_bad(file), exposure_check.refused_attachments(file))
            for file in listed
        ],
        typed=typed_of(draft),
        typed_words=len(typed_of(draft).split()),
        reading=next_look(request) if reading else None,
        arrival=uuid.uuid4(),
        too_long=_too_long(draft, listed),
        largest_mb=upload_limits.largest_file_mb(),
    )
    return render(request, "witness/files.html", here, status=status)


def _too_long(draft: Draft, listed: list[DraftFile]) -> int:
    """How many words the evidence is over the limit of the call; 0 if it is not."""
    typed = typed_of(draft)
    words = len(typed.split()) if typed else (listed[0].words if listed else 0)
    return max(0, words - draft.call.word_limit)


@require_POST
@unsent
def announce(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Renew the `Arrival` of a file that is still uploading."""
    draft_files.announce(draft, _key(request.POST.get("arrival")))
    return HttpResponse(status=204)


@require_POST
@unsent
def arrived(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """End the `Arrival` of a file that was uploaded or cancelled."""
    if key := _key(request.POST.get("arrival")):
        draft.arrivals.filter(pk=key).delete()
    return HttpResponse(status=204)


@require_POST
@unsent
def move(
    request: HttpRequest, draft: Draft, handle: str, *, file: uuid.UUID, act: str
) -> HttpResponse:
    """Move a file up or down."""
    if act not in {"up", "down"}:
        raise Http404
    draft_files.move(file_of(draft, file), by=-1 if act == "up" else 1)
    return redirect("form-files", handle)


@require_http_methods(FORM_METHODS)
@unsent
def remove(request: HttpRequest, draft: Draft, handle: str, *, file: uuid.UUID) -> HttpResponse:
    """Ask whether a file is to be removed (GET), and remove it (POST)."""
    draft_file = file_of(draft, file)
    if request.method != "POST":
        here = context(draft, handle, page="files", file=draft_file)
        return render(request, "witness/remove_file.html", here)
    with contextlib.suppress(NotReadyError):  # another window was quicker
        draft_files.remove(draft_file)
    return redirect("form-files", handle)


def file_of(draft: Draft, key: uuid.UUID) -> DraftFile:
    """A file of this draft. Raises `Http404`."""
    draft_file = draft.files.filter(pk=key).first()
    if draft_file is None:
        raise Http404
    return draft_file


def _key(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        return None
