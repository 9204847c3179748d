"""When something may be proposed or done, and what needs more than a click. Knows no models.

`evidence.permissions` says who. What a witness asked for holds until the committee decides
otherwise on record: whatever shows more than that needs a reason and, where the inquiry wants it,
a second clerk. The domain functions ask here, so that no page, command or programming interface
can leave it out.
"""

from evidence.errors import FreerThanAskedError, SecondClerkNeededError
from evidence.lifecycle import Disclosure, Status, is_freer

BEFORE_COMMITTEE = frozenset({Status.PREPARED})
TO_DISCLOSE = frozenset({Status.PREPARED, Status.ACCEPTED, Status.CORRESPONDENCE, Status.REPORTED})
TO_REPORT = frozenset({Status.PREPARED, Status.ACCEPTED, Status.CORRESPONDENCE})


def check_reason(label: str, disclosure: str, *, asked: str, reason: str) -> None:
    """Raise `FreerThanAskedError` if this shows more than was asked for and nobody says why."""
    if is_freer(disclosure, than=asked) and not reason.strip():
        raise FreerThanAskedError(
            label, asked=Disclosure(asked).label, proposed=Disclosure(disclosure).label
        )


def needs_second_clerk(disclosure: str, *, asked: str, wanted: bool, confirmed: bool) -> bool:
    """Whether another clerk has yet to confirm this. `wanted` is the switch of the inquiry."""
    return wanted and not confirmed and is_freer(disclosure, than=asked)


def check_second_clerk(
    label: str, disclosure: str, *, asked: str, wanted: bool, confirmed: bool
) -> None:
    """Raise `SecondClerkNeededError` while another clerk has yet to confirm this."""
    if needs_second_clerk(disclosure, asked=asked, wanted=wanted, confirmed=confirmed):
        raise SecondClerkNeededError(label)
