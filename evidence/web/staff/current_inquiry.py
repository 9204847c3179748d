"""The inquiry that a member of staff works on now: kept in the session, changed in the header."""

from django.http import HttpRequest

from evidence.permissions import Action, inquiries_where, own_inquiries
from inquiry.calls.models import Inquiry

SESSION_KEY = "inquiry"


def current_inquiry(request: HttpRequest, *, action: Action | None = None) -> Inquiry | None:
    """The inquiry of this page: the one it is about, else the one chosen last, else the first.

    With `action`, only inquiries in which the reader may do this. None if there is none.
    """
    inquiries = own_inquiries(request.user)
    if action is not None:
        keys = inquiries_where(request.user, action)
        inquiries = [inquiry for inquiry in inquiries if inquiry.pk in keys]
    chosen = _chosen(request)
    return next((row for row in inquiries if chosen in {row.code, row.pk}), None) or next(
        iter(inquiries), None
    )


def choose(request: HttpRequest, inquiry: Inquiry) -> None:
    """Make this the inquiry the reader works on, on this page and the next ones."""
    request.__dict__["inquiry_of_page"] = inquiry.code
    if request.session.get(SESSION_KEY) != inquiry.code:
        request.session[SESSION_KEY] = inquiry.code


def _chosen(request: HttpRequest) -> str | int | None:
    key = request.GET.get("inquiry__id__exact", "")
    return (
        request.__dict__.get("inquiry_of_page")
        or request.GET.get("inquiry")
        or (int(key) if key.isascii() and key.isdecimal() else None)
        or request.session.get(SESSION_KEY)
    )
