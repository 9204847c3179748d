"""Confirms an email address with a six-digit code that is sent there. Optional for witnesses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from evidence.drafts import contact_addresses
from evidence.drafts import email_confirmation as confirming
from evidence.drafts.models import Draft
from evidence.errors import EvidenceError
from evidence.web.client_ip import address_of
from evidence.web.witness import form_flow
from evidence.web.witness.access import with_draft
from evidence.web.witness.start import FORM_METHODS
from evidence.web.witness.task_list import context


@require_http_methods(FORM_METHODS)
@with_draft
def confirm(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Request a code or enter it, before or after the form is sent."""
    if request.method != "POST":
        return _page(request, draft, handle)
    try:
        if "code" in request.POST:
            confirming.confirm(draft, request.POST["code"])
        else:
            confirming.ask_for_code(
                draft, language=get_language() or "en-gb", address=address_of(request)
            )
    except EvidenceError as problem:
        id_of_field = "code" if "code" in request.POST else ""
        problems = {id_of_field: gettext(str(problem))}
        return _page(request, draft, handle, problems=problems, status=422)
    return redirect("form-confirm", handle)


def _page(
    request: HttpRequest,
    draft: Draft,
    handle: str,
    *,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    here = context(
        draft,
        handle,
        address=contact_addresses.address_of(draft),
        is_confirmed=bool(contact_addresses.confirmed_address_of(draft)),
        is_waiting=confirming.is_waiting(draft),
        next=form_flow.after(draft, "confirm") or "files",
        problems=problems,
    )
    return render(request, "witness/email_confirmation.html", here, status=status)
