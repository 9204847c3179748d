"""Gives templates the header of staff pages: the inquiries, and links that the reader may open."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from evidence.permissions import Action, Person, may, may_anywhere, own_inquiries
from evidence.web.staff.current_inquiry import current_inquiry
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

# Pages of the desk that have no room of their own in the header, under the room they belong to.
WITHIN = {
    "/admin/evidence/submission/": "Inbox",
    "/admin/families/": "Inbox",
    "/admin/witnesses/": "Inbox",
    "/admin/jobs/": "Inbox",
    "/staff/evidence/": "Evidence",
    "/staff/papers/": "Bundles",
}


@dataclass(frozen=True)
class Link:
    label: str
    address: str
    is_here: bool


@dataclass(frozen=True)
class Shell:
    """The header: the inquiries of the reader, the one worked on, and the rooms of it."""

    inquiries: list[Inquiry] = field(default_factory=list)
    inquiry: Inquiry | None = None
    links: list[Link] = field(default_factory=list)
    searches: bool = False

    @property
    def here(self) -> Link | None:
        return next((link for link in self.links if link.is_here), None)


def ways(request: HttpRequest) -> dict[str, Any]:
    """A context processor. It queries the database only if a template uses `ways` or `shell`."""
    return {
        "ways": SimpleLazyObject(lambda: _open_to(request.user)),
        "shell": SimpleLazyObject(lambda: _shell(request)),
    }


def _open_to(person: Person) -> dict[str, bool]:
    keeps_accounts = bool(getattr(person, "is_superuser", False))
    return {
        "register": may_anywhere(person, Action.READ_UNPUBLISHED) or not keeps_accounts,
        "bundles": may_anywhere(person, Action.BUNDLE),
        "copies": isinstance(person, User) and person.copies.filter(withdrawn_at=None).exists(),
        "desk": may_anywhere(person, Action.SEE_DESK) or keeps_accounts,
    }


def _shell(request: HttpRequest) -> Shell:
    person = request.user
    if not isinstance(person, User):
        return Shell()
    inquiry = current_inquiry(request)
    rooms = [*_rooms(person, inquiry)] if inquiry else []
    if getattr(person, "is_superuser", False) or may_anywhere(person, Action.SEE_DESK):
        rooms.append(("Set-up", reverse("admin:index")))
    here = _room_of(request.path, rooms)
    links = [Link(label, address, label == here) for label, address in rooms]
    return Shell(own_inquiries(person), inquiry, links, searches=inquiry is not None)


def _room_of(path: str, rooms: list[tuple[str, str]]) -> str:
    """The label of the room a page belongs to: that of the longest address it begins with."""
    starts = {_path(address): label for label, address in rooms} | WITHIN
    longest = max(filter(path.startswith, starts), key=len, default="")
    return starts.get(longest, "")


def _path(address: str) -> str:
    return address.partition("?")[0]


def _rooms(person: Person, inquiry: Inquiry) -> list[tuple[str, str]]:
    by_code = urlencode({"inquiry": inquiry.code})
    by_key = urlencode({"inquiry__id__exact": inquiry.pk})
    at_desk = may(person, Action.SEE_DESK, inquiry)
    rooms = [("Inbox", "admin:inbox", by_code)] if at_desk else [("For you", "for-you", by_code)]
    rooms.append(("Evidence", "register", by_code))
    if may(person, Action.DECIDE, inquiry):
        rooms.append(("Meetings", "admin:evidence_meeting_changelist", by_key))
    if may(person, Action.BUNDLE, inquiry):
        rooms.append(("Bundles", "bundles", ""))
    elif isinstance(person, User) and person.copies.filter(withdrawn_at=None).exists():
        rooms.append(("Your copies", "copies", ""))
    if may(person, Action.WRITE, inquiry):
        rooms.append(("Letters", "admin:evidence_letter_changelist", by_key))
    return [
        (label, f"{reverse(name)}?{query}" if query else reverse(name))
        for label, name, query in rooms
    ]
