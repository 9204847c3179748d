"""The life of a submission: its states and the moves between them. Knows no models.

Three axes are kept apart: *status*, where a submission is in the flow; *disclosure*, how it may
be known; and visibility, which is computed from both for each reader and never stored.
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
    # From HELD a clerk either has the step tried again or lets the submission past the checks.
    Status.HELD: frozenset({Status.RECEIVED, Status.CHECKED, Status.DECLINED, Status.WITHDRAWN}),
    Status.CHECKED: frozenset({Status.PREPARED, Status.HELD, Status.WITHDRAWN}),
    Status.PREPARED: frozenset(
        {Status.ACCEPTED, Status.DECLINED, Status.CORRESPONDENCE, Status.WITHDRAWN}
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
# Where nothing more happens by itself.
AT_REST = frozenset(set(Status) - {Status.RECEIVED, Status.CHECKED})
# What the committee has before it or has decided on.
BEFORE_THE_COMMITTEE = frozenset(
    {Status.PREPARED, Status.ACCEPTED, Status.REPORTED, Status.PUBLISHED}
)
# A number of evidence is given on acceptance and kept ever after.
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
    """Of several witnesses' wishes for one submission, the one that protects most."""
    return max((Disclosure(wish) for wish in wishes), key=PROTECTION.index)


def is_freer(disclosure: str, *, than: str) -> bool:
    """Whether the first shows more of a witness or a text than the second."""
    return PROTECTION.index(Disclosure(disclosure)) < PROTECTION.index(Disclosure(than))


def check_move(before: str, after: str) -> None:
    if after not in MOVES[Status(before)]:
        raise MoveNotAllowedError(Status(before).label, Status(after).label)
