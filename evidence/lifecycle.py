"""The statuses of a submission and the moves between them. Imports no models.

*Status* is where a submission is in the flow. *Disclosure* is how it may be known. Visibility is
computed from both for each reader and never stored.
"""

from collections.abc import Mapping

from django.db.models import TextChoices

from evidence.errors import MoveNotAllowedError


class Status(TextChoices):
    RECEIVED = "received", "Received"
    HELD = "held", "Held for a clerk"
    CHECKED = "checked", "Passed checks"
    PREPARED = "prepared", "Ready for the committee"
    ACCEPTED = "accepted", "Accepted as evidence"
    DECLINED = "declined", "Not accepted"
    CORRESPONDENCE = "correspondence", "Treated as correspondence"
    REPORTED = "reported", "Reported to the House"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


MOVES: Mapping[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.CHECKED, Status.HELD, Status.WITHDRAWN}),
    # From HELD a clerk either runs the checks again or clears the submission.
    Status.HELD: frozenset({Status.RECEIVED, Status.CHECKED, Status.DECLINED, Status.WITHDRAWN}),
    Status.CHECKED: frozenset({Status.PREPARED, Status.HELD, Status.WITHDRAWN}),
    Status.PREPARED: frozenset(
        {
            Status.ACCEPTED,
            Status.DECLINED,
            Status.CORRESPONDENCE,
            # An author says that they did not agree.
            Status.HELD,
            Status.WITHDRAWN,
        }
    ),
    Status.ACCEPTED: frozenset({Status.REPORTED, Status.WITHDRAWN}),
    Status.CORRESPONDENCE: frozenset({Status.REPORTED, Status.WITHDRAWN}),
    # Taken down again, a published submission is still reported.
    Status.REPORTED: frozenset({Status.PUBLISHED, Status.WITHDRAWN}),
    Status.PUBLISHED: frozenset({Status.REPORTED, Status.WITHDRAWN}),
    Status.DECLINED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}

FINAL = frozenset({Status.DECLINED, Status.WITHDRAWN})
# Statuses in which no job runs.
AT_REST = frozenset(set(Status) - {Status.RECEIVED, Status.CHECKED})
# Before the committee or decided by it.
BEFORE_THE_COMMITTEE = frozenset(
    {Status.PREPARED, Status.ACCEPTED, Status.REPORTED, Status.PUBLISHED}
)
# An evidence number is given on acceptance and never taken away.
MAY_BEAR_A_NUMBER = frozenset(
    {Status.ACCEPTED, Status.REPORTED, Status.PUBLISHED, Status.WITHDRAWN}
)


class Disclosure(TextChoices):
    """How a submission may be known, from the freest to the most protective."""

    OPEN = "open", "Published with the name"
    NAME_WITHHELD = "name_withheld", "Published with the name withheld"
    CONFIDENTIAL = "confidential", "Confidential: not published"


PROTECTION: tuple[Disclosure, ...] = tuple(Disclosure)


def most_protective(*wishes: str) -> Disclosure:
    """The most protective of several witnesses' requests."""
    return max((Disclosure(wish) for wish in wishes), key=PROTECTION.index)


def is_freer(disclosure: str, *, than: str) -> bool:
    """Whether `disclosure` shows more than `than`."""
    return PROTECTION.index(Disclosure(disclosure)) < PROTECTION.index(Disclosure(than))


def check_move(before: str, after: str) -> None:
    if after not in MOVES[Status(before)]:
        raise MoveNotAllowedError(Status(before).label, Status(after).label)
