"""The triage screen: the list one came from, the document, and what to do with it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from evidence.admin import buttons
from evidence.admin.inbox import undoing
from evidence.admin.inbox.page import address_of, query_of
from evidence.admin.proposals import proposals_of
from evidence.admin.submission_page import files_of, findings_of, tags_of
from evidence.documents.heading import submission_heading
from evidence.inbox.assignment import possible_owners
from evidence.inbox.listing import MOST_COUNTED, Inbox, Selection
from evidence.inbox.models import Check, Note
from evidence.inbox.notes import may_read_notes
from evidence.inbox.visits import open_page, visit_before
from evidence.permissions import Action, inquiries_where, may, may_anywhere
from evidence.submissions.models import Submission
from evidence.tagging.models import InstitutionTag
from evidence.web.staff.auth import signed_in
from evidence.web.staff.current_inquiry import choose
from evidence.web.staff.submissions import note_reading, parts_of
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme

BESIDE = 12
"""How many rows of the list stand before the submission, and how many after it."""
MOST_OFFERED = 20
KEYS = (
    ("J", "Next"),
    ("K", "Previous"),
    ("A", "Accept the selected tags"),
    ("T", "Tag an institution"),
    ("P", "Go to “Propose”; Enter proposes"),
    ("N", "Write a note"),
    ("H", "Go to what the checks found"),
    ("U", "Undo"),
    ("/", "Search"),
    ("?", "Show these keys"),
)


def submission_of(request: HttpRequest, key: UUID) -> Submission:
    """The submission, for who may see it and works at the desk of its inquiry; otherwise 404."""
    rows = Submission.objects.visible_to(request.user).filter(
        inquiry__in=inquiries_where(request.user, Action.SEE_DESK)
    )
    return get_object_or_404(
        rows.select_related("inquiry__committee", "call", "assigned_to", "request")
        .with_witnesses()
        .prefetch_related("attachments__renditions"),
        pk=key,
    )


def show(request: HttpRequest, key: UUID) -> HttpResponse:
    return page_of(request, submission_of(request, key))


def page_of(request: HttpRequest, submission: Submission, **changed: Any) -> HttpResponse:
    """The page; `changed` replaces forms that have errors."""
    reader = signed_in(request)
    choose(request, submission.inquiry)
    note_reading(submission, reader, "read")
    findings = findings_of(submission, reader)
    context = {
        **_place(request, submission, reader),
        **_document(submission, reader, [row.words for row in findings or () if row.words]),
        **proposals_of(submission, reader, inside_form=False),
        **_tags(submission, reader),
        **_notes(submission, reader),
        "submission": submission,
        "title": submission.label,
        "names": submission.names_for(reader),
        "reasons": submission.reasons_for(reader),
        "findings": findings,
        "may_settle": may(reader, Action.CHECK, submission.inquiry_id),
        "acts": list(buttons.open_to(reader, submission)),
        "others": open_page(submission, reader),
        "owners": possible_owners(submission)
        if may(reader, Action.ASSIGN, submission.inquiry_id)
        else None,
        "keys": KEYS,
        "undo": undoing.is_offered(request, submission),
        "query": request.GET.urlencode(),
        **changed,
    }
    return render(request, "admin/triage.html", context)


def _place(request: HttpRequest, submission: Submission, reader: User) -> dict[str, Any]:
    """Where the submission stands in the list one came from, and what is before and after it."""
    selection = Selection.of(request.GET)
    since = visit_before(reader, submission.inquiry) if selection.view == "new" else None
    inbox = Inbox(submission.inquiry, reader, since)
    window = inbox.window(submission, selection, BESIDE)
    query = query_of(submission.inquiry, selection)

    def link(row: Submission) -> str:
        return f"{reverse('admin:triage', args=[row.pk])}?{query}"

    rows = (*window.before, submission, *window.after)
    return {
        "listed": [(row, row.names_for(reader), link(row), row == submission) for row in rows],
        "view": selection.label,
        "back_to_list": address_of(submission.inquiry, selection),
        "window": window,
        "is_capped": window.total >= MOST_COUNTED,
        "previous": link(window.before[-1]) if window.before else "",
        "next": link(window.after[0]) if window.after else "",
    }


def _document(submission: Submission, reader: User, marked: list[str]) -> dict[str, Any]:
    original = submission.shows_original_to(reader)
    return {
        "heading": submission_heading(submission, position=0).heading,
        "parts": parts_of(submission, marked=marked),
        "files": files_of(submission, original=original),
        "shows_original": original,
    }


def _tags(submission: Submission, reader: User) -> dict[str, Any]:
    return {
        "may_tag": may(reader, Action.TAG, submission.inquiry_id),
        "tags": tags_of(submission, reader),
        "all_themes": Theme.objects.used_in(submission.inquiry),
        "all_states": State.objects.all(),
        "tag_parts": InstitutionTag.Part.choices,
        "may_add_institutions": may(reader, Action.CHECK, submission.inquiry_id),
    }


def _notes(submission: Submission, reader: User) -> dict[str, Any]:
    answers = {row.question: row for row in submission.checks.select_related("by")}
    shown = may_read_notes(submission, reader)
    rows = (
        Note.objects.shown_to(reader).filter(submission=submission).select_related("by", "done_by")
    )
    return {
        "may_note": shown,
        "notes": list(rows) if shown else [],
        "checklist": [
            (question, label, answers.get(question)) for question, label in Check.Question.choices
        ],
    }


def others_here(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who else has this submission open; asked again and again while the page is open."""
    submission = submission_of(request, key)
    others = open_page(submission, signed_in(request))
    return render(request, "admin/triage_here.html", {"submission": submission, "others": others})


def institutions(request: HttpRequest) -> HttpResponse:
    """Names of institutions with these words, for who tags. It tells nothing of who uses them."""
    words = request.GET.get("institution", "").strip()
    if not words or not may_anywhere(request.user, Action.TAG):
        raise Http404
    rows = Institution.objects.filter(name__icontains=words).order_by("name")
    names = rows.values_list("name", flat=True)[:MOST_OFFERED]
    return render(request, "admin/institution_options.html", {"names": names})
