"""Before sending: what would be given away, what would be published, all answers, the button."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from evidence.drafts import exposure
from evidence.drafts.models import Draft
from evidence.drafts.send import send
from evidence.drafts.typing import MOST_TYPED, document_of
from evidence.errors import CallNotOpen, FileRefused, NotReady, StillArriving
from evidence.house.identifying import passages_in
from evidence.web.witness import pages
from evidence.web.witness.access import unsent
from evidence.web.witness.being_read import reading_of
from evidence.web.witness.form import context
from evidence.web.witness.questions import WISHES


@require_safe
@unsent
def warnings(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """What the files and the text would give away, each with the place and how to take it out."""
    read_once(draft)
    here = context(draft, handle, given=giveaways(draft), reading=reading_of(request, draft))
    return render(request, "witness/warnings.html", here)


def giveaways(draft: Draft) -> list[dict[str, Any]]:
    """By file: what it says by itself, what its text says, how it will look different."""
    protected = exposure.asks_for_protection(pages.wish_of(draft))
    names, contacts = pages.names_of(draft), pages.contacts_of(draft)
    found = []
    for file in draft.files.all():
        in_text = (
            exposure.in_words_of(file, names=names, contact=contacts)
            + exposure.in_name(file, names)
            if protected
            else []
        )
        found.append(
            {
                "name": file.name,
                "in_file": exposure.in_file(file),
                "in_text": in_text,
                "different": exposure.differences(file),
            }
        )
    if (typed := pages.typed_of(draft)) and protected:
        # More is never sent: the form says that it is too long.
        passages = passages_in(document_of(typed[:MOST_TYPED]))
        in_text = exposure.in_text(passages, names=names, contact=contacts, how=exposure.RETYPE)
        found.insert(0, {"name": gettext("What you typed"), "in_text": in_text})
    return [
        one for one in found if any(one.get(key) for key in ("in_file", "in_text", "different"))
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
    forms = pages.forms_of(draft)
    here = context(
        draft,
        handle,
        sections=sections(draft, forms),
        unfinished=pages.unfinished(draft, forms),
        problems={"": problem} if problem else None,
        # The address that sends cannot be looked at again.
        reading=None if request.method == "POST" else reading_of(request, draft),
        warned=sum(len(one.get("in_file", [])) + len(one["in_text"]) for one in giveaways(draft)),
    )
    return render(request, "witness/check.html", here, status=status)


def read_once(draft: Draft) -> None:
    """Read what several parts of one page ask for; it may be as old as the page from then on."""
    prefetch_related_objects([draft], "files")


def sections(draft: Draft, forms: pages.Forms | None = None) -> list[dict[str, Any]]:
    """The answers of each page as rows of question and answer."""
    found, forms = [], forms or pages.forms_of(draft)
    for page in pages.asked(draft):
        if page in {"confirm", "warnings"}:
            continue
        if page == "people":
            rows = _people_rows(draft)
        elif page == "files":
            rows = _file_rows(draft)
        else:
            rows = forms[page].rows() if page in draft.said else []
        found.append({"page": page, "title": pages.TITLES[page], "rows": rows})
    return found


def _people_rows(draft: Draft) -> list[tuple[Any, str]]:
    named, wishes = ("name", "role", "organisation"), dict(WISHES)
    written_to = gettext("We may write to {email}")
    return [
        (
            gettext("Person {n}").format(n=n),
            ", ".join(one[key] for key in named if one.get(key))
            + (f". {wishes[one['wish']]}" if one.get("wish") in wishes else "")
            + (f". {written_to.format(email=one.get('email'))}" if one.get("may_email") else ""),
        )
        for n, one in enumerate(pages.people_of(draft), start=2)
    ]


def _file_rows(draft: Draft) -> list[tuple[Any, str]]:
    rows: list[tuple[Any, str]] = []
    if typed := pages.typed_of(draft):
        words = gettext("{n} words").format(n=len(typed.split()))
        rows.append((gettext("Typed"), words))
    for number, file in enumerate(draft.files.all()):
        label = gettext("Document") if not number and not rows else gettext("Extra file")
        rows.append((label, file.name))
    return rows


@require_POST
@unsent
def send_it(request: HttpRequest, draft: Draft, handle: str) -> HttpResponse:
    """Send: once, however often the button is pressed."""
    forms = pages.forms_of(draft)
    if pages.unfinished(draft, forms):
        draft.refresh_from_db(fields=["submission"])
        if draft.sent:
            return redirect("form-after", handle)
        problem = gettext("Something is still missing. See what is not finished below.")
        return _check(request, draft, handle, problem=problem, status=422)
    try:
        send(draft, pages.gather(draft, forms))
    except (CallNotOpen, FileRefused, NotReady, StillArriving) as problem:
        return _check(request, draft, handle, problem=gettext(str(problem)), status=422)
    return redirect("form-after", handle)
