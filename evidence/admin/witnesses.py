"""The desk's page of a witness: submissions, letters, late codes, bundles, and corrections."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from evidence.admin.witness_form import WitnessForm
from evidence.bundles.models import Bundle
from evidence.drafts.models import LateCode
from evidence.errors import EvidenceError
from evidence.letters.models import Letter
from evidence.permissions import Action, inquiries_where
from evidence.submissions.correct_witness import correct
from evidence.submissions.known_witnesses import links_known_to, may_correct
from evidence.submissions.models import Submission, SubmissionWitness
from evidence.web.staff.auth import signed_in
from evidence.witnesses.models import Witness
from inquiry.people.models import User


def urls(site: AdminSite) -> list[URLPattern]:
    def witness(http: HttpRequest, key: UUID) -> HttpResponse:
        return _show(site, http, key)

    def corrections(http: HttpRequest, key: UUID) -> HttpResponse:
        return _correct(site, http, key)

    return [
        path("witnesses/<uuid:key>/", site.admin_view(witness), name="witness"),
        path("witnesses/<uuid:key>/correct/", site.admin_view(corrections), name="witness-correct"),
    ]


def _known(http: HttpRequest, key: UUID) -> tuple[Witness, list[SubmissionWitness], User]:
    """The witness and their submissions; 404 unless the reader may know them by one of these."""
    reader = signed_in(http)
    links = (
        links_known_to(reader)
        .filter(witness=key, submission__inquiry__in=inquiries_where(reader, Action.SEE_DESK))
        .select_related("submission__inquiry", "witness__contact", "witness__institution")
    )
    rows = list(links.order_by("-submission__received_at", "submission"))
    if not rows:
        raise Http404
    return rows[0].witness, rows, reader


def _show(site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    witness, links, reader = _known(http, key)
    submissions = [link.submission for link in links]
    shows_contact = all(submission.shows_contact_to(reader) for submission in submissions)
    context = {
        **site.each_context(http),
        "title": witness.heading(),
        "witness": witness,
        "links": links,
        "contact": getattr(witness, "contact", None) if shows_contact else None,
        "letters": _letters(witness, submissions, reader),
        "late_codes": _late_codes(submissions, reader),
        "bundles": Bundle.objects.visible_to(reader)
        .filter(items__submission__in=submissions)
        .distinct(),
        "may_correct": may_correct(witness, reader),
    }
    return TemplateResponse(http, "admin/witness.html", context)


def _letters(witness: Witness, submissions: list[Submission], reader: User) -> Any:
    """The letters about these submissions, for those who may write letters there."""
    inquiries = inquiries_where(reader, Action.WRITE)
    mine = [row.pk for row in submissions if row.inquiry_id in inquiries]
    return Letter.objects.filter(witness=witness, submission__in=mine).select_related("submission")


def _late_codes(submissions: list[Submission], reader: User) -> Any:
    """The late codes with which these submissions were begun, for those who make them."""
    inquiries = inquiries_where(reader, Action.LET_IN_LATE)
    mine = [row.pk for row in submissions if row.inquiry_id in inquiries]
    return LateCode.objects.filter(drafts__submission__in=mine).select_related("call").distinct()


def _correct(site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    witness, links, reader = _known(http, key)
    if not may_correct(witness, reader):
        raise Http404
    form = WitnessForm(witness, links, http.POST or None)
    if http.method == "POST" and form.is_valid():
        try:
            changed = correct(witness, form.cleaned_data, places=form.places(), by=reader)
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            saved = "The pages are made again where the heading changed."
            messages.success(http, f"Saved. {saved}" if changed else "Nothing was changed.")
            return redirect("admin:witness", key)
    context = {
        **site.each_context(http),
        "title": f"Correct {witness.heading()}",
        "witness": witness,
        "form": form,
    }
    return TemplateResponse(http, "admin/witness_correct.html", context)
