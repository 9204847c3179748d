"""Corrects what is on record about a witness: name, affiliation, order, contact details."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from evidence.custody.record import Detail, NewCustodyEntry, record_all
from evidence.errors import NotReadyError
from evidence.jobs.queue import ask
from evidence.permissions import Action, require
from evidence.submissions.models import Submission, SubmissionWitness
from evidence.text_input import one_line
from evidence.witnesses.models import Contact, Witness
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution

NAMING: Final = ("kind", "name", "role", "organisation")
CONTACT: Final = (
    *("email", "phone", "address", "safe_ways", "may_email", "may_phone", "hours", "avoid"),
    "language",
)
ORDER: Final = "place"


@transaction.atomic
def correct(
    witness: Witness, values: Mapping[str, Any], *, places: Mapping[Any, int], by: User
) -> list[str]:
    """Write the values that changed, and return their fields.

    `places` is the wanted place among the authors (from 1) by submission. Each change is in the
    custody record of every submission of the witness, by field and without its value. If the
    heading changes, the pages are made again, and the names searched for anew.
    Raises `NotPermittedError` unless `by` may edit all these submissions, and `NotReadyError` for a
    witness without a name and an organisation.
    """
    submissions = list(_locked(witness))
    for submission in submissions:
        require(by, Action.CHECK, submission.inquiry_id)
    named = _write(witness, {name: one_line(str(values[name])) for name in NAMING})
    if not witness.name and not witness.organisation:
        raise NotReadyError("Enter a name or an organisation.")
    contact, _is_new = Contact.objects.get_or_create(witness=witness)
    reached = _write(contact, {name: values[name] for name in CONTACT})
    moved = {
        submission.pk
        for submission in submissions
        if _move(submission, witness, places.get(submission.pk))
    }
    entries = []
    for submission in submissions:
        fields = sorted([*named, *reached, *([ORDER] if submission.pk in moved else [])])
        if not fields:
            continue
        detail: dict[str, Detail] = {"fields": fields, "witness": str(witness.pk)}
        entries.append(
            NewCustodyEntry("witness corrected", submission, submission.inquiry_id, detail)
        )
        if named or submission.pk in moved:
            ask("render", submission.pk)
            ask("index", submission.pk)
        if "organisation" in named and submission.words:
            ask("suggest", submission.pk)
    record_all(entries, by=by)
    return sorted({*named, *reached, *([ORDER] if moved else [])})


def _locked(witness: Witness) -> QuerySet[Submission]:
    """The submissions of a witness, locked so that two clerks correct in turn."""
    keys = witness.submission_links.values("submission")
    return Submission.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")


def _write(row: Witness | Contact, values: Mapping[str, Any]) -> list[str]:
    """Write the values that differ. An organisation that is in the vocabulary is linked to it."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    columns = list(changed)
    if isinstance(row, Witness) and "organisation" in changed:
        institutions = Institution.objects.filter(name__iexact=row.organisation)
        row.institution = institutions.first() if row.organisation else None
        columns.append("institution")
    if isinstance(row, Contact) or row.name or row.organisation:
        row.save(update_fields=columns)
    return changed


def _move(submission: Submission, witness: Witness, place: int | None) -> bool:
    """Put a witness at this place among the authors. False if it has it already."""
    links = list(submission.witness_links.order_by("position", "pk"))
    at = next(n for n, link in enumerate(links) if link.witness_id == witness.pk)
    wanted = at if place is None else min(max(place - 1, 0), len(links) - 1)
    if wanted == at:
        return False
    links.insert(wanted, links.pop(at))
    for position, link in enumerate(links):
        SubmissionWitness.objects.filter(pk=link.pk).update(position=position)
    return True
