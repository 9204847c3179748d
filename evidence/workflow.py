"""Which acts exist, at which statuses, for whom, and what needs a reason or a second clerk.

The one place for the desk, pages, commands and domain functions. Imports no models.

`evidence.permissions` decides who holds a permission. A witness's request holds until the committee
decides otherwise: to show more needs a reason and, if the inquiry requires it, a second clerk.
Domain functions check this, so no page, command or API can skip it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.errors import FreerThanAskedError, NotReadyError, SecondClerkNeededError
from evidence.lifecycle import FINAL, Disclosure, Status, is_freer
from evidence.permissions import Action, Person, may

NOT_FINAL = frozenset(set(Status) - FINAL)
# Until the committee accepts it, a witness can withdraw a submission.
STILL_THE_WITNESSES = frozenset({Status.RECEIVED, Status.HELD, Status.CHECKED, Status.PREPARED})
TO_ACCEPT = frozenset({Status.PREPARED})
TO_DISCLOSE = frozenset({Status.PREPARED, Status.ACCEPTED, Status.CORRESPONDENCE, Status.REPORTED})
TO_REPORT = frozenset({Status.PREPARED, Status.ACCEPTED, Status.CORRESPONDENCE})


@dataclass(frozen=True)
class Operation:
    """Something staff do with one submission: the permission it needs, and at which statuses."""

    action: Action
    statuses: frozenset[Status]


OPERATIONS: Mapping[str, Operation] = {
    "try-again": Operation(Action.CHECK, frozenset({Status.HELD})),
    "release": Operation(Action.CHECK, frozenset({Status.HELD})),
    "publish": Operation(Action.PUBLISH, frozenset({Status.REPORTED})),
    "take-down": Operation(Action.PUBLISH, frozenset({Status.PUBLISHED})),
    "ask-witness": Operation(Action.WRITE, NOT_FINAL),
    "ask-by-post": Operation(Action.WRITE, NOT_FINAL),
    "ask-by-email": Operation(Action.WRITE, NOT_FINAL),
    "record-answer": Operation(Action.WRITE, frozenset(Status)),
    "deal-with-answers": Operation(Action.WRITE, frozenset(Status)),
    "keep": Operation(Action.DECIDE, NOT_FINAL),
    # A published submission must be taken down first.
    "withdraw": Operation(Action.DECIDE, NOT_FINAL - {Status.PUBLISHED}),
}


def is_open(name: str, status: str) -> bool:
    """Whether this operation exists for a submission of this status."""
    return status in OPERATIONS[name].statuses


def may_operate(person: Person, name: str, *, inquiry: int, status: str) -> bool:
    """Whether this person may do this with a submission of the inquiry at this status."""
    return may(person, OPERATIONS[name].action, inquiry) and is_open(name, status)


def check_open(name: str, title: str, *, label: str, status: str) -> None:
    """Raise `NotReadyError` if this operation (`title` on screen) does not exist at this status.

    A page may have been opened before the submission moved. The lifecycle alone would then allow
    a different act: “Take down” on an accepted submission would report it.
    """
    if not is_open(name, status):
        raise NotReadyError(
            f"{label} is now “{Status(status).label}”, so you cannot use “{title}”. "
            "Reload the page."
        )


def check_reason(label: str, disclosure: str, *, requested: str, reason: str) -> None:
    """Raise `FreerThanAskedError` if this shows more than was asked for and has no reason."""
    if is_freer(disclosure, than=requested) and not reason.strip():
        raise FreerThanAskedError(
            label, requested=Disclosure(requested).label, proposed=Disclosure(disclosure).label
        )


def needs_second_clerk(disclosure: str, *, requested: str, wanted: bool, confirmed: bool) -> bool:
    """Whether a second clerk must still confirm this. `wanted` is the inquiry's setting."""
    return wanted and not confirmed and is_freer(disclosure, than=requested)


def check_second_clerk(
    label: str, disclosure: str, *, requested: str, wanted: bool, confirmed: bool
) -> None:
    """Raise `SecondClerkNeededError` if a second clerk must still confirm this."""
    if needs_second_clerk(disclosure, requested=requested, wanted=wanted, confirmed=confirmed):
        raise SecondClerkNeededError(label)
