"""Saves the filters of the list of evidence under a name, for oneself or for all on the inquiry."""

from django.db import transaction
from django.http import QueryDict

from evidence.custody.record import record
from evidence.errors import EvidenceError
from evidence.inbox.models import SavedView
from evidence.permissions import Action, require
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

LONGEST_NAME, LONGEST_QUERY = 60, 2000
NOT_KEPT = ("inquiry", "page", "beyond", "csrfmiddlewaretoken")


@transaction.atomic
def save_view(
    inquiry: Inquiry, name: str, filters: QueryDict, *, shared: bool, by: User
) -> SavedView:
    """Save a view; the person's own of the same name is replaced.

    Raises `NotPermittedError`, and `EvidenceError` without a name, without a filter, or for filters
    that are too long to keep.
    """
    require(by, Action.SEE_DESK if shared else Action.READ_UNPUBLISHED, inquiry)
    kept = filters.copy()
    for key in NOT_KEPT:
        kept.pop(key, None)
    query = kept.urlencode()
    if not name.strip():
        raise EvidenceError("Enter a name for the view.")
    if not query:
        raise EvidenceError("Choose a filter first: a view keeps the filters of the list.")
    if len(query) > LONGEST_QUERY:
        raise EvidenceError("These filters are too long to save. Choose fewer.")
    view, _is_new = SavedView.objects.update_or_create(
        inquiry=inquiry,
        owner=by,
        name=name.strip()[:LONGEST_NAME],
        defaults={"query": query, "shared": shared},
    )
    record("view saved", view, by=by, inquiry=inquiry, shared=shared)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    """Delete one's own view. Raises `EvidenceError` for somebody else's."""
    if view.owner_id != by.pk:
        raise EvidenceError("Only the person who saved a view can delete it.")
    record("view deleted", view, by=by, inquiry=view.inquiry_id)
    view.delete()
