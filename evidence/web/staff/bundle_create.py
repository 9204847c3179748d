"""The page on which staff set up a bundle, check its contents, create it or save the set-up."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.requests import freeze
from evidence.bundles.spec.saved import forget, keep
from evidence.bundles.spec.selection import Plan, may_ask, plan
from evidence.bundles.specification import RULES, Continuation, Kind, Specification
from evidence.errors import EvidenceError
from evidence.permissions import Action, inquiries_where
from evidence.web.staff.auth import signed_in
from evidence.web.staff.bundle_form import (
    MOST_BY_HAND,
    STARTS,
    Arranged,
    SpecificationForm,
    filters_of,
    initial_of,
)
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


@dataclass(frozen=True)
class Start:
    """What the page starts from; `before` is the earlier bundle, `kept` the saved set-up."""

    inquiry: Inquiry
    specification: Specification
    query: str
    before: Bundle | None = None
    kept: SavedSpecification | None = None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The query string is the register's filter, or names a saved set-up or an earlier bundle."""
    maker = signed_in(request)
    start = _start(request.GET, maker)
    form = SpecificationForm(
        request.POST or None,
        initial=initial_of(start.specification),
        kind=start.specification.kind,
        maker=maker,
        inquiry=start.inquiry,
        before=start.before,
    )
    arranged = Arranged(request.POST, start.specification)
    specification = arranged.put_into(start.specification)
    if request.method == "POST" and form.is_valid():
        specification = form.specification(start.query, arranged)
        answer = _do(request, form, specification, start)
        if answer is not None:
            return answer
        if request.POST.get("do") == "look":
            # Rows moved by hand are shown in their new order.
            form = _shown_again(form, specification, maker, start)
    context = {
        "form": form,
        "inquiry": start.inquiry,
        "query": start.query,
        "address": request.get_full_path(),
        "before": start.before,
        "kinds": _kinds(request.GET, start),
        "rule": specification.rule,
    }
    return render(
        request, "staff/bundle_create.html", context | _selection(specification, start, maker)
    )


def _do(
    request: HttpRequest, form: SpecificationForm, specification: Specification, start: Start
) -> HttpResponse | None:
    """Creates the bundle or saves the set-up; None if the page is to be shown again."""
    maker = signed_in(request)
    try:
        match request.POST.get("do", "make"):
            case "make":
                how = Continuation(form.cleaned_data.get("follow") or Continuation.AFRESH)
                bundle = freeze(
                    start.inquiry, specification, by=maker, previous=start.before, continuation=how
                )
                return redirect("bundle", key=bundle.pk)
            case "keep":
                name = request.POST.get("name", "").strip()
                kept = keep(
                    start.inquiry, specification, name, shared="shared" in request.POST, by=maker
                )
                messages.success(request, f"Set-up “{kept}” saved.")
                return redirect(f"{reverse('bundle-new')}?specification={kept.pk}")
    except EvidenceError as problem:
        form.add_error(None, str(problem))
    return None


def _start(query: QueryDict, maker: User) -> Start:
    allowed = Inquiry.objects.filter(pk__in=inquiries_where(maker, Action.BUNDLE))
    if "from" in query:
        bundles = Bundle.objects.visible_to(maker).select_related("inquiry__committee")
        before = _by_key(bundles, query.get("from", ""))
        specification = (
            Specification.from_json(before.specification)
            if before.specification
            else Specification(title=before.title)
        )
        return Start(before.inquiry, specification, specification.filters, before=before)
    if "specification" in query:
        specifications = SavedSpecification.objects.visible_to(maker).select_related(
            "inquiry__committee"
        )
        kept = _by_key(specifications, query.get("specification", ""))
        specification = Specification.from_json(kept.specification)
        return Start(kept.inquiry, specification, specification.filters, kept=kept)
    inquiry = get_object_or_404(allowed, code=query.get("inquiry", ""))
    asked_kind = query.get("kind", "")
    kind = Kind(asked_kind) if asked_kind in Kind.values else Kind.SELECTION
    filters = filters_of(query)
    specification = Specification(
        **({"title": "Written evidence", "kind": kind, "filters": filters} | STARTS[kind])
    )
    return Start(inquiry, specification, filters)


def _by_key(rows: Any, key: str) -> Any:
    try:
        return get_object_or_404(rows, pk=UUID(key))
    except (ValueError, ValidationError):
        raise Http404 from None


def _kinds(query: QueryDict, start: Start) -> list[dict[str, Any]]:
    """The kinds of bundle, each with the address of this page for it."""
    if start.before or start.kept:
        return []
    kinds = []
    for kind in Kind:
        address = query.copy()
        address["kind"] = kind.value
        kinds.append(
            {
                "label": kind.label,
                "purpose": RULES[kind].purpose,
                "address": f"?{address.urlencode()}",
                "here": kind == start.specification.kind,
            }
        )
    return kinds


def _shown_again(
    form: SpecificationForm, specification: Specification, maker: User, start: Start
) -> SpecificationForm:
    shown = {**initial_of(specification), "follow": form.cleaned_data.get("follow")}
    return SpecificationForm(
        initial=shown,
        kind=specification.kind,
        maker=maker,
        inquiry=start.inquiry,
        before=start.before,
    )


def _selection(specification: Specification, start: Start, maker: User) -> dict[str, Any]:
    """The contents the bundle would have, to check and arrange first."""
    try:
        may_ask(start.inquiry, specification, by=maker)
        planned = plan(start.inquiry, specification, by=maker)
    except EvidenceError as problem:
        return {"problem": str(problem)}
    entries = planned.entries()
    return {
        "count": len(entries),
        "pages": planned.pages,
        "quotes_alone": specification.quotes_alone,
        "papers": len(planned.front) + len(planned.back),
        "waiting": planned.waiting,
        "by_hand": len(entries) + len(planned.left_out) <= MOST_BY_HAND,
        "most": MOST_BY_HAND,
        "rows": _rows(planned, specification)[:MOST_BY_HAND],
    }


def _rows(planned: Plan, specification: Specification) -> list[dict[str, Any]]:
    groups = {row.entry.key: row.groups for row in reversed(planned.rows)}
    pages = planned.pages_of_entries()
    rows = [
        {
            "key": entry.key,
            "place": place,
            "label": entry.submission.label,
            "name": entry.label,
            "pages": pages[entry.key],
            "groups": " › ".join(groups[entry.key]),
            "section": specification.sections.get(entry.key, ""),
            "marked": entry.submission.protected,
            "disclosure": entry.submission.disclosure_label,
        }
        for place, entry in enumerate(planned.entries(), start=1)
    ]
    rows += (
        {
            "key": entry.key,
            "place": len(rows) + place,
            "label": entry.submission.label,
            "name": entry.label,
            "out": True,
            "why": reason,
            "section": specification.sections.get(entry.key, ""),
        }
        for place, (entry, reason) in enumerate(planned.left_out, start=1)
    )
    return rows


@login_required
@require_POST
def forget_specification(request: HttpRequest, key: UUID) -> HttpResponse:
    maker = signed_in(request)
    specification = get_object_or_404(SavedSpecification.objects.visible_to(maker), pk=key)
    try:
        forget(specification, by=maker)
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"Set-up “{specification}” deleted.")
    return redirect("bundles")
