"""The desk's page of a witness: submissions, letters, late codes, bundles, and corrections."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from evidence.admin.witness_form import WitnessForm
from evidence.bundles.models import Bundle
from evidence.drafts.models import LateCode
from evidence.errors import EvidenceError
from evidence.letters.models import Letter
from evidence.permissions import Action, inquiries_where, may_anywhere
from evidence.submissions.correct_witness import correct
from evidence.submissions.find_witnesses import find
from evidence.submissions.known_witnesses import links_known_to, may_correct
from evidence.submissions.models import Submission, SubmissionWitness
from evidence.submissions.same_person import join, part, proposed_for, rows_of
from evidence.web.staff.auth import signed_in
from evidence.witnesses.models import Contact, Witness
from inquiry.people.models import User

PER_PAGE = 50
MOST_PROPOSED = 20


def urls(site: AdminSite) -> list[URLPattern]:
    def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def with_site(http: HttpRequest, **keys: UUID) -> HttpResponse:
            return view(site, http, **keys)

        return site.admin_view(with_site)

    return [
        path("witnesses/", page(_witnesses), name="witnesses"),
        path("witnesses/<uuid:key>/", page(_show), name="witness"),
        path("witnesses/<uuid:key>/correct/", page(_correct), name="witness-correct"),
        path("witnesses/<uuid:key>/join/", page(_join), name="witness-join"),
        path("witnesses/<uuid:key>/part/", page(_part), name="witness-part"),
    ]


def _links(reader: User) -> Any:
    """What the reader may know of authors, in the inquiries whose desk they use."""
    desk = inquiries_where(reader, Action.SEE_DESK)
    return links_known_to(reader).filter(submission__inquiry__in=desk)


def _witnesses(site: AdminSite, http: HttpRequest) -> HttpResponse:
    """Finds witnesses by name, email address or file name."""
    reader = signed_in(http)
    words = http.GET.get("q", "").strip()[:200]
    links = find(words, _links(reader), reader) if words else SubmissionWitness.objects.none()
    rows = links.select_related("witness", "submission__inquiry")
    context = {
        **site.each_context(http),
        "title": "Witnesses",
        "words": words,
        "page": Paginator(
            rows.order_by("witness__name", "witness__organisation", "pk"), PER_PAGE
        ).get_page(http.GET.get("page")),
        "finds_addresses": may_anywhere(reader, Action.READ_CONTACT),
    }
    return TemplateResponse(http, "admin/witnesses.html", context)


def _known(http: HttpRequest, key: UUID) -> tuple[Witness, list[SubmissionWitness], User]:
    """The witness, and their place in each submission by which the reader may know them.

    404 if there is none.
    """
    reader = signed_in(http)
    witness = Witness.objects.filter(pk=key).select_related("contact").first()
    if witness is None or not _links(reader).filter(witness=key).exists():
        raise Http404
    rows = _links(reader).filter(witness__in=rows_of(witness).values("pk"))
    rows = rows.select_related("submission__inquiry", "witness__contact")
    return witness, list(rows.order_by("-submission__received_at", "submission")), reader


def _show(site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    witness, links, reader = _known(http, key)
    submissions = [link.submission for link in links]
    edits = may_correct(witness, reader)
    context = {
        **site.each_context(http),
        "title": witness.heading(),
        "witness": witness,
        "links": links,
        "contacts": _contacts(links, reader),
        "letters": _letters(links, reader),
        "late_codes": _late_codes(submissions, reader),
        "bundles": Bundle.objects.visible_to(reader)
        .filter(items__submission__in=submissions)
        .distinct(),
        "may_correct": edits,
        "others": len({link.witness_id for link in links}) > 1,
        "proposed": proposed_for(witness, reader)[:MOST_PROPOSED] if edits else [],
    }
    return TemplateResponse(http, "admin/witness.html", context)


def _contacts(links: Sequence[SubmissionWitness], reader: User) -> list[tuple[str, Contact]]:
    """The contact details of each submission for those who may see them, the latest first."""
    return [
        (link.submission.label, contact)
        for link in links
        if link.submission.shows_contact_to(reader)
        and (contact := getattr(link.witness, "contact", None)) is not None
    ]


def _letters(links: Sequence[SubmissionWitness], reader: User) -> Any:
    """The letters about these submissions, for those who may write letters there."""
    inquiries = inquiries_where(reader, Action.WRITE)
    mine = [link for link in links if link.submission.inquiry_id in inquiries]
    letters = Letter.objects.filter(
        witness__in=[link.witness_id for link in mine],
        submission__in=[link.submission_id for link in mine],
    )
    return letters.select_related("submission")


def _late_codes(submissions: Sequence[Submission], reader: User) -> Any:
    """The late codes with which these submissions were begun, for those who make them."""
    inquiries = inquiries_where(reader, Action.LET_IN_LATE)
    mine = [row.pk for row in submissions if row.inquiry_id in inquiries]
    return LateCode.objects.filter(drafts__submission__in=mine).select_related("call").distinct()


def _correct(site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    witness, links, reader = _known(http, key)
    if not may_correct(witness, reader):
        raise Http404
    form = WitnessForm(
        witness, [link for link in links if link.witness_id == key], http.POST or None
    )
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


def _join(_site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    """Says that one of those proposed is the same person."""
    witness, _rows, reader = _known(http, key)
    if http.method != "POST" or not may_correct(witness, reader):
        raise Http404
    try:
        other = proposed_for(witness, reader).get(pk=UUID(http.POST.get("other", "")))
    except (Witness.DoesNotExist, ValueError):
        raise Http404 from None
    return _after(http, key, lambda: join(witness, other, by=reader), "Joined. You can undo this.")


def _part(_site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    """Undoes that a row was joined with others."""
    witness, links, reader = _known(http, key)
    is_joined = any(link.witness_id != key for link in links)
    if http.method != "POST" or not may_correct(witness, reader) or not is_joined:
        raise Http404
    return _after(http, key, lambda: part(witness, by=reader), "Undone. They are two witnesses.")


def _after(http: HttpRequest, key: UUID, do: Callable[[], None], done: str) -> HttpResponse:
    try:
        do()
    except EvidenceError as problem:
        messages.error(http, str(problem))
    else:
        messages.success(http, done)
    return redirect("admin:witness", key)
