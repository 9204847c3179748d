"""The pages of a form in order, the progress of each, and the complete form made from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evidence.drafts import contact_addresses
from evidence.drafts.files import check_first
from evidence.drafts.models import Draft, DraftFile
from evidence.drafts.submit import CompleteForm
from evidence.drafts.typed_text import MOST_TYPED
from evidence.errors import FileRefusedError
from evidence.lifecycle import Disclosure
from evidence.submissions.receive import Sender
from evidence.web.witness import forms as page_forms
from evidence.web.witness.contact_forms import ContactForm, PersonForm
from evidence.web.witness.draft_answers import people_of, typed_of, writes_together
from evidence.web.witness.exposure import DraftExposure
from evidence.web.witness.forms import PageForm, Words
from evidence.witnesses.models import Witness

PAGES: dict[str, type[PageForm]] = {
    "who": page_forms.WhoForm,
    "details": page_forms.DetailsForm,
    "contact": ContactForm,
    "title": page_forms.TitleForm,
    "text": page_forms.TypedForm,
    "questions": page_forms.QuestionsForm,
    "about": page_forms.AboutForm,
    "disclosure": page_forms.DisclosureForm,
    "circumstances": page_forms.CircumstancesForm,
    "oral": page_forms.OralForm,
    "declarations": page_forms.DeclarationsForm,
}
GROUPS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (_("Publishing your evidence"), ("disclosure",)),
    (_("About you"), ("who", "details", "people", "contact", "confirm")),
    (_("Your evidence"), ("files", "title", "questions", "about", "warnings")),
    (_("A few more questions"), ("circumstances", "oral", "declarations")),
)
ORDER = tuple(page for _title, pages in GROUPS for page in pages)
TITLES: dict[str, Words] = {
    **{page: form.title for page, form in PAGES.items()},
    "people": _("Other authors"),
    "confirm": _("Confirm your email address"),
    "files": _("Upload or type your evidence"),
    "warnings": _("Check for hidden details"),
}


Forms = dict[str, PageForm]


class Progress(StrEnum):
    TO_DO = "to do"
    OPTIONAL = "optional"
    UNFINISHED = "not finished"
    DONE = "done"


LABELS: dict[Progress, Words] = {
    Progress.TO_DO: _("To do"),
    Progress.OPTIONAL: _("Optional"),
    Progress.UNFINISHED: _("Not finished"),
    Progress.DONE: _("Done"),
}


@dataclass(frozen=True)
class Task:
    """A line of the task list."""

    page: str
    title: Words
    progress: Progress
    problem: str = ""
    is_required: bool = True
    note: str = ""
    """What is shown instead of the progress."""

    @property
    def label(self) -> Words:
        return self.note or LABELS[self.progress]

    @property
    def good(self) -> bool:
        return self.progress in {Progress.DONE, Progress.OPTIONAL}


def form_of(draft: Draft, page: str, data: Any = None) -> PageForm:
    """The form of a page, bound to the posted data or else to the saved answers, if any."""
    answers = draft.answers_by_page
    return PAGES[page](
        data if data is not None else answers.get(page), call=draft.call, answers=answers
    )


def pages_for(draft: Draft) -> Iterator[str]:
    """The pages that this witness has to see, in order."""
    yield from (page for page in ORDER if _is_asked(draft, page))


def _is_asked(draft: Draft, page: str) -> bool:
    match page:
        case "people":
            return writes_together(draft)
        case "questions":
            return bool(draft.call.inquiry.has_questions)
        case "confirm":
            return bool(contact_addresses.address_of(draft))
    return True


def after(draft: Draft, page: str) -> str | None:
    """The page that comes after this one; None after the last."""
    place = "files" if page == "text" else page
    if place not in ORDER or not _is_asked(draft, place):
        return None
    later = ORDER[ORDER.index(place) + 1 :]
    return next((later_page for later_page in later if _is_asked(draft, later_page)), None)


def forms_of(draft: Draft) -> Forms:
    """The forms of all pages, bound to the saved answers. A page that was never saved is bound to
    an empty dict."""
    answers = draft.answers_by_page
    wanted = [page for page in pages_for(draft) if page in PAGES]
    return {page: form_of(draft, page, answers.get(page, {})) for page in wanted}


def tasks(draft: Draft, forms: Forms | None = None) -> list[tuple[Words, list[Task]]]:
    """The task list by group."""
    wanted, forms = set(pages_for(draft)), forms or forms_of(draft)
    return [
        (title, [task(draft, page, forms) for page in pages if page in wanted])
        for title, pages in GROUPS
    ]


def answered(groups: list[tuple[Words, list[Task]]]) -> tuple[int, int]:
    """How many of the pages that must be answered are, and how many these are."""
    required = [item for _title, group in groups for item in group if item.is_required]
    return sum(item.progress == Progress.DONE for item in required), len(required)


def task(draft: Draft, page: str, forms: Forms | None = None) -> Task:
    if page in SPECIAL:
        return SPECIAL[page](draft)
    form = (forms or forms_of(draft))[page]
    is_required, problem = not form_of(draft, page, {}).is_valid(), ""
    if form.is_valid():
        is_done = page in draft.answers_by_page and any(form.cleaned_data.values())
        progress = Progress.DONE if is_done else Progress.OPTIONAL
    elif page not in draft.answers_by_page:
        progress = Progress.TO_DO
    else:
        progress, problem = Progress.UNFINISHED, str(next(iter(form.errors.values()))[0])
    return Task(page, TITLES[page], progress, problem, is_required)


def _people(draft: Draft) -> Task:
    people = people_of(draft)
    good = [PersonForm(person, call=draft.call, answers={}).is_valid() for person in people]
    progress = Progress.UNFINISHED if not all(good) else Progress.DONE if good else Progress.TO_DO
    return Task("people", TITLES["people"], progress)


def _files(draft: Draft) -> Task:
    files, typed = list(draft.files.all()), bool(typed_of(draft))
    if any(file.state == DraftFile.State.BAD for file in files):
        problem = gettext("We cannot use one of your files. Remove it.")
        return Task("files", TITLES["files"], Progress.UNFINISHED, problem)
    if len(typed_of(draft)) > MOST_TYPED:
        return Task("files", TITLES["files"], Progress.UNFINISHED, str(page_forms.TOO_LONG_TYPED))
    try:
        check_first(files, typed=typed)
    except FileRefusedError as problem:
        progress = Progress.UNFINISHED if files else Progress.TO_DO
        return Task("files", TITLES["files"], progress, gettext(str(problem)) if files else "")
    return Task("files", TITLES["files"], Progress.DONE)


def _warnings(draft: Draft) -> Task:
    """A witness who asks for protection must open the findings once, and again if there are new
    ones."""
    exposure = DraftExposure(draft)
    count = exposure.count
    if not count:
        return Task("warnings", TITLES["warnings"], Progress.OPTIONAL, is_required=False)
    sentence = ngettext("{n} detail to look at", "{n} details to look at", count).format(n=count)
    is_required = exposure.is_protected
    progress = Progress.TO_DO if is_required else Progress.OPTIONAL
    progress = Progress.DONE if exposure.was_seen else progress
    return Task("warnings", TITLES["warnings"], progress, is_required=is_required, note=sentence)


def _confirm(draft: Draft) -> Task:
    is_done = bool(contact_addresses.confirmed_address_of(draft))
    progress = Progress.DONE if is_done else Progress.OPTIONAL
    return Task("confirm", TITLES["confirm"], progress, is_required=False)


SPECIAL = {"people": _people, "confirm": _confirm, "files": _files, "warnings": _warnings}


def unfinished(draft: Draft, forms: Forms | None = None) -> list[Task]:
    """What is still needed before the form can be sent."""
    return [item for _title, group in tasks(draft, forms) for item in group if not item.good]


def gather(draft: Draft, forms: Forms | None = None) -> CompleteForm:
    """All answers, checked once more. Ask `unfinished` first; raises `KeyError` otherwise."""
    forms = forms or forms_of(draft)
    answers = {page: form.cleaned_data if form.is_valid() else {} for page, form in forms.items()}
    about, more = answers["about"], answers["circumstances"]
    return CompleteForm(
        senders=senders(draft, answers),
        title=answers["title"].get("name", ""),
        typed=typed_of(draft),
        reasons=_reasons(draft, answers),
        questions=tuple(answers.get("questions", {}).get("questions", ())),
        institutions=tuple(about.get("institutions", ())),
        themes=tuple(about.get("themes", ())),
        statement={
            "on_behalf_of": answers["details"].get("on_behalf_of", ""),
            "has_permission": answers["details"].get("has_permission", False),
            "published_where": more["published_where"] if more["published"] == "yes" else "",
            "in_court": more["in_court"] if more["court"] == "yes" else "",
            "under_18": more["under_18"],
            "support": more["support"],
            "oral": answers["oral"].get("oral", ""),
            "institutions": about.get("others", ""),
        },
    )


def _reasons(draft: Draft, answers: dict[str, dict[str, Any]]) -> str:
    """The reasons for protection; those of other authors with their names."""
    reasons = [str(answers["disclosure"].get("reasons", ""))]
    if writes_together(draft):
        reasons += [
            f"{person['name']}: {reason}"
            for person in people_of(draft)
            if (reason := str(person.get("reasons") or "").strip())
        ]
    return "\n\n".join(filter(None, reasons))


def senders(draft: Draft, answers: dict[str, dict[str, Any]]) -> list[Sender]:
    """The person who fills in the form, then the other authors."""
    who, details, contact = answers["who"]["who"], answers["details"], answers["contact"]
    wish = Disclosure(answers["disclosure"]["wish"])
    first = Sender(
        name=details.get("name", ""),
        organisation=details.get("organisation", ""),
        role=details.get("role", ""),
        kind=Witness.Kind.INDIVIDUAL if who == page_forms.TOGETHER else Witness.Kind(who),
        email=contact["email"],
        phone=contact["phone"],
        safe_ways=contact["safe_ways"],
        may_email=contact["may_email"] == "yes",
        may_phone=contact["may_phone"] == "yes",
        hours=contact["hours"],
        avoid=contact["avoid"],
        language=draft.language,
        disclosure=wish,
    )
    others = people_of(draft) if who == page_forms.TOGETHER else []
    return [first, *(_sender(draft, person) for person in others)]


def _sender(draft: Draft, person: dict[str, Any]) -> Sender:
    form = PersonForm(person, call=draft.call, answers={})
    form.is_valid()
    answers = form.cleaned_data
    return Sender(
        name=answers["name"],
        organisation=answers["organisation"],
        role=answers["role"],
        email=answers["email"],
        may_email=answers["may_email"],
        may_phone=False,
        language=draft.language,
        disclosure=Disclosure(answers["wish"]),
    )
