"""The form: its task list, a page for each question, and the other authors."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evidence.drafts import access as opening
from evidence.drafts import save_answers
from evidence.drafts.expiry import throw_away
from evidence.drafts.models import Draft
from evidence.errors import EvidenceError, RateLimitExceededError
from evidence.lifecycle import Disclosure
from evidence.web.client_ip import address_of
from evidence.web.witness import ended_session, form_flow
from evidence.web.witness.access import close_all, forget, unsent, with_draft
from evidence.web.witness.blank_forms import questions_of
from evidence.web.witness.contact_forms import PersonForm
from evidence.web.witness.draft_answers import (
    headings_of,
    people_of,
    read_once,
    wish_of,
    writes_together,
)
from evidence.web.witness.forms import PageForm
from evidence.web.witness.one_time_secret import reveal, show_once
from evidence.web.witness.start import FORM_METHODS

MOST_PEOPLE = 30


@require_safe
@unsent
def tasks(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """The task list: what is done and what is left."""
    read_once(draft)
    return _tasks(request, draft, handle)


def _tasks(
    request: HttpRequest,
    draft: Draft,
    handle: str,
    *,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    groups = form_flow.tasks(draft)
    answered, required = form_flow.answered(groups)
    here = context(
        draft, handle, groups=groups, answered=answered, required=required, problems=problems
    )
    return render(request, "witness/task_list.html", here, status=status)


@require_safe
@with_draft
def code(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Show the return code once; after that, how to get a new one."""
    return render(
        request, "witness/code.html", context(draft, handle, code=reveal(request, handle))
    )


