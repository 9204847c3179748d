"""The page that a link in an email shows: the progress of a form or submission, nothing more.

Anyone who reads the emails of a witness can open the link. So the page shows nothing that was
typed, no publishing choice and no evidence number. For anything else it asks for the return code.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence.drafts import contact_addresses, status_for_witness
from evidence.web.witness.access import BY_LINK, draft_of
from evidence.witness_requests.models import WitnessQuestion


@require_safe
def state(request: HttpRequest, handle: str) -> HttpResponse:
    draft = draft_of(request, handle, opened=BY_LINK)
    if not contact_addresses.confirmed_address_of(draft):
        raise Http404
    submission, now = draft.submission, timezone.now()
    unanswered = (
        WitnessQuestion.objects.filter(submission=submission, answered_at=None)
        if submission
        else None
    )
    here = {
        "state": status_for_witness.state_of(submission) if submission else None,
        "has_question": unanswered is not None and unanswered.exists(),
        "may_send": draft.may_be_sent(now),
        "closed": draft.ends_at() <= now,
        "ends_at": draft.ends_at(),
        "accepted_until": draft.accepted_until(),
        "dies_at": draft.dies_at(),
    }
    return render(request, "witness/status.html", here)
