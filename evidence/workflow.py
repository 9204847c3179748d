"""When an act may be proposed, and when it needs a reason or a second clerk. Imports no models.

`evidence.permissions` decides who. A witness's request holds until the committee decides otherwise:
to show more needs a reason and, if the inquiry requires it, a second clerk. Domain functions check
this, so no page, command or API can skip it.
"""

from evidence.errors import FreerThanAskedError, SecondClerkNeededError
from evidence.lifecycle import Disclosure, Status, is_freer

BEFORE_COMMITTEE = frozenset({Status.PREPARED})
TO_DISCLOSE = frozenset({Status.PREPARED, Status.ACCEPTED, Status.CORRESPONDENCE, Status.REPORTED})
TO_REPORT = frozenset({Status.PREPARED, Status.ACCEPTED, Status.CORRESPONDENCE})


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
