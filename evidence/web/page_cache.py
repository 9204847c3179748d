"""Caches pages that are the same for everyone, until what they show changes.

Each request reads the few rows that a page shows, with prebuilt SQL, and uses their values as the
cache key. So a moved deadline, a call that opens or closes this second or a corrected word gives a
new page, and so does a new release or another `QUICK_EXIT_URL`. People who are signed in or have a
message waiting always get a fresh page.
"""

import hashlib
from collections.abc import Callable
from functools import cache as computed_once
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.session import SessionStorage
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

View = Callable[..., HttpResponse]
Row = tuple[Any, ...]
# Placeholder in a statement for the value of the request.
ASKED = "\N{REPLACEMENT CHARACTER}"
KEPT_SECONDS = 60 * 60


class Statement:
    """A query for plain values whose SQL is built once. `make` gets the value of the request."""

    def __init__(self, make: Callable[[str], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._ready: tuple[str, tuple[Any, ...]] | None = None

    def rows(self, value: str = "") -> list[Row]:
        if self._ready is None:
            self._ready = self._make(ASKED).query.sql_with_params()
        sql, parameters = self._ready
        with connection.cursor() as cursor:
            cursor.execute(
                sql, [value if parameter == ASKED else parameter for parameter in parameters]
            )
            rows: list[Row] = cursor.fetchall()
            return rows


def same_for_all(version: Callable[..., object]) -> Callable[[View], View]:
    """Cache a view by `version(**view_arguments)`, the address, the method and the language. A
    version of None is not cached."""

    def decorator(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, **arguments: Any) -> HttpResponse:
            if _shows_something_of_their_own(request):
                return view(request, **arguments)
            shown = version(**arguments)
            if shown is None:
                return view(request, **arguments)
            of_this_site = (settings.QUICK_EXIT_URL, _release())
            response = repr((request.path, request.method, get_language(), shown, of_this_site))
            key = f"same-for-all:{hashlib.sha256(response.encode()).hexdigest()}"
            kept: tuple[bytes, str] | None = cache.get(key)
            if kept is not None:
                return HttpResponse(kept[0], content_type=kept[1])
            made = view(request, **arguments)
            if made.status_code == HttpResponse.status_code:
                cache.set(key, (made.content, made.headers["Content-Type"]), KEPT_SECONDS)
            return made

        return inner

    return decorator


@computed_once
def _release() -> str:
    """A digest of the templates, styles, scripts and translations that this process serves."""
    digest = hashlib.sha256()
    for folder in map(Path, (settings.BASE_DIR / "templates", *settings.LOCALE_PATHS)):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(repr((str(path.relative_to(folder)), path.read_bytes())).encode())
    return digest.hexdigest()


def _shows_something_of_their_own(request: HttpRequest) -> bool:
    if CookieStorage.cookie_name in request.COOKIES:
        return True
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return SESSION_KEY in request.session or SessionStorage.session_key in request.session
