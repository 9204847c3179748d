"""Where people start after signing in, and how they change the inquiry they work on."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from evidence.bundles.models import NumberedCopy
from evidence.decisions.models import Meeting
from evidence.inbox.visits import last_visit
from evidence.permissions import Action, may_anywhere, own_inquiries
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from evidence.web.staff.current_inquiry import choose, current_inquiry

MOST_SHOWN = 25


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Staff go to their inbox, members and advisers to what is new for them, administrators
    without a role in an inquiry to the set-up."""
    if may_anywhere(request.user, Action.SEE_DESK):
        return redirect("admin:inbox")
    if own_inquiries(request.user):
        return redirect("for-you")
    if signed_in(request).is_superuser:
        return redirect("admin:index")
    return render(request, "staff/no_inquiry.html", status=403)


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Change the inquiry, and go to where the reader starts."""
    code = request.POST.get("inquiry")
    inquiry = next((row for row in own_inquiries(request.user) if row.code == code), None)
    if inquiry is None:
        raise Http404
    choose(request, inquiry)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else reverse("staff-home")


@login_required
@require_safe
def for_you(request: HttpRequest) -> HttpResponse:
    """What is new for a reader since their last visit, their copies, and the next meeting."""
    reader = signed_in(request)
    inquiry = current_inquiry(request)
    if inquiry is None:
        return render(request, "staff/no_inquiry.html", status=403)
    choose(request, inquiry)
    since = last_visit(reader, inquiry)
    rows = Submission.objects.visible_to(reader).filter(inquiry=inquiry).with_witnesses()
    if since is not None:
        rows = rows.filter(status_since__gt=since)
    listed = list(rows.order_by("-status_since", "-id")[: MOST_SHOWN + 1])
    context = {
        "inquiry": inquiry,
        "since": since,
        "rows": [(row, row.names_for(reader)) for row in listed[:MOST_SHOWN]],
        "more": len(listed) > MOST_SHOWN,
        "copies": NumberedCopy.objects.visible_to(reader)
        .filter(recipient=reader, bundle__inquiry=inquiry)
        .select_related("bundle")
        .order_by("-issued_at")[:MOST_SHOWN],
        "meeting": next_meeting(inquiry.pk),
    }
    return render(request, "staff/for_you.html", context)


def next_meeting(inquiry: int) -> Meeting | None:
    """The next meeting of the inquiry that is recorded for today or later."""
    coming = Meeting.objects.filter(inquiry=inquiry, held_on__gte=timezone.localdate())
    return coming.order_by("held_on", "number").first()
