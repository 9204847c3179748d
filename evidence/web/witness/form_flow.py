"""The pages of a form in their order, how far each is, and what comes of all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evidence.documents.text_cleaning import count_words
from evidence.drafts import contact_addresses
from evidence.drafts.files import check_first
from evidence.drafts.models import Draft, DraftFile
from evidence.drafts.submit import CompleteForm
from evidence.drafts.typed_text import MOST_TYPED
from evidence.errors import FileRefusedError
from evidence.lifecycle import Disclosure
from evidence.submissions.receive import Sender
from evidence.web.witness import forms as the
from evidence.web.witness.contact_forms import ContactForm, PersonForm
from evidence.web.witness.forms import PageForm, Words
from evidence.witnesses.models import Witness

PAGES: dict[str, type[PageForm]] = {
    "who": the.WhoForm,
    "details": the.DetailsForm,
    "contact": ContactForm,
    "title": the.TitleForm,
    "text": the.TypedForm,
    "questions": the.QuestionsForm,
    "about": the.AboutForm,
    "disclosure": the.DisclosureForm,
    "circumstances": the.CircumstancesForm,
    "oral": the.OralForm,
    "declarations": the.DeclarationsForm,
}
GROUPS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (_("About you"), ("who", "details", "people", "contact", "confirm")),
    (_("Your evidence"), ("files", "title", "questions", "about")),
    (_("Publishing your evidence"), ("disclosure", "warnings")),
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

    @property
    def label(self) -> Words:
        return LABELS[self.progress]

    @property
    def good(self) -> bool:
        return self.progress in {Progress.DONE, Progress.OPTIONAL}


def form_of(draft: Draft, page: str, data: Any = None) -> PageForm:
    """The form of a page, bound to what is posted or else to what was kept, if anything was."""
    said = draft.said
    return PAGES[page](data if data is not None else said.get(page), call=draft.call, said=said)


def asked(draft: Draft) -> Iterator[str]:
    """The pages that this witness is asked, in order."""
    yield from (page for page in ORDER if _is_asked(draft, page))


def _is_asked(draft: Draft, page: str) -> bool:
    match page:
        case "people":
            return bool(draft.said.get("who", {}).get("who") == the.TOGETHER)
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
    return next((one for one in later if _is_asked(draft, one)), None)


def forms_of(draft: Draft) -> Forms:
    """The forms of all pages, for whoever asks them more than one thing. A page that was never
    saved is bound to nothing."""
    said = draft.said
    wanted = [page for page in asked(draft) if page in PAGES]
    return {page: form_of(draft, page, said.get(page, {})) for page in wanted}


def tasks(draft: Draft, forms: Forms | None = None) -> list[tuple[Words, list[Task]]]:
    """The task list by group."""
    wanted, forms = set(asked(draft)), forms or forms_of(draft)
    return [
        (title, [task(draft, page, forms) for page in pages if page in wanted])
        for title, pages in GROUPS
    ]


def task(draft: Draft, page: str, forms: Forms | None = None) -> Task:
    if page in SPECIAL:
        return SPECIAL[page](draft)
    form = (forms or forms_of(draft))[page]
    if page not in draft.said:
        progress = Progress.OPTIONAL if form.is_valid() else Progress.TO_DO
        return Task(page, TITLES[page], progress)
    if form.is_valid():
        progress = Progress.DONE if any(form.cleaned_data.values()) else Progress.OPTIONAL
        return Task(page, TITLES[page], progress)
    first = next(iter(form.errors.values()))[0]
    return Task(page, TITLES[page], Progress.UNFINISHED, str(first))


def people_of(draft: Draft) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = draft.said.get("people", {}).get("people", [])
    return people


def typed_of(draft: Draft) -> str:
    """What was typed; nothing, if it has no words."""
    typed = str(draft.said.get("text", {}).get("text") or "").strip()
    return typed if count_words(typed) else ""


def _people(draft: Draft) -> Task:
    people = people_of(draft)
    good = [PersonForm(one, call=draft.call, said={}).is_valid() for one in people]
    progress = Progress.UNFINISHED if not all(good) else Progress.DONE if good else Progress.TO_DO
    return Task("people", TITLES["people"], progress)


def _files(draft: Draft) -> Task:
    files, typed = list(draft.files.all()), bool(typed_of(draft))
    if any(file.state == DraftFile.State.BAD for file in files):
        problem = gettext("We cannot use one of your files. Remove it.")
        return Task("files", TITLES["files"], Progress.UNFINISHED, problem)
    if len(typed_of(draft)) > MOST_TYPED:
        return Task("files", TITLES["files"], Progress.UNFINISHED, str(the.TOO_LONG_TYPED))
    try:
        check_first(files, typed=typed)
    except FileRefusedError as problem:
        progress = Progress.UNFINISHED if files else Progress.TO_DO
        return Task("files", TITLES["files"], progress, gettext(str(problem)) if files else "")
    return Task("files", TITLES["files"], Progress.DONE)


def _warnings(draft: Draft) -> Task:
    return Task("warnings", TITLES["warnings"], Progress.OPTIONAL)


def _confirm(draft: Draft) -> Task:
    is_done = bool(contact_addresses.confirmed_address_of(draft))
    progress = Progress.DONE if is_done else Progress.OPTIONAL
    return Task("confirm", TITLES["confirm"], progress)


SPECIAL = {"people": _people, "confirm": _confirm, "files": _files, "warnings": _warnings}


def unfinished(draft: Draft, forms: Forms | None = None) -> list[Task]:
    """What is still needed before the form can be sent."""
    return [one for _title, group in tasks(draft, forms) for one in group if not one.good]


def gather(draft: Draft, forms: Forms | None = None) -> CompleteForm:
    """All answers, checked once more. Ask `unfinished` first; raises `KeyError` otherwise."""
    forms = forms or forms_of(draft)
    said = {page: form.cleaned_data if form.is_valid() else {} for page, form in forms.items()}
    about, more, wish = said["about"], said["circumstances"], said["disclosure"]
    return CompleteForm(
        senders=senders(draft, said),
        title=said["title"].get("name", ""),
        typed=typed_of(draft),
        reasons=wish.get("reasons", ""),
        questions=tuple(said.get("questions", {}).get("questions", ())),
        institutions=tuple(about.get("institutions", ())),
        themes=tuple(about.get("themes", ())),
        statement={
            "on_behalf_of": said["details"].get("on_behalf_of", ""),
            "published_where": more["published_where"] if more["published"] == "yes" else "",
            "in_court": more["in_court"] if more["court"] == "yes" else "",
            "under_18": more["under_18"],
            "support": more["support"],
            "oral": said["oral"].get("oral", ""),
            "institutions": about.get("others", ""),
        },
    )


def senders(draft: Draft, said: dict[str, dict[str, Any]]) -> list[Sender]:
    """Whoever fills in the form, then those who write with them."""
    who, details, contact = said["who"]["who"], said["details"], said["contact"]
    wish = Disclosure(said["disclosure"]["wish"])
    first = Sender(
        name=details.get("name", ""),
        organisation=details.get("organisation", ""),
        role=details.get("role", ""),
        kind=Witness.Kind.INDIVIDUAL if who == the.TOGETHER else Witness.Kind(who),
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
    others = people_of(draft) if who == the.TOGETHER else []
    return [first, *(_sender(draft, one) for one in others)]


def _sender(draft: Draft, person: dict[str, Any]) -> Sender:
    form = PersonForm(person, call=draft.call, said={})
    form.is_valid()
    one = form.cleaned_data
    return Sender(
        name=one["name"],
        organisation=one["organisation"],
        role=one["role"],
        email=one["email"],
        may_email=one["may_email"],
        may_phone=False,
        language=draft.language,
        disclosure=Disclosure(one["wish"]),
    )


def names_of(draft: Draft) -> list[str]:
    """The names, as they were typed, by which the witnesses of a draft are known."""
    details = draft.said.get("details", {})
    people = people_of(draft) if draft.said.get("who", {}).get("who") == the.TOGETHER else []
    return [name for one in (details, *people) if (name := str(one.get("name") or ""))]


def contacts_of(draft: Draft) -> list[str]:
    contact = draft.said.get("contact", {})
    people = [str(one.get("email") or "") for one in people_of(draft)]
    return [str(contact.get("email") or ""), str(contact.get("phone") or ""), *people]


def wish_of(draft: Draft) -> str:
    """What holds for the whole: the wish that protects most, of all who write."""
    wishes = [draft.said.get("disclosure", {}).get("wish") or Disclosure.OPEN]
    if draft.said.get("who", {}).get("who") == the.TOGETHER:
        wishes += [one.get("wish") or Disclosure.OPEN for one in people_of(draft)]
    return max(wishes, key=list(Disclosure.values).index)


def headings_of(draft: Draft) -> str:
    """The witnesses as a heading would name them."""
    details = draft.said.get("details", {})
    people = people_of(draft) if draft.said.get("who", {}).get("who") == the.TOGETHER else []
    return "; ".join(
        heading
        for one in (details, *people)
        if (heading := ", ".join(filter(None, map(one.get, ("name", "role", "organisation")))))
    )
