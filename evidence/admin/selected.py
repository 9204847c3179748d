"""What is done with several submissions ticked in the list of evidence: propose, publish."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from evidence.admin.proposals import propose_many
from evidence.admin.publish_view import publish_view
from evidence.permissions import Action, inquiries_where, may_anywhere
from evidence.submissions.models import Submission

MOST = 1000
Show = Callable[[HttpRequest, list[Submission], dict[str, Any]], HttpResponse | None]


def urls(site: AdminSite) -> list[URLPattern]:
    def propose(request: HttpRequest) -> HttpResponse:
        return _with_selected(site, request, propose_many, Action.PROPOSE)

    def publish(request: HttpRequest) -> HttpResponse:
        return _with_selected(site, request, publish_view, Action.PUBLISH)

    start = "evidence/submission/selected/"
    return [
        path(f"{start}propose/", site.admin_view(propose), name="propose-selected"),
        path(f"{start}publish/", site.admin_view(publish), name="publish-selected"),
    ]


def _with_selected(
    site: AdminSite, request: HttpRequest, show: Show, action: Action
) -> HttpResponse:
    """Show the page of the act for what is ticked, or go back to the list when it is done.

    The query of the address is that of the list.
    """
    if not may_anywhere(request.user, action):
        raise PermissionDenied
    back = redirect(f"{reverse('register')}?{request.GET.urlencode()}")
    if request.method != "POST":
        return back
    chosen = _selected(request)
    if not chosen:
        messages.warning(request, "Nothing is selected. Tick the submissions first.")
        return back
    return show(request, chosen, site.each_context(request)) or back


def _selected(request: HttpRequest) -> list[Submission]:
    """The ticked submissions that the reader may see, of inquiries whose desk they use."""
    keys = set[UUID]()
    for value in request.POST.getlist(ACTION_CHECKBOX_NAME)[:MOST]:
        try:
            keys.add(UUID(value))
        except ValueError:
            continue
    rows = Submission.objects.visible_to(request.user).filter(
        pk__in=keys, inquiry__in=inquiries_where(request.user, Action.SEE_DESK)
    )
    listed = rows.with_witnesses().in_flow_order()
    return list(listed.select_related("inquiry__committee", "request"))
