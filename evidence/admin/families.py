"""The desk's pages of families of near-identical letters, and one proposal for all of a family."""

from typing import Any
from uuid import UUID

from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from evidence.admin.proposals import propose_many
from evidence.families.browse import (
    FamilyCount,
    families_of,
    family_for,
    letters_of,
    shows_words_to,
    with_own_words,
    words_of_first,
)
from evidence.families.models import Family
from evidence.families.signature import without_numbers
from evidence.permissions import Action, inquiries_where, may
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

PER_PAGE = 50
FIRST_WORDS = 30


def urls(site: AdminSite) -> list[URLPattern]:
    def families(http: HttpRequest) -> HttpResponse:
        return _families(site, http)

    def family(http: HttpRequest, key: UUID) -> HttpResponse:
        return _family(site, http, key)

    def propose(http: HttpRequest, key: UUID) -> HttpResponse:
        return _propose(site, http, key)

    return [
        path("families/", site.admin_view(families), name="families"),
        path("families/<uuid:key>/", site.admin_view(family), name="family"),
        path("families/<uuid:key>/propose/", site.admin_view(propose), name="family-propose"),
    ]


def _families(site: AdminSite, http: HttpRequest) -> HttpResponse:
    reader = signed_in(http)
    inquiries = list(
        Inquiry.objects.filter(pk__in=inquiries_where(reader, Action.SEE_DESK)).order_by("title")
    )
    code = http.GET.get("inquiry")
    inquiry = next((row for row in inquiries if row.code == code or not code), None)
    if inquiry is None:
        raise Http404
    page = Paginator(families_of(inquiry, reader), PER_PAGE).get_page(http.GET.get("page"))
    rows = list(page)
    families = Family.objects.select_related("representative__submission_text").in_bulk(
        [row["family"] for row in rows]
    )
    counts = [FamilyCount(families[row["family"]], row["letters"], row["own"]) for row in rows]
    context = {
        **site.each_context(http),
        "title": "Families of letters",
        "inquiry": inquiry,
        "inquiries": inquiries,
        "page": page,
        "rows": [(count, _first_words(count.family, reader)) for count in counts],
    }
    return TemplateResponse(http, "admin/families.html", context)


def _first_words(family: Family, reader: User) -> str:
    text = getattr(family.representative, "submission_text", None)
    if text is None or not shows_words_to(family.representative, reader):
        return ""
    words = without_numbers(text.text[:2_000]).split()
    return " ".join(words[:FIRST_WORDS]) + (" …" if len(words) > FIRST_WORDS else "")


def _known(http: HttpRequest, key: UUID) -> tuple[FamilyCount, User]:
    reader = signed_in(http)
    count = family_for(key, reader)
    if count is None or not may(reader, Action.SEE_DESK, count.family.inquiry_id):
        raise Http404
    return count, reader


def _family(site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    count, reader = _known(http, key)
    page = Paginator(letters_of(count.family, reader), PER_PAGE).get_page(http.GET.get("page"))
    letters = with_own_words(list(page), count.family, reader)
    context = {
        **site.each_context(http),
        "title": str(count),
        "count": count,
        "inquiry": count.family.inquiry,
        "page": page,
        "letters": [(letter, letter.submission.names_for(reader)) for letter in letters],
        "first_words": words_of_first(count.family, reader),
        "may_propose": may(reader, Action.PROPOSE, count.family.inquiry_id),
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(http, "admin/family.html", context)


def _propose(site: AdminSite, http: HttpRequest, key: UUID) -> HttpResponse:
    """Asks on a page of its own what to propose, then proposes it for each letter ticked."""
    count, reader = _known(http, key)
    if not may(reader, Action.PROPOSE, count.family.inquiry_id):
        raise Http404
    chosen = _chosen(http, count.family, reader)
    shown: HttpResponse | None = None
    if http.method == "POST" and chosen:
        context: dict[str, Any] = {**site.each_context(http), "every": "every" in http.POST}
        shown = propose_many(http, chosen, context)
    return shown or redirect("admin:family", key)


def _chosen(http: HttpRequest, family: Family, reader: User) -> list[Submission]:
    """The letters that were ticked, or all of the family; only those that the reader may see."""
    keys = letters_of(family, reader).values("submission")
    submissions = Submission.objects.filter(pk__in=keys)
    if "every" not in http.POST:
        ticked = set(http.POST.getlist(ACTION_CHECKBOX_NAME))
        submissions = submissions.filter(pk__in=[key for key in ticked if _is_key(key)])
    return list(submissions.with_witnesses().select_related("inquiry__committee", "request"))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
