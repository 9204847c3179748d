"""Refuses forms that another site sends, without a cookie.

Django's token needs a cookie or a session. The pages on which a witness starts or returns are to
leave nothing in the browser until a form is open. Browsers say themselves where a POST comes from:
in `Sec-Fetch-Site` (Fetch Metadata), or else in `Origin` (RFC 6454) or `Referer`. No page can forge
these.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a page of this site sent the request. A browser that does not say so is refused."""
    # Set by Django's test client, as for its own check.
    if getattr(request, "_dont_enforce_csrf_checks", False):
        return True
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    if origin := request.headers.get("Origin"):
        return origin in ours
    sender = urlsplit(request.headers.get("Referer", ""))
    return f"{sender.scheme}://{sender.netloc}" in ours


def same_origin(view: View[P]) -> View[P]:
    """A view whose form carries no token: a POST must come from a page of this site."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and not is_same_origin(request):
            return render(request, "403_csrf.html", status=403)
        return view(request, *args, **kwargs)

    return cast("View[P]", csrf_exempt(inner))
