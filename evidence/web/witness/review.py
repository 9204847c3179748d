"""The last pages before sending: hidden details, all answers, and the button that sends."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from evidence.documents.identifying_words import passages_in
from evidence.drafts import exposure_check
from evidence.drafts.models import Draft
from evidence.drafts.submit import send
from evidence.drafts.typed_text import MOST_TYPED, document_of
from evidence.errors import CallNotOpenError, FileRefusedError, NotReadyError, UploadInProgressError
from evidence.web.witness import form_flow
from evidence.web.witness.access import unsent
from evidence.web.witness.file_progress import reading_of
from evidence.web.witness.forms import WISHES
from evidence.web.witness.task_list import context


@require_safe
@unsent
def warnings(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """What the files and the text reveal, each with its place and how to remove it."""
    read_once(draft)
    here = context(draft, handle, files=exposures(draft), reading=reading_of(request, draft))
    return render(request, "witness/warnings.html", here)


def exposures(draft: Draft) -> list[dict[str, Any]]:
    """For each file: what its details reveal, what its text reveals, what will look different."""
    protected = exposure_check.asks_for_protection(form_flow.wish_of(draft))
    names, contacts = form_flow.names_of(draft), form_flow.contacts_of(draft)
    listed = []
    for file in draft.files.all():
        in_text = (
            exposure_check.in_words_of(file, names=names, contact=contacts)
            + exposure_check.in_name(file, names)
            if protected
            else []
        )
        listed.append(
            {
                "name": file.name,
                "in_file": exposure_check.in_file(file),
                "in_text": in_text,
                "different": exposure_check.differences(file),
            }
        )
    if (typed := form_flow.typed_of(draft)) and protected:
        # Longer text cannot be sent, and the form says so.
        passages = passages_in(document_of(typed[:MOST_TYPED]))
        in_text = exposure_check.in_text(
            passages, names=names, contact=contacts, how=exposure_check.RETYPE
        )
        listed.insert(0, {"name": gettext("What you typed"), "in_text": in_text})
    return [
        entry
        for entry in listed
        if any(entry.get(key) for key in ("in_file", "in_text", "different"))
    ]


@require_safe
@unsent
def check(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """All answers on one page, each with a way to change it, and the button that sends."""
    return _check(request, draft, handle)


def _check(
    request: HttpRequest, draft: Draft, handle: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    read_once(draft)
    forms = form_flow.forms_of(draft)
    here = context(
        draft,
        handle,
        sections=sections(draft, forms),
        unfinished=form_flow.unfinished(draft, forms),
        problems={"": problem} if problem else None,
        # The address that sends is not reloaded.
        reading=None if request.method == "POST" else reading_of(request, draft),
        warned=sum(
            len(entry.get("in_file", [])) + len(entry["in_text"]) for entry in exposures(draft)
        ),
    )
    return render(request, "witness/review.html", here, status=status)


def read_once(draft: Draft) -> None:
    """Fetch the files once for all parts of a page."""
    prefetch_related_objects([draft], "files")


def sections(draft: Draft, forms: form_flow.Forms | None = None) -> list[dict[str, Any]]:
    """The answers of each page as rows of question and answer."""
    listed, forms = [], forms or form_flow.forms_of(draft)
    for page in form_flow.pages_for(draft):
        if page in {"confirm", "warnings"}:
            continue
        if page == "people":
            rows = _people_rows(draft)
        elif page == "files":
            rows = _file_rows(draft)
        else:
            rows = forms[page].rows() if page in draft.answers_by_page else []
        listed.append({"page": page, "title": form_flow.TITLES[page], "rows": rows})
    return listed


def _people_rows(draft: Draft) -> list[tuple[Any, str]]:
    named, wishes = ("name", "role", "organisation"), dict(WISHES)
    written_to = gettext("We can email {email}")
    return [
        (
            gettext("Person {n}").format(n=n),
            ", ".join(person[key] for key in named if person.get(key))
            + (f". {wishes[person['wish']]}" if person.get("wish") in wishes else "")
            + (
                f". {written_to.format(email=person.get('email'))}"
                if person.get("may_email")
                else ""
            ),
        )
        for n, person in enumerate(form_flow.people_of(draft), start=2)
    ]


def _file_rows(draft: Draft) -> list[tuple[Any, str]]:
    rows: list[tuple[Any, str]] = []
    if typed := form_flow.typed_of(draft):
        words = gettext("{n} words").format(n=len(typed.split()))
        rows.append((gettext("Typed"), words))
    for number, file in enumerate(draft.files.all()):
        label = gettext("Document") if not number and not rows else gettext("Extra file")
        rows.append((label, file.name))
    return rows


@require_POST
@unsent
def send_it(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Send the form once, however often the button is pressed."""
    forms = form_flow.forms_of(draft)
    if form_flow.unfinished(draft, forms):
        draft.refresh_from_db(fields=["submission"])
        if draft.sent:
            return redirect("form-after", handle)
        problem = gettext("Something is missing. Complete the sections listed below.")
        return _check(request, draft, handle, problem=problem, status=422)
    try:
        send(draft, form_flow.gather(draft, forms))
    except (CallNotOpenError, FileRefusedError, NotReadyError, UploadInProgressError) as problem:
        return _check(request, draft, handle, problem=gettext(str(problem)), status=422)
    return redirect("form-after", handle)
