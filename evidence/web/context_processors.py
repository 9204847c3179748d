"""Gives templates the sections that the reader may open, so that no link leads to an error."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from evidence.permissions import Action, Person, may_anywhere
from inquiry.people.models import User


def ways(request: HttpRequest) -> dict[str, Any]:
    """A context processor. It queries the database only if a template uses `ways`."""
    return {"ways": SimpleLazyObject(lambda: _open_to(request.user))}


def _open_to(person: Person) -> dict[str, bool]:
    keeps_accounts = bool(getattr(person, "is_superuser", False))
    return {
        "register": may_anywhere(person, Action.READ_UNPUBLISHED) or not keeps_accounts,
        "bundles": may_anywhere(person, Action.BUNDLE),
        "copies": isinstance(person, User) and person.copies.filter(withdrawn_at=None).exists(),
        "desk": may_anywhere(person, Action.SEE_DESK) or keeps_accounts,
    }
