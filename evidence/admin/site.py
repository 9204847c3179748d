"""The clerks' desk as an admin site: who may use it, and its page of set-up and records."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import urlencode

from evidence.admin import batches, failed_jobs, families, selected, witnesses
from evidence.admin.inbox import urls as inbox
from evidence.permissions import Action, may_anywhere
from evidence.tasks.failed_jobs import deals_with_jobs


class Desk(AdminSite):
    site_header = "Evidence desk"
    site_title = "Evidence desk"
    index_title = "Set-up and records"
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leaves out "view on site": no object has a public page, and a bad key raises an error."""
        rooms = (inbox, failed_jobs, batches, families, witnesses, selected)
        pages = [page for room in rooms for page in room.urls(self)]
        routes = [*pages, *super().get_urls()]
        return [route for route in routes if getattr(route, "name", None) != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff of an inquiry, and superusers, who manage accounts but see no evidence."""
        person = request.user
        if not person.is_active:
            return False
        return bool(getattr(person, "is_superuser", False)) or may_anywhere(person, Action.SEE_DESK)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirects to the one sign-in page, which has the rate limits.

        People who have signed in but may not use the desk go to what is new for them.
        """
        if request.method == "GET" and self.has_permission(request):
            return redirect("staff-home")
        if request.user.is_authenticated:
            return redirect("staff-home")
        address = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': address})}")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        shown = {**(extra_context or {}), "deals_with_jobs": deals_with_jobs(request.user)}
        return super().index(request, shown)
