"""Start a form, return with a code or a link, or leave the site quickly."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from evidence.drafts import access as opening
from evidence.drafts import return_codes
from evidence.errors import EvidenceError
from evidence.prepared_query import PreparedRow
from evidence.rate_limits import rules as limits
from evidence.web.client_ip import address_of
from evidence.web.page_cache import same_for_all
from evidence.web.same_origin import same_origin
from evidence.web.witness import ended_session
from evidence.web.witness.access import close_all, enter, enter_by_link
from evidence.web.witness.one_time_secret import show_once
from evidence.web.witness.safety_advice import other_languages
from evidence.web.witness.what_is_stored import STORED_ITEMS
from inquiry.calls.models import Call, Openness

FORM_METHODS = ["GET", "HEAD", "POST"]
# Wrong codes in one browser are counted by a token in the page, so that no cookie is needed.
LONGEST_TOKEN = 64
CALLS = PreparedRow(lambda: Call.objects.select_related("inquiry__committee"), by="code")


@same_origin
@require_http_methods(FORM_METHODS)
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Start a form for an open call, or with a late code for a closed one."""
    call = CALLS.find(code)
    if call is None:
        raise Http404
    openness = call.openness(timezone.now())
    typed = request.POST.get("late_code", "").strip()
    context = {"call": call, "openness": openness, "Openness": Openness, "typed": typed}
    if request.method != "POST":
        return render(request, "witness/start.html", context)
    address = address_of(request)
    try:
        limits.allow(limits.START, address)
        late = opening.late_code(typed, call, address=address) if typed else None
        draft, secret = opening.start(call, language=get_language() or "en-gb", late_code=late)
    except EvidenceError as problem:
        problems = {"late_code" if typed else "": gettext(str(problem))}
        return render(request, "witness/start.html", {**context, "problems": problems}, status=422)
    handle = enter(request, draft)
    show_once(request, handle, secret)
    return redirect("form-code", handle)


@same_origin
@require_http_methods(FORM_METHODS)
def back(request: HttpRequest) -> HttpResponseBase:
    """Return with the code, which is sent in the body of a POST and never in an address.

    After the end of a session the witness goes on with what they had typed (`ended_session`).
    """
    if request.method != "POST":
        return render(request, "witness/return.html")
    typed, kept = request.POST.get("code", ""), ended_session.kept_in(request)
    attempts = request.POST.get("attempts", "")[:LONGEST_TOKEN] or return_codes.new_token()
    try:
        draft = opening.by_code(typed, browser=attempts, address=address_of(request))
        problem = ended_session.problem_with(draft, kept)
    except EvidenceError as refused:
        problem = gettext(str(refused))
    if problem:
        context = {
            "problems": {"code": problem},
            "typed": typed,
            "attempts": attempts,
            "kept": kept,
            "ended": bool(kept),
        }
        return render(request, "witness/return.html", context, status=422)
    return ended_session.go_on(request, enter(request, draft), kept)


@same_origin
@require_http_methods(FORM_METHODS)
def ask_link(request: HttpRequest) -> HttpResponse:
    """Request a link by email. The response is the same whether the address is known or not."""
    if request.method != "POST":
        return render(request, "witness/link_ask.html")
    typed = request.POST.get("email", "").strip()
    problem = "" if "@" in typed else gettext("Enter your email address")
    if not problem:
        try:
            opening.ask_for_link(
                typed, language=get_language() or "en-gb", address=address_of(request)
            )
        except EvidenceError as refused:
            problem = gettext(str(refused))
    if problem:
        context = {"problems": {"email": problem}, "typed": typed}
        return render(request, "witness/link_ask.html", context, status=422)
    return render(request, "witness/link_asked.html")


@same_origin
@require_http_methods(FORM_METHODS)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The page that a link in an email opens. Only its button uses up the link, because mail
    scanners open links but press no buttons."""
    if request.method != "POST":
        return render(request, "witness/link.html")
    try:
        draft = opening.by_link(token)
    except EvidenceError:
        return render(request, "witness/link.html", {"spent": True}, status=410)
    return redirect("state", enter_by_link(request, draft))


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Close all forms in this browser and redirect to another site. Saved answers stay saved."""
    close_all(request)
    return redirect(settings.QUICK_EXIT_URL)


@require_safe
@same_for_all(lambda: settings.ONION_URL)
def safety(request: HttpRequest) -> HttpResponse:
    """Advice for people at risk: safer ways to send evidence, and what this site keeps."""
    shown = {
        "leave": settings.QUICK_EXIT_URL,
        "onion": settings.ONION_URL,
        "other_languages": other_languages().values(),
        "stored_items": STORED_ITEMS,
    }
    return render(request, "witness/safety.html", shown)


@require_safe
def safety_in(request: HttpRequest, language: str) -> HttpResponse:
    """The advice, in short, in another language."""
    advice = other_languages().get(language)
    if advice is None:
        raise Http404
    here = {"advice": advice, "onion": settings.ONION_URL}
    return render(request, "witness/safety_in.html", here)
