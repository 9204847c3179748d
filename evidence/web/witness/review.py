"""The last pages before sending: hidden details, all answers, and the button that sends."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from evidence.drafts.models import Draft
from evidence.drafts.submit import send
from evidence.errors import CallNotOpenError, FileRefusedError, NotReadyError, UploadInProgressError
from evidence.lifecycle import Disclosure
from evidence.web.witness import form_flow
from evidence.web.witness.access import unsent
from evidence.web.witness.draft_answers import people_of, read_once, typed_of, wish_of
from evidence.web.witness.exposure import DraftExposure
from evidence.web.witness.file_progress import reading_of
from evidence.web.witness.forms import WISHES
from evidence.web.witness.task_list import context


@require_safe
@unsent
def warnings(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """What the files, the title and the text reveal, with the place and how to remove it."""
    read_once(draft)
    exposure = DraftExposure(draft)
    reading = reading_of(request, draft)
    here = context(draft, handle, exposure=exposure, reading=reading)
    if not reading and request.method == "GET":
        exposure.note_seen()
    return render(request, "witness/warnings.html", here)


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
        warned=DraftExposure(draft).count,
    )
    return render(request, "witness/review.html", here, status=status)


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
        if page == "disclosure" and (result := effective_result(draft)):
            rows = [*rows, result]
        listed.append({"page": page, "title": form_flow.TITLES[page], "rows": rows})
    return listed


def effective_result(draft: Draft) -> tuple[Any, str] | None:
    """How the whole is published, where another author asks for more protection than the first."""
    effective = wish_of(draft)
    if effective == draft.answers_by_page.get("disclosure", {}).get("wish", effective):
        return None
    sentence = {
        Disclosure.NAME_WITHHELD: gettext("Name withheld, because one of you asks for it"),
        Disclosure.CONFIDENTIAL: gettext("Confidential, because one of you asks for it"),
    }[Disclosure(effective)]
    return gettext("What this means for all of you"), sentence


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
        for n, person in enumerate(people_of(draft), start=2)
    ]


def _file_rows(draft: Draft) -> list[tuple[Any, str]]:
    rows: list[tuple[Any, str]] = []
    if typed := typed_of(draft):
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
