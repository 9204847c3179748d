"""Saves specifications under names, so that a bundle can be made again with new evidence."""

from django.db import transaction

from evidence.bundles.models import SavedSpecification
from evidence.bundles.specification import Specification
from evidence.custody.record import record
from evidence.errors import NotReadyError
from evidence.permissions import Action, require
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


@transaction.atomic
def keep(
    inquiry: Inquiry, specification: Specification, name: str, *, shared: bool, by: User
) -> SavedSpecification:
    """Save a specification; the person's own of the same name is replaced. Raises `NotReadyError`
    without a name."""
    require(by, Action.BUNDLE, inquiry)
    if not name:
        raise NotReadyError("Give the specification a name to keep it under.")
    kept, _ = SavedSpecification.objects.update_or_create(
        inquiry=inquiry,
        made_by=by,
        name=name[:100],
        defaults={"specification": specification.to_json(), "shared": shared},
    )
    record("specification kept", kept, by=by, inquiry=inquiry, shared=shared)
    return kept


@transaction.atomic
def forget(specification: SavedSpecification, *, by: User) -> None:
    """Delete a specification. Bundles made of it stay. `NotReadyError` for somebody else's."""
    require(by, Action.BUNDLE, specification.inquiry_id)
    if specification.made_by_id != by.pk:
        raise NotReadyError("Only who made a specification can delete it.")
    record("specification deleted", specification, by=by, inquiry=specification.inquiry_id)
    specification.delete()
