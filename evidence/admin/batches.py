"""The desk's pages to add many files or emails at once, each as a submission."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from evidence.admin.batch_form import SHARED, FileForm, NewBatchForm, SharedForm, initial_of
from evidence.admin.receive_form import stream_of
from evidence.batches.add import discard, request
from evidence.batches.models import Batch, BatchFile
from evidence.batches.uploads import MOST_AT_ONCE, put, start, suggest
from evidence.errors import EvidenceError, FileRefusedError
from evidence.files import upload_limits
from evidence.files.accepted_types import ACCEPT
from evidence.permissions import Action, may_anywhere
from evidence.submissions.models import Attachment, Submission
from evidence.web.staff.auth import signed_in
from inquiry.people.models import User

State = BatchFile.State
CHANGED = "Another clerk has changed this file meanwhile. Check what you typed and save it again."
NO_FILES = "Choose the files."
SHOWN = "shown"


def urls(site: AdminSite) -> list[URLPattern]:
    def batches(http: HttpRequest) -> HttpResponse:
        return _batches(site, http)

    def batch(http: HttpRequest, key: UUID) -> HttpResponse:
        return _batch(site, http, key)

    start_of = "evidence/submission/add-many/"
    return [
        path(start_of, site.admin_view(batches), name="batches"),
        path(f"{start_of}<uuid:key>/", site.admin_view(batch), name="batch"),
    ]


def _batches(site: AdminSite, http: HttpRequest) -> HttpResponse:
    """Begins a batch, and lists those that are not finished."""
    if not may_anywhere(http.user, Action.RECEIVE):
        raise Http404
    by = signed_in(http)
    form = NewBatchForm(http.POST or None, by=by, initial={"batch": uuid.uuid4()})
    refused: list[str] = []
    if http.method == "POST" and form.is_valid():
        try:
            batch = start(form.cleaned_data["call"], key=form.cleaned_data["batch"], by=by)
        except EvidenceError:
            raise Http404 from None
        refused = _take(http, batch, by)
        if not refused or batch.files.exists():
            _warn(http, refused)
            return redirect("admin:batch", batch.pk)
    unfinished = Count("files", filter=~Q(files__state__in=[State.ADDED, State.DISCARDED]))
    rows = Batch.objects.open_to(by).annotate(left=unfinished).filter(left__gt=0)
    context = {
        **site.each_context(http),
        "title": "Add many files or emails",
        "form": form,
        "refused": refused,
        **_limits(),
        "batches": rows.select_related("call", "made_by")[:50],
    }
    return TemplateResponse(http, "admin/batches.html", context)


def _limits() -> dict[str, Any]:
    """What the choice of files says: the site takes in one request what one submission may have."""
    megabytes = upload_limits.largest_file_mb() * upload_limits.most_files()
    return {"most": MOST_AT_ONCE, "megabytes": megabytes, "accept": ACCEPT}


def _take(http: HttpRequest, batch: Batch, by: User) -> list[str]:
    """Takes the files of a form into the batch. Returns a sentence for each that is refused."""
    uploads = http.FILES.getlist("files")
    files, refused = list[BatchFile](), list[str]()
    for upload in uploads:
        name = upload.name or "document"
        try:
            files.append(put(batch, stream_of(upload), name=name, by=by))
        except FileRefusedError as problem:
            refused.append(f"“{name}” was not taken. {problem}")
    suggest(files)
    return refused if uploads else [NO_FILES]


def _warn(http: HttpRequest, refused: Sequence[str]) -> None:
    for sentence in refused:
        messages.warning(http, sentence)


def _batch(site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    by = signed_in(http)
    batch = Batch.objects.open_to(by).filter(pk=key).select_related("call__inquiry").first()
    if batch is None:
        raise Http404
    files = [file for file in batch.files.select_related("submission") if file.is_editable]
    for file in files:
        file.batch = batch
    forms = [FileForm(file, initial=initial_of(file)) for file in files]
    if http.method == "POST":
        forms = _typed(http.POST, files)
        done = _act(http, batch, forms, by)
        if done is not None:
            return done
    return TemplateResponse(http, "admin/batch.html", _context(site, http, batch, forms))


def _typed(post: QueryDict, files: Sequence[BatchFile]) -> list[FileForm]:
    """The forms with what was sent; a file that was uploaded meanwhile keeps what it has."""
    answers = post.copy()
    for file in files:
        for name in SHARED:
            field = f"{file.pk.hex}-{name}"
            typed_once = post.get(f"shared-{name}", "")
            if typed_once and post.get(field) == "":
                answers[field] = typed_once
    return [
        FileForm(file, answers, initial=initial_of(file))
        if f"{file.pk.hex}-kind" in post
        else FileForm(file, initial=initial_of(file))
        for file in files
    ]


def _act(
    http: HttpRequest, batch: Batch, forms: Sequence[FileForm], by: User
) -> HttpResponse | None:
    """Saves what was typed and does what was pressed. None shows the page with its errors."""
    is_kept = _keep(http.POST, forms)
    # Files that were chosen are taken whichever button was pressed.
    if "upload" in http.POST or http.FILES:
        _warn(http, _take(http, batch, by))
    if "discard" in http.POST:
        _discard(http, forms, by)
    elif "add" in http.POST:
        posted = [form for form in forms if form.is_bound]
        if not all([form.is_valid() for form in posted]) or not is_kept:  # noqa: C419  all of them
            return None
        count = request([(form.file, form.details()) for form in posted], by=by)
        messages.success(http, f"Adding {count} submission{'' if count == 1 else 's'}.")
    elif "upload" not in http.POST and is_kept:
        messages.success(http, "Saved. You or another clerk can go on later.")
    return redirect("admin:batch", batch.pk) if is_kept else None


def _keep(post: QueryDict, forms: Sequence[FileForm]) -> bool:
    """Saves what was typed. False if another clerk has changed one of the files meanwhile."""
    is_kept = True
    for form in forms:
        typed, file = form.typed(), form.file
        if not form.is_bound or typed == file.answers:
            continue
        if post.get(f"{form.prefix}-{SHOWN}") != version_of(file):
            form.add_error(None, CHANGED)
            is_kept = False
            continue
        file.answers = typed
        BatchFile.objects.filter(pk=file.pk, state=file.state).update(
            answers_json=file.answers_json
        )
    return is_kept


def version_of(file: BatchFile) -> str:
    """What tells whether the answers of a file are still those that a page showed."""
    return hashlib.sha256(file.answers_json.encode()).hexdigest()[:16]


def _discard(http: HttpRequest, forms: Sequence[FileForm], by: User) -> None:
    for form in forms:
        if form.file.pk.hex == http.POST["discard"]:
            try:
                discard(form.file, by=by)
            except EvidenceError as problem:
                messages.error(http, str(problem))
            else:
                messages.success(http, "File discarded. It does not become a submission.")


def _context(
    site: AdminSite, http: HttpRequest, batch: Batch, forms: Sequence[FileForm]
) -> dict[str, Any]:
    by = signed_in(http)
    same = _same_files(batch, [form.file for form in forms], by)
    added = _added(batch, by)
    adding = batch.files.filter(state=State.ADDING).count()
    problems = {
        f"id_{form.prefix}-{name}" if name != "__all__" else f"file-{form.prefix}": (
            f"{form.file.name}: {' '.join(map(str, errors))}"
        )
        for form in forms
        if form.is_bound
        for name, errors in form.errors.items()
    }
    return {
        **site.each_context(http),
        "title": "Add many files or emails",
        "batch": batch,
        "call": batch.call,
        "is_closed": batch.call.closes_at <= timezone.now(),
        "rows": [(form, version_of(form.file), same.get(form.file.sha256, [])) for form in forms],
        "shared": SharedForm(prefix="shared"),
        "problems": problems if "add" in http.POST or _is_refused(forms) else {},
        "adding": adding,
        "added": added,
        "total": len(forms) + adding + len(added),
        **_limits(),
    }


def _is_refused(forms: Sequence[FileForm]) -> bool:
    return any(form.is_bound and form.non_field_errors() for form in forms)


def _added(batch: Batch, reader: User) -> list[Submission | None]:
    """The submissions made of this batch. None for one that the reader added and may not open."""
    files = batch.files.filter(state=State.ADDED)
    visible = Submission.objects.visible_to(reader).filter(batch_file__batch=batch)
    hidden = files.filter(added_by=reader).exclude(submission__in=visible).count()
    return [*visible.in_flow_order(), *([None] * hidden)]


def _same_files(batch: Batch, files: Sequence[BatchFile], reader: User) -> dict[str, list[str]]:
    """By digest, the other submissions that hold the same file, of those the reader may see."""
    visible = Submission.objects.visible_to(reader).filter(inquiry=batch.call.inquiry_id)
    attachments = Attachment.objects.filter(
        sha256__in=[file.sha256 for file in files], submission__in=visible
    ).select_related("submission")
    same: dict[str, list[str]] = {}
    for attachment in attachments:
        same.setdefault(attachment.sha256, []).append(attachment.submission.label)
    return same
