"""Views to propose for one submission or many, remove a proposal and confirm one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from evidence.admin.proposal_form import ProposalForm, SubmissionProposalForm
from evidence.decisions.models import Act, Decision
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

UNDECIDED = "Nothing changes until a meeting decides."


def proposals_of(
    submission: Submission, reader: User, *, inside_form: bool = True
) -> dict[str, Any]:
    """Context of a submission's page: its proposals and decisions, and the form to propose.

    `inside_form`: whether the page has one main form that this is joined to.
    """
    may_propose = may(reader, Action.PROPOSE, submission.inquiry_id)
    is_open = may_propose and submission.status in TO_DISCLOSE
    rows = submission.decisions.exclude(state=Decision.State.DROPPED)
    rows = rows.select_related("meeting", "proposed_by", "confirmed_by")
    waiting = {row.pk for row in rows if waits_for_second_clerk(row, submission)}
    return {
        "proposals": [row for row in rows if row.state == Decision.State.PROPOSED],
        "decided": [row for row in rows if row.state == Decision.State.DECIDED],
        "waiting_for_second": waiting,
        "may_confirm": may(reader, Action.DECIDE, submission.inquiry_id),
        "may_propose": may_propose,
        "proposal_form": _form(submission, inside_form=inside_form) if is_open else None,
    }


def _form(submission: Submission, *, inside_form: bool) -> SubmissionProposalForm:
    """The form; joined to the page's main form nothing typed elsewhere is lost."""
    form = SubmissionProposalForm(submission=submission)
    if not inside_form:
        # On the triage screen: to accept is proposed unless the clerk chooses otherwise.
        form.initial["acceptance"] = form.initial["acceptance"] or str(Act.ACCEPT)
        return form
    for field in form.fields.values():
        field.widget.attrs["form"] = "submission_form"
    return form


def propose_view(
    request: HttpRequest, submission: Submission, context: dict[str, Any]
) -> HttpResponse | None:
    """Handles the form for one submission. None when done, else the page with its errors."""
    form = propose_from(request, submission)
    if form is None:
        return None
    by = signed_in(request)
    shown = {
        **context,
        "title": f"Propose for {submission.label}",
        "submission": submission,
        "names": submission.names_for(by),
        "reasons": submission.reasons_for(by),
        "form": form,
    }
    return TemplateResponse(request, "admin/propose_one.html", shown)


def propose_from(request: HttpRequest, submission: Submission) -> SubmissionProposalForm | None:
    """Proposes what the posted form says. None when done, else the form with its errors."""
    form = SubmissionProposalForm(request.POST, submission=submission)
    if not form.is_valid():
        return form
    try:
        made = propose_together(submission, form.proposal(), by=signed_in(request))
    except EvidenceError as problem:
        form.add_error(None, str(problem))
        return form
    rows = submission.decisions.proposed()
    messages.success(request, _outcome(submission, [str(row).lower() for row in rows]))
    if any(waits_for_second_clerk(row, submission) for row in made):
        messages.warning(
            request, "A second clerk must confirm this before a meeting can decide it."
        )
    return None


def _outcome(submission: Submission, acts: Sequence[str]) -> str:
    if not acts:
        return f"Proposals for {submission.label} removed."
    return f"Proposed for {submission.label}: {'; '.join(acts)}. {UNDECIDED}"


def propose_many(
    request: HttpRequest, chosen: Sequence[Submission], context: dict[str, Any]
) -> HttpResponse | None:
    """Handles the form for many submissions. None when done, else the page."""
    by = signed_in(request)
    form = ProposalForm(request.POST if "propose" in request.POST else None)
    if form.is_bound and form.is_valid():
        proposed = propose_for_all(
            [submission.pk for submission in chosen],
            form.proposal(),
            by=by,
            publication_as_asked=form.as_asked,
        )
        _report(request, proposed)
        return None
    shown = {
        **context,
        "title": "Propose to the committee",
        "submissions": [(row, row.names_for(by), row.reasons_for(by)) for row in chosen],
        "form": form,
    }
    return TemplateResponse(request, "admin/propose.html", shown)


def _report(request: HttpRequest, proposed: Proposed) -> None:
    plural = "" if proposed.count == 1 else "s"
    if proposed.count:
        messages.success(request, f"Proposed for {proposed.count} submission{plural}. {UNDECIDED}")
    if proposed.left_out:
        left_out = " ".join(why for _submission, why in proposed.left_out)
        messages.warning(request, f"Left out: {len(proposed.left_out)}. {left_out}")


def drop_view(request: HttpRequest, submission: Submission, key: UUID) -> None:
    """Remove one proposal."""
    _change(request, submission, key, do=drop, done="Proposal removed")


def confirm_view(request: HttpRequest, submission: Submission, key: UUID) -> None:
    """Confirm one decision as the second clerk."""
    _change(request, submission, key, do=confirm, done="Confirmed")


def _change(request: HttpRequest, submission: Submission, key: UUID, *, do: Any, done: str) -> None:
    decision = submission.decisions.filter(pk=key).select_related("submission__inquiry").first()
    if decision is None:
        messages.error(request, f"{submission.label}: this proposal no longer exists.")
        return
    try:
        do(decision, by=signed_in(request))
    except EvidenceError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"{done}: {decision}.")
