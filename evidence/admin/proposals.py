"""The pages on which clerks propose: for one submission, for many, and taking it back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from evidence.admin.proposal_form import ProposalForm, SubmissionProposalForm
from evidence.decisions.models import Decision
from evidence.decisions.propose import (
    Proposed,
    confirm,
    drop,
    propose_for_all,
    propose_together,
    waits_for_second_clerk,
)
from evidence.errors import EvidenceError
from evidence.permissions import Action, may
from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in
from evidence.workflow import TO_DISCLOSE
from inquiry.people.models import User


def proposals_of(submission: Submission, reader: User) -> dict[str, Any]:
    """What the page of a submission shows of proposals, and the form if this reader proposes."""
    may_propose = may(reader, Action.PROPOSE, submission.inquiry_id)
    open_to_it = may_propose and submission.status in TO_DISCLOSE
    rows = submission.decisions.exclude(state=Decision.State.DROPPED)
    rows = rows.select_related("meeting", "proposed_by", "confirmed_by")
    waiting = {one.pk for one in rows if waits_for_second_clerk(one, submission)}
    return {
        "proposals": [one for one in rows if one.state == Decision.State.PROPOSED],
        "decided": [one for one in rows if one.state == Decision.State.DECIDED],
        "waiting_for_second": waiting,
        "may_confirm": may(reader, Action.DECIDE, submission.inquiry_id),
        "may_propose": may_propose,
        "proposal_form": _inside_the_page(submission) if open_to_it else None,
    }


def _inside_the_page(submission: Submission) -> SubmissionProposalForm:
    """The form as a part of the one that corrects the submission, so that nothing typed is lost."""
    form = SubmissionProposalForm(submission=submission)
    for field in form.fields.values():
        field.widget.attrs["form"] = "submission_form"
    return form


def propose_view(
    request: HttpRequest, submission: Submission, context: dict[str, Any]
) -> HttpResponse | None:
    """Take the form for one submission; the page with what is wrong in it, or None when done."""
    by = signed_in(request)
    form = SubmissionProposalForm(request.POST, submission=submission)
    if form.is_valid():
        try:
            made = propose_together(submission, form.proposal(), by=by)
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            rows = submission.decisions.proposed()
            said = "; ".join(str(one).lower() for one in rows) or "nothing any more"
            messages.success(request, f"Proposed for {submission.label}: {said}.")
            if any(waits_for_second_clerk(one, submission) for one in made):
                messages.warning(request, "A second clerk must agree before a meeting decides it.")
            return None
    shown = {
        **context,
        "title": f"Propose for {submission.label}",
        "submission": submission,
        "names": submission.names_for(by),
        "reasons": submission.reasons_for(by),
        "form": form,
    }
    return TemplateResponse(request, "admin/propose_one.html", shown)


def propose_many(
    request: HttpRequest, chosen: Sequence[Submission], context: dict[str, Any]
) -> HttpResponse | None:
    """Ask what is proposed for all of these; propose it, say in one message what came of it."""
    by = signed_in(request)
    form = ProposalForm(request.POST if "propose" in request.POST else None)
    if form.is_bound and form.is_valid():
        proposed = propose_for_all(
            [one.pk for one in chosen],
            form.proposal(),
            by=by,
            publication_as_asked=form.as_asked,
        )
        tell(request, proposed)
        return None
    shown = {
        **context,
        "title": "Propose to the committee",
        "submissions": [(one, one.names_for(by), one.reasons_for(by)) for one in chosen],
        "form": form,
    }
    return TemplateResponse(request, "admin/propose.html", shown)


def tell(request: HttpRequest, proposed: Proposed) -> None:
    plural = "" if proposed.count == 1 else "s"
    if proposed.count:
        messages.success(request, f"Proposed for {proposed.count} submission{plural}.")
    if proposed.left_out:
        left_out = " ".join(why for _submission, why in proposed.left_out)
        messages.warning(request, f"Left out: {len(proposed.left_out)}. {left_out}")


def drop_view(request: HttpRequest, submission: Submission, key: int) -> None:
    """Take one proposal back."""
    _each(request, submission, key, do=drop, done="Taken back")


def confirm_view(request: HttpRequest, submission: Submission, key: int) -> None:
    """Agree to one decision as the second clerk."""
    _each(request, submission, key, do=confirm, done="Confirmed")


def _each(request: HttpRequest, submission: Submission, key: int, *, do: Any, done: str) -> None:
    decision = submission.decisions.filter(pk=key).select_related("submission__inquiry").first()
    if decision is None:
        messages.error(request, f"{submission.label}: this proposal is not there any more.")
        return
    try:
        do(decision, by=signed_in(request))
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"{done}: {decision}.")
