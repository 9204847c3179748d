"""The URLs of the desk's own pages: inbox, triage, selections, batches, families, witnesses."""

import uuid
from collections.abc import Callable

from django.urls import reverse

from evidence.batches.models import Batch
from evidence.families.models import Family
from tests.end_to_end.disclosure_routes import (
    NO_KEY,
    Row,
    first,
    fixed,
    letters,
    of_rows,
    of_some,
    of_submissions,
)
from tests.end_to_end.disclosure_world import (
    ADDRESS,
    CONTACT,
    EVERY_KIND,
    IDENTITY,
    LETTER,
    NOTES,
    TITLE,
    Address,
    World,
)


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


INBOX_QUERIES = ("?view=new", "?view=waiting", "?view=unassigned", "?why=propose")
# Parts of every name and of every file name.
FOUND_BY = ("?q=qzn", "?q=qzf", "?q=College+of")
ROUTES: dict[str, Row] = {
    "staff-home": Row(fixed("staff-home")),
    "inquiry-switch": Row(fixed("inquiry-switch")),
    "for-you": Row(fixed("for-you"), IDENTITY | {TITLE}),
    "admin:inbox": Row(fixed("admin:inbox", *INBOX_QUERIES), IDENTITY | {TITLE}),
    "admin:inbox-institutions": Row(fixed("admin:inbox-institutions", "?institution=qz")),
    "admin:triage": Row(of_submissions("admin:triage"), EVERY_KIND - {LETTER}),
    "admin:triage-here": Row(of_some("admin:triage-here")),
    "admin:triage-act": Row(of_some("admin:triage-act", "publish")),
    "admin:triage-clear": Row(of_some("admin:triage-clear", NO_KEY)),
    "admin:triage-note-done": Row(of_some("admin:triage-note-done", NO_KEY)),
    **{
        name: Row(fixed(name))
        for name in (
            *("view-save", "admin:propose-selected", "admin:publish-selected"),
            *("admin:inbox-assign", "admin:inbox-snooze"),
        )
    },
    "view-delete": Row(of_rows("view-delete", lambda _world: [NO_KEY])),
    **{
        f"admin:triage-{act}": Row(of_some(f"admin:triage-{act}"))
        for act in ("propose", "tags", "note", "assign", "snooze", "checklist", "undo")
    },
    "admin:letter-print": Row(of_rows("admin:letter-print", letters), IDENTITY | {LETTER, ADDRESS}),
    "admin:letter-posted": Row(of_rows("admin:letter-posted", letters)),
    "admin:meeting-paper": Row(
        lambda world: [
            Address(reverse("admin:meeting-paper", args=[world.meeting.pk, f"{name}.docx"]))
            for name in ("decision-paper", "minute-extract")
        ],
        IDENTITY | NOTES,
    ),
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
