"""The register: all evidence of an inquiry that this reader may see."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from evidence.permissions import Action, inquiries_where, may, may_anywhere
from evidence.search.filters import RegisterFilter
from evidence.search.paging import BEYOND, PAGE, Order, list_page
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from inquiry.calls.models import Inquiry

PER_PAGE = 50
NEWEST = Order("received_at", "pk")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    inquiries = Inquiry.objects.filter(memberships__user=reader).select_related("committee")
    if not inquiries and reader.is_superuser:
        # Superusers manage accounts at the desk.
        return redirect("admin:index")
    if not inquiries:
        return render(request, "staff/no_inquiry.html", status=403)
    code = request.GET.get("inquiry")
    inquiry = next((row for row in inquiries if row.code == code), None)
    if inquiry is None:
        if code:
            raise Http404
        inquiry = inquiries[0]
    visible = (
        Submission.objects.visible_to(reader)
        .filter(inquiry=inquiry)
        .with_witnesses()
        .in_flow_order()
    )
    filters = RegisterFilter(request.GET, queryset=visible, reader=reader, inquiries=[inquiry.pk])
    page = list_page(filters, request.GET, order=NEWEST, per_page=PER_PAGE)
    rows = [
        (submission, submission.names_for(reader), page.snippets.get(submission.pk))
        for submission in page.rows
    ]
    query = request.GET.copy()
    for name in (PAGE, BEYOND):
        query.pop(name, None)
    return render(
        request,
        "staff/register.html",
        {
            "inquiry": inquiry,
            "inquiries": inquiries,
            "filter": filters,
            "page": page,
            "rows": rows,
            "query": query.urlencode(),
            "may_bundle": may(reader, Action.BUNDLE, inquiry),
            "at_desk": may_anywhere(reader, Action.SEE_DESK),
            "at_this_desk": inquiry.pk in inquiries_where(reader, Action.SEE_DESK),
        },
    )
