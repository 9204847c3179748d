"""A submission's page and files for people on the inquiry; 404 for anyone else."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from evidence.custody.record import record
from evidence.documents import original_layout
from evidence.documents.heading import submission_heading
from evidence.documents.models import Rendition
from evidence.documents.original_layout import Layout
from evidence.files.download_names import neutral
from evidence.files.download_response import serve
from evidence.files.storage import archive
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Attachment, Submission
from evidence.web.document_parts import Part, picture_response, read_part
from evidence.web.staff.auth import signed_in
from inquiry.people.models import User

Form = Rendition.Form


@login_required
@require_safe
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    reader = signed_in(request)
    submission = _visible(key, reader)
    note_reading(submission, reader, "read")
    return render(
        request,
        "staff/submission.html",
        {
            "submission": submission,
            "heading": submission_heading(submission, position=0).heading,
            "names": submission.names_for(reader),
            "parts": parts_of(submission),
            "confidential": submission.disclosure == Disclosure.CONFIDENTIAL,
        },
    )


@login_required
@require_safe
def pdf(request: HttpRequest, key: UUID, position: int) -> HttpResponseBase:
    return _file(request, key, position, Form.PDF)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def office(request: HttpRequest, key: UUID, position: int) -> HttpResponseBase:
    """The original layout, made by LibreOffice. It may show what the document leaves out.

    It is made when someone first asks for it; until then a page says so.
    """
    submission = _visible(key, signed_in(request))
    if not submission.shows_original_to(signed_in(request)):
        raise Http404
    layout = original_layout.layouts(submission).get(position, Layout.NONE)
    if layout == Layout.NONE:
        raise Http404
    if request.method == "POST":
        original_layout.request(submission)
        return redirect("submission-office", key=key, position=position)
    if layout == Layout.READY:
        return _file(request, key, position, Form.OFFICE)
    context = {"submission": submission, "layout": layout}
    return render(request, "staff/original_layout.html", context)


def _file(request: HttpRequest, key: UUID, position: int, form: Rendition.Form) -> HttpResponseBase:
    reader = signed_in(request)
    submission = _visible(key, reader)
    made = get_object_or_404(
        Rendition.objects.select_related("attachment"),
        submission=submission,
        attachment__position=position,
        form=form,
        name="",
    )
    if (
        form == Form.PDF
        and not submission.shows_identity_to(reader)
        and not _up_to_date(submission, made)
    ):
        raise Http404
    note_reading(submission, reader, f"read as {form}")
    tail = f"-annex-{position}" if position else ""
    return serve(
        request,
        archive(),
        made.sha256,
        name=neutral(f"{submission.label}{tail}", "pdf"),
        media_type="application/pdf",
        size=made.size,
        inline=True,
    )


@login_required
@require_safe
def original(request: HttpRequest, key: UUID, position: int) -> HttpResponseBase:
    """The file as it was sent, under a neutral name; never from quarantine. Always recorded."""
    reader = signed_in(request)
    submission = _visible(key, reader)
    attachment = get_object_or_404(submission.attachments, position=position)
    if not submission.shows_original_to(reader) or not attachment.archived:
        raise Http404
    with transaction.atomic():
        record(
            "original opened",
            submission,
            by=reader,
            inquiry=submission.inquiry_id,
            file=attachment.sha256,
        )
    return serve(
        request,
        archive(),
        attachment.sha256,
        name=neutral(f"{submission.label}-original-{position}", attachment.kind),
        media_type="application/octet-stream",
        size=attachment.size,
    )


@login_required
@require_safe
def picture(request: HttpRequest, key: UUID, position: int, name: str) -> HttpResponseBase:
    submission = _visible(key, signed_in(request))
    made = get_object_or_404(
        Rendition,
        submission=submission,
        attachment__position=position,
        form=Form.PICTURE,
        name=name,
    )
    return picture_response(made.sha256)


def _visible(key: UUID, reader: User) -> Submission:
    return get_object_or_404(
        Submission.objects.visible_to(reader).select_related("inquiry__committee"), pk=key
    )


def _up_to_date(submission: Submission, made: Rendition) -> bool:
    """Whether the pages have the present heading. After a decision to withhold the name they
    show it until they are made again."""
    return (
        made.heading_digest
        == submission_heading(submission, position=made.attachment.position).digest()
    )


def note_reading(submission: Submission, reader: User, how: str) -> None:
    """Record each reading of protected evidence."""
    if submission.protected:
        with transaction.atomic():
            record(how, submission, by=reader, inquiry=submission.inquiry_id)


def parts_of(submission: Submission, *, marked: Collection[str] = ()) -> list[Part]:
    """The files of a submission as a page shows them; `marked` words are marked."""
    prefetch_related_objects([submission], "attachments__renditions")
    parts = (_part(submission, attachment, marked) for attachment in submission.attachments.all())
    return [part for part in parts if part is not None]


def _part(submission: Submission, attachment: Attachment, marked: Collection[str]) -> Part | None:
    made = {rendition.form: rendition for rendition in attachment.renditions.all()}
    if Form.PDF not in made:
        return None
    position = attachment.position
    return read_part(
        position,
        pages=made[Form.PDF].pages,
        document=made[Form.DOCUMENT].sha256 if Form.DOCUMENT in made else "",
        text=made[Form.TEXT].sha256 if Form.TEXT in made else "",
        pdf=reverse("submission-pdf", args=[submission.pk, position]),
        picture=lambda name: reverse("submission-picture", args=[submission.pk, position, name]),
        marked=marked,
    )
