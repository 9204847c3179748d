"""Archive transfer of an inquiry: create the file, follow its progress, download it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from evidence.bundles.archive_transfer.jobs import ask_for, issue_bag
from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.archive_transfer.transfer import submissions_for
from evidence.errors import EvidenceError
from evidence.files.download_response import serve
from evidence.files.storage import archive
from evidence.lifecycle import Disclosure
from evidence.permissions import Action, inquiries_where
from evidence.web.forms import NamingForm
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class ArchiveForm(NamingForm):
    with_confidential = forms.BooleanField(
        required=False,
        label="Include confidential evidence",
        help_text="The record of each submission states its disclosure.",
    )
    understood = forms.BooleanField(
        label="I will handle this file as confidential papers",
        help_text="It contains the original files and identifies every witness.",
        error_messages={
            "required": "Confirm that you will handle the file as confidential papers."
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    reader = signed_in(request)
    inquiry = _inquiry(code, reader)
    form = ArchiveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            confidential = form.cleaned_data["with_confidential"]
            ask_for(inquiry, by=reader, with_confidential=confidential)
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("archive", code)
    bags = ArchiveBag.objects.visible_to(reader).filter(inquiry=inquiry)
    submissions = submissions_for(inquiry, by=reader, with_confidential=True)
    return render(
        request,
        "staff/archive.html",
        {
            "inquiry": inquiry,
            "form": form,
            "bags": [(bag, bag.job()) for bag in bags.select_related("requested_by")[:20]],
            "count": submissions.exclude(disclosure=Disclosure.CONFIDENTIAL).count(),
            "confidential": submissions.filter(disclosure=Disclosure.CONFIDENTIAL).count(),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_safe
def progress(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """The state of the progress bar, which the page's script asks for every second."""
    bag = _bag(code, key, signed_in(request))
    job = bag.job()
    ready = bag.state == ArchiveBag.State.READY
    percent = 100 if ready else job.percent if job else 0
    message = job.message if job else ""
    return JsonResponse({"state": bag.state, "percent": percent, "message": message})


@login_required
@require_safe
def download(request: HttpRequest, code: str, key: UUID) -> HttpResponseBase:
    reader = signed_in(request)
    bag = _bag(code, key, reader)
    try:
        issued = issue_bag(bag, by=reader)
    except EvidenceError as problem:
        messages.error(request, str(problem))
        return redirect("archive", code)
    return serve(
        request,
        archive(),
        issued.sha256,
        name=issued.name,
        media_type=issued.media_type,
        size=issued.size,
    )


def _inquiry(code: str, reader: User) -> Inquiry:
    may = Inquiry.objects.filter(pk__in=inquiries_where(reader, Action.ARCHIVE))
    return get_object_or_404(may, code=code)


def _bag(code: str, key: UUID, reader: User) -> ArchiveBag:
    bags = ArchiveBag.objects.visible_to(reader).select_related("inquiry")
    return get_object_or_404(bags, pk=key, inquiry__code=code)
