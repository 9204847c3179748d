"""Witnesses who are one person: proposed, joined and parted again.

Each submission has a row of its own for its witness, as they were named in it. Joining changes none
of these: it says only that they are one person, so it can be undone at any time.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from evidence.custody.record import NewCustodyEntry, record_all
from evidence.errors import NotReadyError
from evidence.permissions import Action, Person, inquiries_where, require
from evidence.submissions.known_witnesses import links_known_to
from evidence.submissions.models import Submission
from evidence.witnesses.keys import email_keys
from evidence.witnesses.models import Witness
from inquiry.people.models import User


def rows_of(witness: Witness) -> QuerySet[Witness]:
    """All rows of this person."""
    first = witness.same_as_id or witness.pk
    return Witness.objects.filter(Q(pk=first) | Q(same_as=first))


def proposed_for(witness: Witness, person: Person) -> QuerySet[Witness]:
    """Other witnesses with the same name or email address, in the inquiries the person edits."""
    links = links_known_to(person).filter(
        submission__inquiry__in=inquiries_where(person, Action.CHECK)
    )
    contact = getattr(witness, "contact", None)
    alike = Q(name_key=witness.name_key) & ~Q(name_key="")
    if contact is not None and contact.email:
        alike |= Q(contact__email_key__in=email_keys(contact.email))
    others = Witness.objects.filter(alike, pk__in=links.values("witness"))
    return others.exclude(pk__in=rows_of(witness).values("pk")).order_by("created_at", "pk")


@transaction.atomic
def join(witness: Witness, other: Witness, *, by: User) -> None:
    """Say that these two are one person.

    Others who were joined with either stay with them. Raises `NotPermittedError` unless `by` may
    edit the submissions of both.
    """
    first, second = _locked([witness.pk, other.pk])
    if first.pk != witness.pk:
        first, second = second, first
    rows = list(rows_of(second))
    submissions = _check([first, second], by=by)
    root = first.same_as_id or first.pk
    if root == (second.same_as_id or second.pk):
        raise NotReadyError("These are joined already.")
    Witness.objects.filter(pk__in=[row.pk for row in rows]).update(same_as=root)
    _record("witnesses joined", submissions, [first.pk, second.pk], by=by)


@transaction.atomic
def part(witness: Witness, *, by: User) -> None:
    """Undo joining this row with the others of the person.

    Raises `NotPermittedError` unless `by` may edit its submissions.
    """
    (row,) = _locked([witness.pk])
    others = [other for other in rows_of(row) if other.pk != row.pk]
    submissions = _check([row], by=by)
    if not others:
        raise NotReadyError("This witness is not joined with another.")
    Witness.objects.filter(pk=row.pk).update(same_as=None)
    if row.same_as_id is None:
        # It stood for the others; now the first of them does.
        root, *rest = others
        Witness.objects.filter(pk=root.pk).update(same_as=None)
        Witness.objects.filter(pk__in=[other.pk for other in rest]).update(same_as=root)
    _record("witness parted", submissions, [row.pk], by=by)


def _locked(keys: list[UUID]) -> list[Witness]:
    return list(Witness.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _check(rows: Iterable[Witness], *, by: User) -> set[Submission]:
    submissions = set(Submission.objects.filter(witnesses__in=rows))
    for submission in submissions:
        require(by, Action.CHECK, submission.inquiry_id)
    return submissions


def _record(act: str, submissions: set[Submission], witnesses: list[UUID], *, by: User) -> None:
    keys = [str(key) for key in witnesses]
    record_all(
        [
            NewCustodyEntry(act, submission, submission.inquiry_id, {"witnesses": keys})
            for submission in sorted(submissions, key=lambda row: row.pk)
        ],
        by=by,
    )
