"""Response headers that Django does not set itself."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


class CautiousHeaders(MiddlewareMixin):
    """Browsers and proxies do not store pages, unless a view says otherwise."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", "interest-cohort=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.ONION_URL and _is_public_page(request, response):
            address = f"{settings.ONION_URL}{request.get_full_path()}"
            response.headers.setdefault("Onion-Location", address)
        return response


def _is_public_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether Tor Browser may offer its reader to change to the onion address.

    Not while a form is open or somebody is signed in: the cookie does not come along.
    """
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    is_open = settings.SESSION_COOKIE_NAME in request.COOKIES
    return is_page and not is_open and request.get_host() == urlsplit(settings.SITE_URL).netloc
