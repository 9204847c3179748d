"""Continues after a session has ended, with what was typed.

The page that asks for the return code carries what was typed in hidden fields. After the right code
they are passed to the view that would have saved them.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext

from evidence.drafts import return_codes
from evidence.drafts.models import Draft
from evidence.web.same_origin import is_same_origin

# Pages that save typed answers. No other request is carried out after the session has ended.
TYPED_INTO = frozenset({"form-page", "form-person", "form-contact", "form-answer"})
# Pages of a form that can be opened again by their address.
OPENED = TYPED_INTO | {
    "form", "form-people", "form-files", "form-warnings", "form-preview", "form-check",
    "form-confirm", "form-after",
}  # fmt: skip
NOT_TYPED = frozenset({"csrfmiddlewaretoken"})


def mark_of(draft: Draft) -> str:
    """A mark in each page of a form, so that its answers are saved in no other form."""
    return return_codes.digest("mark", draft.pk.hex)[:16]


def page(request: HttpRequest) -> HttpResponse:
    """Ask for the return code, keeping what was sent. The answer is the same for every handle."""
    name = request.resolver_match.url_name if request.resolver_match else None
    if request.method == "POST" and name in TYPED_INTO:
        answers = {key: values for key, values in request.POST.lists() if key not in NOT_TYPED}
        kept = {"to": request.path, "typed": json.dumps(answers, ensure_ascii=False)}
        return render(request, "witness/return.html", {"ended": True, "kept": kept}, status=404)
    kept = {"to": request.path if name in OPENED and request.method != "POST" else "", "typed": ""}
    return render(request, "witness/return.html", {"ended": True, "kept": kept}, status=404)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF token is kept in the session, so after its end no token is valid."""
    match = request.resolver_match
    handles: dict[str, str] = request.session.get("forms", {})
    if match and "handle" in match.kwargs and match.kwargs["handle"] not in handles:  # noqa: SIM102
        if is_same_origin(request):
            return page(request)
    return render(request, "403_csrf.html", status=403)


def kept_in(request: HttpRequest) -> dict[str, str]:
    """The hidden fields of the page that asked for the code; empty if there were none."""
    to, typed = request.POST.get("to", ""), request.POST.get("typed", "")
    return {"to": to, "typed": typed} if to or typed else {}


def problem_with(draft: Draft, kept: dict[str, str]) -> str:
    """Why what was typed does not belong to this draft; empty if it may."""
    typed_in = _answers(kept).get("draft")
    if typed_in and typed_in != mark_of(draft):
        return gettext(
            "This code opens another form. Enter the return code of the form you were filling in."
        )
    return ""


def go_on(request: HttpRequest, handle: str, kept: dict[str, str]) -> HttpResponseBase:
    """Save what was typed, and redirect to where the witness was going."""
    match = _match(kept.get("to", ""))
    if match is None or match.url_name not in OPENED:
        return redirect("form", handle)
    arguments: dict[str, Any] = {**match.kwargs, "handle": handle}
    if match.url_name in TYPED_INTO and (answers := _answers(kept)):
        request.POST = answers  # type: ignore[assignment]
        view: Callable[..., HttpResponseBase] = match.func
        return view(request, **arguments)
    return redirect(reverse(match.url_name, kwargs=arguments))


def _match(address: str) -> ResolverMatch | None:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    try:
        return resolve(parts.path)
    except Resolver404:
        return None


def _answers(kept: dict[str, str]) -> QueryDict:
    answers = QueryDict(mutable=True)
    try:
        typed = json.loads(kept.get("typed") or "{}")
    except ValueError:
        return answers
    for name, values in typed.items() if isinstance(typed, dict) else ():
        if isinstance(values, list):
            answers.setlist(name, [str(value) for value in values])
    return answers
