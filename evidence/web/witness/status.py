"""What a link in a letter shows: where a form or a submission is, and nothing that tells more.

Whoever reads the letters of a witness may press the link. So the page has no word of what was
typed, no wish, no number under which it is published; there is nothing to do but to type the
return code, with which everything opens.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evidence.drafts import contact_addresses
from evidence.drafts import status_for_witness as the
from evidence.web.witness.access import BY_LINK, draft_of
from evidence.witness_requests.models import WitnessQuestion


@require_safe
def state(request: HttpRequest, handle: str) -> HttpResponse:
    draft = draft_of(request, handle, opened=BY_LINK)
    if not contact_addresses.confirmed_address_of(draft):
        raise Http404
    submission = draft.submission
    unanswered = (
        WitnessQuestion.objects.filter(submission=submission, answered_at=None)
        if submission
        else None
    )
    here = {
        "state": the.state_of(submission) if submission else None,
        "has_question": unanswered is not None and unanswered.exists(),
        "may_send": draft.may_be_sent(timezone.now()),
        "ends_at": draft.ends_at(),
        "dies_at": draft.dies_at(),
    }
    return render(request, "witness/status.html", here)
