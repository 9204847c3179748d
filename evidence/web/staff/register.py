"""The list of evidence: all of an inquiry that this reader may see, and their saved views."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from evidence.errors import EvidenceError
from evidence.inbox.listing import EVIDENCE
from evidence.inbox.models import SavedView
from evidence.inbox.saved_views import delete_view, save_view
from evidence.permissions import Action, may, own_inquiries
from evidence.search.filters import RegisterFilter
from evidence.search.paging import BEYOND, MOST_COUNTED, PAGE, Order, list_page
from evidence.submissions.models import Submission, SubmissionQuerySet
from evidence.web.staff.active_filters import active_filters
from evidence.web.staff.auth import signed_in
from evidence.web.staff.current_inquiry import choose, current_inquiry
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

PER_PAGE = 50
NEWEST = Order("received_at", "pk")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    inquiries = own_inquiries(reader)
    if not inquiries and reader.is_superuser:
        # Superusers manage accounts at the desk.
        return redirect("admin:index")
    if not inquiries:
        return render(request, "staff/no_inquiry.html", status=403)
    inquiry = _inquiry(request)
    choose(request, inquiry)
    filters = _filters(request.GET, inquiry, reader)
    page = list_page(filters, request.GET, order=NEWEST, per_page=PER_PAGE)
    query = _without_place(request.GET)
    at_desk = may(reader, Action.SEE_DESK, inquiry)
    context = {
        "inquiry": inquiry,
        "filter": filters,
        "active": active_filters(filters, request.GET),
        "page": page,
        "rows": [
            (submission, submission.names_for(reader), page.snippets.get(submission.pk))
            for submission in page.rows
        ],
        "query": query.urlencode(),
        "triage_query": _for_triage(query, inquiry) if at_desk else "",
        "views": _views(inquiry, reader, query),
        "may_bundle": may(reader, Action.BUNDLE, inquiry),
        "may_propose": may(reader, Action.PROPOSE, inquiry),
        "may_publish": may(reader, Action.PUBLISH, inquiry),
        "at_desk": at_desk,
    }
    return render(request, "staff/register.html", context)


def _inquiry(request: HttpRequest) -> Inquiry:
    """The inquiry of the address, else the one worked on; 404 for one of others."""
    inquiry = current_inquiry(request)
    code = request.GET.get("inquiry")
    if inquiry is None or (code and inquiry.code != code):
        raise Http404
    return inquiry


def _filters(parameters: QueryDict, inquiry: Inquiry, reader: User) -> RegisterFilter:
    visible: SubmissionQuerySet = Submission.objects.visible_to(reader).filter(inquiry=inquiry)
    rows = visible.select_related("assigned_to").with_witnesses().in_flow_order()
    return RegisterFilter(parameters, queryset=rows, reader=reader, inquiries=[inquiry.pk])


def _without_place(parameters: QueryDict) -> QueryDict:
    query = parameters.copy()
    for name in (PAGE, BEYOND):
        query.pop(name, None)
    return query


def _for_triage(query: QueryDict, inquiry: Inquiry) -> str:
    """The same list on the triage screen."""
    listed = query.copy()
    listed["view"], listed["inquiry"] = EVIDENCE, inquiry.code
    return listed.urlencode()


def _views(inquiry: Inquiry, reader: User, query: QueryDict) -> list[dict[str, Any]]:
    """Saved views, each with the number of what this reader may see of it."""
    here = query.copy()
    here.pop("inquiry", None)
    views = SavedView.objects.shown_to(reader).filter(inquiry=inquiry).select_related("owner")
    return [
        {
            "view": view,
            "address": f"{reverse('register')}?inquiry={inquiry.code}&{view.query}",
            "count": _count(_filters(QueryDict(view.query), inquiry, reader)),
            "is_here": view.query == here.urlencode(),
            "is_mine": view.owner_id == reader.pk,
        }
        for view in views
    ]


def _count(filters: RegisterFilter) -> int:
    """At most `MOST_COUNTED`."""
    if not filters.is_valid():
        return 0
    return len(filters.qs.order_by().values_list("pk")[:MOST_COUNTED])


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Saves the filters of the list as a view."""
    inquiry = _inquiry(request)
    query = QueryDict(request.POST.get("query", ""))
    try:
        view = save_view(
            inquiry,
            request.POST.get("name", ""),
            query,
            shared=bool(request.POST.get("shared")),
            by=signed_in(request),
        )
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"View “{view}” saved.")
    listed = query.copy()
    listed["inquiry"] = inquiry.code
    return redirect(f"{reverse('register')}?{listed.urlencode()}")


@login_required
@require_POST
def delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Deletes one's own view."""
    reader = signed_in(request)
    view = get_object_or_404(SavedView.objects.shown_to(reader), pk=key)
    try:
        delete_view(view, by=reader)
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"View “{view}” deleted.")
    return redirect(f"{reverse('register')}?inquiry={view.inquiry.code}")
