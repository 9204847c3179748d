"""The URLs of the desk's own pages: batches, families of letters, witnesses."""

import uuid
from collections.abc import Callable

from django.urls import reverse

from evidence.batches.models import Batch
from evidence.families.models import Family
from tests.end_to_end.disclosure_routes import Address, Row, first, fixed, of_rows
from tests.end_to_end.disclosure_world import CONTACT, IDENTITY, World


def batches(world: World) -> list[object]:
    """A batch of this inquiry, without files: what is typed about them is for clerks."""
    call = world.here.calls.earliest("pk")
    return [Batch.objects.get_or_create(call=call, made_by=world.clerk)[0].pk]


def of_witnesses(name: str) -> Callable[[World], list[Address]]:
    """The route for the witness of each submission, beside that of a witness who is not there."""

    def addresses(world: World) -> list[Address]:
        nowhere = reverse(name, args=[uuid.UUID(int=0)])
        return [
            Address(reverse(name, args=[witness.pk]), canary, nowhere)
            for canary in world.canaries
            for witness in canary.submission.witnesses.all()
        ]

    return addresses


# Parts of every name and of every file name.
FOUND_BY = ("?q=qzn", "?q=qzf", "?q=College+of")
ROUTES: dict[str, Row] = {
    "admin:batches": Row(fixed("admin:batches")),
    "admin:batch": Row(of_rows("admin:batch", batches)),
    "admin:families": Row(fixed("admin:families", "?inquiry=inquiry-0")),
    "admin:family": Row(of_rows("admin:family", first(Family))),
    "admin:family-propose": Row(of_rows("admin:family-propose", first(Family))),
    "admin:witnesses": Row(fixed("admin:witnesses", *FOUND_BY), IDENTITY),
    "admin:witness-join": Row(of_witnesses("admin:witness-join")),
    "admin:witness-part": Row(of_witnesses("admin:witness-part")),
    "admin:witness": Row(of_witnesses("admin:witness"), IDENTITY | CONTACT),
    "admin:witness-correct": Row(of_witnesses("admin:witness-correct"), IDENTITY | CONTACT),
}
