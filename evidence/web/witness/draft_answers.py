"""Reads what the answers of an unsent draft say about its witnesses."""

from typing import Any

from django.db.models import prefetch_related_objects

from evidence.documents.text_cleaning import count_words
from evidence.drafts.models import Draft
from evidence.lifecycle import Disclosure
from evidence.name_search.identity import Identity
from evidence.web.witness.forms import TOGETHER


def read_once(draft: Draft) -> None:
    """Fetch the files once for all parts of a page."""
    prefetch_related_objects([draft], "files")


def writes_together(draft: Draft) -> bool:
    """Whether several people send the form together."""
    return bool(draft.answers_by_page.get("who", {}).get("who") == TOGETHER)


def people_of(draft: Draft) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = draft.answers_by_page.get("people", {}).get("people", [])
    return people


def typed_of(draft: Draft) -> str:
    """The evidence typed into the form; empty if it has no words."""
    typed = str(draft.answers_by_page.get("text", {}).get("text") or "").strip()
    return typed if count_words(typed) else ""


def identity_of(draft: Draft) -> Identity:
    """What can identify the authors and the person they write for, as typed so far."""
    details, contact = _page(draft, "details"), _page(draft, "contact")
    people = [details, *(people_of(draft) if writes_together(draft) else [])]
    return Identity(
        names=(*_each(people, "name"), str(details.get("on_behalf_of") or "")),
        contact=(*_each([contact, *people], "email"), str(contact.get("phone") or "")),
        organisations=_each(people, "organisation"),
        roles=_each(people, "role"),
    )


def wish_of(draft: Draft) -> str:
    """The publishing choice for the whole: the most protective one of all authors."""
    wishes = [draft.answers_by_page.get("disclosure", {}).get("wish") or Disclosure.OPEN]
    if writes_together(draft):
        wishes += [person.get("wish") or Disclosure.OPEN for person in people_of(draft)]
    return max(wishes, key=list(Disclosure.values).index)


def headings_of(draft: Draft) -> str:
    """The witnesses as a heading would name them."""
    details = draft.answers_by_page.get("details", {})
    people = people_of(draft) if writes_together(draft) else []
    return "; ".join(
        heading
        for person in (details, *people)
        if (heading := ", ".join(filter(None, map(person.get, ("name", "role", "organisation")))))
    )


def _page(draft: Draft, page: str) -> dict[str, Any]:
    answers: dict[str, Any] = draft.answers_by_page.get(page, {})
    return answers


def _each(people: list[dict[str, Any]], field: str) -> tuple[str, ...]:
    return tuple(str(person.get(field) or "") for person in people)