@require_POST
@with_draft
def another_code(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    show_once(request, handle, opening.new_code(draft))
    return redirect("form-code", handle)


@require_http_methods(FORM_METHODS)
@unsent
def page(request: HttpRequest, draft: Draft, handle: str, page: str) -> HttpResponse:
    """One page of questions. Answers are saved, valid or not."""
    if page not in form_flow.PAGES:
        raise Http404
    if request.method != "POST":
        return _page(request, draft, handle, page, form=form_flow.form_of(draft, page), fresh=True)
    form = form_flow.form_of(draft, page, request.POST)
    try:
        save_answers.keep(draft, page, form.typed())
    except RateLimitExceededError as problem:
        form.add_error(None, gettext(str(problem)))
        if not saves_by_itself(request):
            return _page(request, draft, handle, page, form=form, status=422)
        return saved_by_itself(request, is_saved=False)
    if saves_by_itself(request):
        return saved_by_itself(request)
    return _after_saving(request, draft, handle, page, form=form)


def _after_saving(
    request: HttpRequest, draft: Draft, handle: str, page: str, *, form: PageForm
) -> HttpResponse:
    if "later" in request.POST:
        return redirect("form", handle)
    if not form.is_valid():
        return _page(request, draft, handle, page, form=form, status=422)
    return onward(request, draft, handle, page)


def saves_by_itself(request: HttpRequest) -> bool:
    """Whether a script saves the page while somebody types (autosave.js)."""
    return request.headers.get("X-Requested-With") == "fetch"


def saved_by_itself(request: HttpRequest, *, is_saved: bool = True) -> HttpResponse:
    """The answer to the script. If the witness is leaving the site, all forms are closed too."""
    if "leave" in request.POST:
        close_all(request)
    return JsonResponse({"saved": is_saved}, status=200 if is_saved else 429)


def onward(request: HttpRequest, draft: Draft, handle: str, page: str) -> HttpResponse:
    """Redirect to the next page, or back to the check page if the witness came from there."""
    if request.GET.get("from") == "check" or request.POST.get("from") == "check":
        return redirect("form-check", handle)
    following = form_flow.after(draft, page)
    if following is None:
        return redirect("form-check", handle)
    if following in form_flow.SPECIAL:
        return redirect(f"form-{following}", handle)
    return redirect("form-page", handle, following)


def _page(
    request: HttpRequest,
    draft: Draft,
    handle: str,
    page: str,
    *,
    form: Any,
    fresh: bool = False,
    status: int = 200,
) -> HttpResponse:
    if fresh and form.is_bound:
        # A page that is opened again shows what was typed, without errors.
        form = type(form)(None, call=draft.call, answers=draft.answers_by_page)
        form.initial = draft.answers_by_page.get(page, {})
    here = context(
        draft,
        handle,
        form=form,
        page=page,
        blank=questions_of(form) if fresh else None,
        back_to=request.GET.get("from", ""),
        heading=headings_of(draft),
        shows_heading=wish_of(draft) == Disclosure.OPEN,
        mark=ended_session.mark_of(draft),
    )
    return render(request, "witness/page.html", here, status=status)


def context(draft: Draft, handle: str, **more: Any) -> dict[str, Any]:
    """What every page of a form shows: the call, and whether it can still be sent."""
    now = timezone.now()
    return {
        "draft": draft,
        "handle": handle,
        "call": draft.call,
        "may_send": draft.may_be_sent(now),
        "closed": draft.call.closes_at <= now,
        "accepted_until": draft.accepted_until(),
        "dies_at": draft.dies_at(),
        **more,
    }


# --- Other authors ---------------------------------------------------------------------


@require_safe
@unsent
def people(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    _must_write_together(draft)
    here = context(
        draft,
        handle,
        people=people_of(draft),
        room=len(people_of(draft)) < MOST_PEOPLE,
        next=form_flow.after(draft, "people"),
    )
    return render(request, "witness/people.html", here)


@require_http_methods(FORM_METHODS)
@unsent
def person(request: HttpRequest, draft: Draft, handle: str, number: int) -> HttpResponse:
    """Add an author (number one higher than the last) or change one."""
    _must_write_together(draft)
    everybody = people_of(draft)
    if not 1 <= number <= min(len(everybody) + 1, MOST_PEOPLE):
        raise Http404
    known = everybody[number - 1] if number <= len(everybody) else None
    if request.method != "POST":
        form = PersonForm(None, call=draft.call, answers={})
        form.initial = known or {}
        return _person(request, draft, handle, number, form=form)
    form = PersonForm(request.POST, call=draft.call, answers={})
    by_itself = saves_by_itself(request)
    if not form.is_valid() and not by_itself:
        return _person(request, draft, handle, number, form=form, status=422)
    save_answers.keep(
        draft,
        "people",
        {"people": [*everybody[: number - 1], form.typed(), *everybody[number:]]},
    )
    return saved_by_itself(request) if by_itself else redirect("form-people", handle)


@require_POST
@unsent
def remove_person(request: HttpRequest, draft: Draft, handle: str, number: int) -> HttpResponse:
    everybody = people_of(draft)
    if not 1 <= number <= len(everybody):
        raise Http404
    left = [*everybody[: number - 1], *everybody[number:]]
    save_answers.keep(draft, "people", {"people": left})
    return redirect("form-people", handle)


def _person(
    request: HttpRequest, draft: Draft, handle: str, number: int, *, form: Any, status: int = 200
) -> HttpResponse:
    here = context(
        draft, handle, form=form, page="people", number=number, mark=ended_session.mark_of(draft)
    )
    return render(request, "witness/person.html", here, status=status)


def _must_write_together(draft: Draft) -> None:
    if not writes_together(draft):
        raise Http404


# --- The end of a draft ---------------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
@unsent
def delete(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Delete the form and everything in it, after a confirmation page."""
    if request.method != "POST":
        return render(request, "witness/delete.html", context(draft, handle))
    throw_away(draft)
    forget(request, handle)
    return render(request, "witness/deleted.html")


@require_POST
@with_draft
def close(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Close the form in this browser. The return code opens it again."""
    forget(request, handle)
    return redirect("back")


@require_POST
@unsent
def late(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Allow a form that was started in time to be sent late, with a late code."""
    try:
        opening.admit(draft, request.POST.get("late_code", ""), address=address_of(request))
    except EvidenceError as problem:
        problems = {"late_code": gettext(str(problem))}
        return _tasks(request, draft, handle, problems=problems, status=422)
    return redirect("form", handle)
