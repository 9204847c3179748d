"""Decides which drafts this browser may open.

The address of a page holds a random handle that works in one session only. Neither the key of a
draft nor its return code is ever in an address. Without the session the address gives a 404.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth import SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from evidence.drafts.models import Draft
from evidence.errors import AlreadySubmittedError, DraftDeletedError, RateLimitExceededError
from evidence.prepared_query import PreparedRow
from evidence.web.witness import ended_session

HANDLES = "forms"
# Drafts whose progress a link has shown here. Only the progress page reads these.
BY_LINK = "forms by link"
# When the session was last used, in seconds.
SIGN_OF_LIFE, SIGN_SECONDS = "last sign of life", 60
# The most forms one browser keeps open. The oldest is closed, not deleted.
MOST_OPEN = 8
LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
# Every page runs this query. Rare relations (late code, supplemented submission) are read later.
DRAFTS = PreparedRow(lambda: Draft.objects.select_related("call__inquiry__committee"), by="id")
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Draft, str, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


class NotOpenHereError(Http404):
    """This session has not opened the draft, or has ended."""


def enter(request: HttpRequest, draft: Draft) -> str:
    """Let this browser open the draft, and return the handle of the draft in this session."""
    return _keep(request, draft, HANDLES)


def enter_by_link(request: HttpRequest, draft: Draft) -> str:
    """Let this browser see the progress of the draft, and nothing else."""
    return _keep(request, draft, BY_LINK)


def _keep(request: HttpRequest, draft: Draft, kept_as: str) -> str:
    request.session.cycle_key()
    handles: dict[str, str] = dict(request.session.get(kept_as, {}))
    for handle, key in handles.items():
        if key == draft.pk.hex:
            return handle
    handle = "".join(secrets.choice(LETTERS) for _ in range(8))
    handles[handle] = draft.pk.hex
    request.session[SIGN_OF_LIFE] = int(timezone.now().timestamp())
    request.session[kept_as] = dict(list(handles.items())[-MOST_OPEN:])
    return handle


def forget(request: HttpRequest, handle: str) -> None:
    """Close a draft in this browser. With the last one the session ends."""
    handles = dict(request.session.get(HANDLES, {}))
    handles.pop(handle, None)
    request.session[HANDLES] = handles
    if not handles and not request.session.get(BY_LINK):
        close_all(request)


def close_all(request: HttpRequest) -> None:
    """Close every draft that is open in this browser. The session ends, unless it is also that of
    a person who is signed in."""
    if SESSION_KEY not in request.session:
        request.session.flush()
        return
    request.session.pop(HANDLES, None)
    request.session.pop(BY_LINK, None)


def draft_of(request: HttpRequest, handle: str, *, opened: str = HANDLES) -> Draft:
    """The draft behind a handle of this session. Raises `NotOpenHereError` for any other."""
    key = request.session.get(opened, {}).get(handle)
    if not key:
        raise NotOpenHereError
    _note_sign_of_life(request)
    draft = DRAFTS.find(key)
    if draft is None:
        raise Http404
    return draft


def _note_sign_of_life(request: HttpRequest) -> None:
    """Let the session last from now on. It is written once a minute at most."""
    now = int(timezone.now().timestamp())
    if now - request.session.get(SIGN_OF_LIFE, 0) >= SIGN_SECONDS:
        request.session[SIGN_OF_LIFE] = now


def with_draft(page: Page[P]) -> View[P]:
    """A page of a draft, sent or not."""

    @wraps(page)
    def view(request: HttpRequest, handle: str, *args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            draft = draft_of(request, handle)
        except NotOpenHereError:
            return ended_session.page(request)
        return page(request, draft, handle, *args, **kwargs)

    return cast("View[P]", view)


def unsent(page: Page[P]) -> View[P]:
    """A page of a draft that is not sent yet. Redirects to the receipt once it is sent.

    That also holds if another window sends the draft while this request runs.
    """

    @wraps(page)
    def view(request: HttpRequest, handle: str, *args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            draft = draft_of(request, handle)
        except NotOpenHereError:
            return ended_session.page(request)
        if draft.sent:
            return redirect("form-after", handle)
        try:
            return page(request, draft, handle, *args, **kwargs)
        except AlreadySubmittedError:
            return redirect("form-after", handle)
        except DraftDeletedError:
            raise Http404 from None
        except RateLimitExceededError as problem:
            words = {"problems": {"": gettext(str(problem))}, "handle": handle}
            return render(request, "witness/wait.html", words, status=429)

    return cast("View[P]", view)
