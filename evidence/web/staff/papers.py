"""Committee papers: add, open and remove them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evidence.committee_papers.models import CommitteePaper
from evidence.committee_papers.prepare import PaperDetails, add_paper, remove_paper
from evidence.errors import EvidenceError
from evidence.files.download_names import neutral
from evidence.files.download_response import serve
from evidence.files.storage import archive
from evidence.permissions import Action, inquiries_where, may
from evidence.web.forms import NamingForm
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class PaperForm(NamingForm):
    """A file, with its type and title."""

    kind = forms.ChoiceField(choices=CommitteePaper.Kind.choices, label="Type")
    title = forms.CharField(
        max_length=200, label="Title", help_text="As it should appear in the contents of a bundle."
    )
    file = forms.FileField(label="File", help_text="Word, OpenDocument, RTF, text or PDF.")
    for_cleared = forms.BooleanField(
        required=False,
        label="Identifies protected witnesses or draws on confidential evidence",
        help_text="Only people cleared for both can see it, and each page is marked.",
    )

    def __init__(self, *args: Any, maker: User, inquiry: Inquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cleared = may(maker, Action.READ_CONFIDENTIAL, inquiry) and may(
            maker, Action.SEE_IDENTITY, inquiry
        )
        if not cleared:
            del self.fields["for_cleared"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The papers of an inquiry, and a form to add one."""
    maker = signed_in(request)
    inquiries = Inquiry.objects.filter(pk__in=inquiries_where(maker, Action.BUNDLE))
    code = request.GET.get("inquiry", "")
    inquiry = inquiries.filter(code=code).first() if code else inquiries.first()
    if inquiry is None:
        raise Http404
    form = PaperForm(request.POST or None, request.FILES or None, maker=maker, inquiry=inquiry)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        details = PaperDetails(
            CommitteePaper.Kind(answers["kind"]), answers["title"], bool(answers.get("for_cleared"))
        )
        try:
            add_paper(inquiry, answers["file"], details, name=answers["file"].name, by=maker)
        except EvidenceError as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, f"“{details.title}” added. Its pages are being made.")
            return redirect(f"{reverse('papers')}?inquiry={inquiry.code}")
    papers = CommitteePaper.objects.visible_to(maker).filter(inquiry=inquiry, removed=False)
    context = {"form": form, "inquiry": inquiry, "inquiries": inquiries, "papers": papers}
    return render(
        request, "staff/committee_papers.html", context | {"address": request.get_full_path()}
    )


@login_required
@require_safe
def show(request: HttpRequest, key: UUID) -> HttpResponseBase:
    paper = get_object_or_404(CommitteePaper.objects.visible_to(signed_in(request)), pk=key)
    if paper.state != CommitteePaper.State.READY:
        raise Http404
    return serve(
        request,
        archive(),
        paper.pdf_sha256,
        name=neutral(f"{paper.kind}-{paper.pdf_sha256[:8]}", "pdf"),
        media_type="application/pdf",
        size=paper.pdf_size,
    )


@login_required
@require_POST
def take_off(request: HttpRequest, key: UUID) -> HttpResponse:
    maker = signed_in(request)
    papers = CommitteePaper.objects.visible_to(maker).select_related("inquiry")
    paper = get_object_or_404(papers, pk=key)
    remove_paper(paper, by=maker)
    messages.success(request, f"“{paper}” removed. Bundles that already include it keep it.")
    return redirect(f"{reverse('papers')}?inquiry={paper.inquiry.code}")
