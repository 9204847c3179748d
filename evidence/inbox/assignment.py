"""Gives submissions to colleagues, and hides them for a while."""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from evidence.custody.record import record
from evidence.errors import EvidenceError
from evidence.inbox.models import Snooze
from evidence.lifecycle import Disclosure
from evidence.permissions import Action, people_who, require
from evidence.submissions.models import Submission
from inquiry.people.models import User


class CannotWorkOnItError(EvidenceError):
    """The person may not see the submission, so it cannot be assigned to them."""

    def __init__(self, label: str, person: User) -> None:
        super().__init__(f"{label} was not assigned: {person} may not work on it.")


def possible_owners(submission: Submission) -> list[User]:
    """Staff of the inquiry who may see this submission, by user name."""
    needed = [Action.READ_EARLY]
    if submission.disclosure == Disclosure.CONFIDENTIAL:
        needed.append(Action.READ_CONFIDENTIAL)
    return people_who(*needed, inquiry=submission.inquiry_id)


@transaction.atomic
def assign(submission: Submission, to: User | None, *, by: User) -> None:
    """Give a submission to a colleague, or to nobody.

    Raises `NotPermittedError`, and `CannotWorkOnItError` if `to` may not see it.
    """
    require(by, Action.ASSIGN, submission.inquiry_id)
    if to is not None and to not in possible_owners(submission):
        raise CannotWorkOnItError(submission.label, to)
    if submission.assigned_to_id == (to.pk if to else None):
        return
    Submission.objects.filter(pk=submission.pk).update(assigned_to=to)
    submission.assigned_to = to
    record(
        "assigned",
        submission,
        by=by,
        inquiry=submission.inquiry_id,
        to=to.pk if to else None,
    )


def assign_all(
    submissions: Iterable[Submission], to: User | None, *, by: User
) -> tuple[int, list[str]]:
    """Assign each; returns how many were assigned, and a sentence for each that was not."""
    done, problems = 0, list[str]()
    for submission in submissions:
        try:
            assign(submission, to, by=by)
        except CannotWorkOnItError as problem:
            problems.append(str(problem))
        else:
            done += 1
    return done, problems


def snooze(submissions: Sequence[Submission], until: datetime.date, *, by: User) -> None:
    """Hide submissions from this person's own inbox until a date.

    Raises `EvidenceError` for a date that is not in the future.
    """
    if until <= timezone.localdate():
        raise EvidenceError("Choose a date after today.")
    for submission in submissions:
        require(by, Action.SEE_DESK, submission.inquiry_id)
        Snooze.objects.update_or_create(submission=submission, person=by, defaults={"until": until})


def wake(submission: Submission, *, by: User) -> None:
    """Show a submission in this person's inbox again."""
    Snooze.objects.filter(submission=submission, person=by).delete()
