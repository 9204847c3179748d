"""A world in which every secret bears a mark of its own, and the table of who may know what.

A mark such as `Qzn07zq` says what it is (`n`, the name) and whose (submission 07). Wherever it
turns up, in a page, a header, a file name, a PDF or a spreadsheet, it can be found and judged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from evidence.bundles.models import Bundle
from evidence.decisions.models import Meeting
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from inquiry.people.models import User
from inquiry.people.roles import Role

MARK = re.compile(r"qz([a-z])(\d\d)zq", re.IGNORECASE)

NAME, ROLE, ORGANISATION, OWN_INSTITUTION = "n", "r", "o", "i"
FILE_NAME, METADATA, COMMENT, FINDING = "f", "u", "c", "w"
EMAIL, PHONE, ADDRESS, SAFE_WAYS = "e", "p", "a", "s"
REASONS, REQUEST_NOTE, LETTER, NOTE = "y", "k", "l", "v"
STATEMENT, QUESTION, ANSWER, ASKED_BACK, HOURS = "g", "q", "h", "j", "m"
# Of a draft nobody has sent: for nobody but its witness.
DRAFT = "d"
TITLE, BODY = "t", "b"

IDENTITY = frozenset({NAME, ROLE, ORGANISATION, OWN_INSTITUTION})
ORIGINAL = frozenset({FILE_NAME, METADATA, COMMENT, FINDING})
CONTACT = frozenset({EMAIL, PHONE, ADDRESS, SAFE_WAYS, HOURS})
CLERKS_ONLY = frozenset({REASONS, REQUEST_NOTE, LETTER, STATEMENT, QUESTION, ANSWER, ASKED_BACK})
NOTES = frozenset({NOTE})
TEXT = frozenset({TITLE, BODY})
EVERY_KIND = IDENTITY | ORIGINAL | CONTACT | CLERKS_ONLY | NOTES | TEXT

DISCLOSURES = (Disclosure.OPEN, Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL)
NEVER_CONFIDENTIAL = frozenset({Status.REPORTED, Status.PUBLISHED})
# Of the other inquiry, enough to see that nothing crosses over.
ELSEWHERE = (Status.HELD, Status.PREPARED, Status.ACCEPTED)
READY = frozenset(set(Status) - {Status.RECEIVED, Status.HELD, Status.CHECKED})


def mark(kind: str, number: int) -> str:
    return f"Qz{kind}{number:02}zq"


@dataclass(frozen=True)
class Canary:
    """One submission of the world with what makes it secret."""

    number: int
    submission: Submission
    status: Status
    disclosure: Disclosure

    @property
    def labels(self) -> set[str]:
        submission = self.submission
        return {str(submission.pk), submission.receipt} | (
            {submission.reference} if submission.reference else set()
        )

    @property
    def picture(self) -> str | None:
        made = self.submission.renditions.filter(form="picture").first()
        return made.name if made else None


@dataclass(frozen=True)
class Reader:
    """Somebody who looks: their part in the inquiry under test, and what they are cleared for."""

    label: str
    user: User | AnonymousUser
    role: Role | None = None
    confidential: bool = False
    identities: bool = False
    elsewhere: bool = False

    def client(self) -> Client:
        client = Client()
        if isinstance(self.user, User):
            client.force_login(self.user)
        return client


# --- Who may know what: written from the rules of committees, not from the program ---------------

ON_THE_STAFF = frozenset({Role.CLERK, Role.SPECIALIST, Role.OPERATIONS})
# What has been put to the committee; before that only its staff know of a submission.
PUT = frozenset({Status.PREPARED, Status.ACCEPTED, Status.REPORTED, Status.PUBLISHED})
NEVER_CONFIDENTIAL_READERS = frozenset({Role.MEDIA})
KNOW_IDENTITIES_IF_CLEARED = frozenset({Role.SPECIALIST, Role.MEMBER})


@dataclass
class World:
    here: Inquiry
    there: Inquiry
    clerk: User
    canaries: list[Canary]
    meeting: Meeting
    readers: list[Reader] = field(default_factory=list)
    bundles: dict[str, Bundle] = field(default_factory=dict)

    def sees(self, reader: Reader, canary: Canary) -> bool:
        if canary.status == Status.PUBLISHED and canary.disclosure != Disclosure.CONFIDENTIAL:
            return True
        if not self._has_a_part(reader, canary) or not self._time_has_come(reader, canary):
            return False
        if canary.disclosure != Disclosure.CONFIDENTIAL or reader.role == Role.CLERK:
            return True
        return reader.confidential and reader.role not in NEVER_CONFIDENTIAL_READERS

    def _has_a_part(self, reader: Reader, canary: Canary) -> bool:
        inquiry = self.there if reader.elsewhere else self.here
        return reader.role is not None and canary.submission.inquiry_id == inquiry.pk

    @staticmethod
    def _time_has_come(reader: Reader, canary: Canary) -> bool:
        if reader.role in ON_THE_STAFF:
            return True
        return reader.role in {Role.MEMBER, Role.ADVISER} and canary.status in PUT

    def knows_witness(self, reader: Reader, canary: Canary) -> bool:
        if not self.sees(reader, canary):
            return False
        if canary.disclosure == Disclosure.OPEN:
            return True
        if not self._has_a_part(reader, canary):
            return False
        cleared = reader.identities and reader.role in KNOW_IDENTITIES_IF_CLEARED
        return cleared or reader.role == Role.CLERK

    def may_know(self, reader: Reader, canary: Canary, kind: str) -> bool:
        if kind in TEXT:
            return self.sees(reader, canary)
        if kind in IDENTITY:
            return self.knows_witness(reader, canary)
        if kind == DRAFT:
            return False
        part = self._has_a_part(reader, canary)
        if kind in ORIGINAL | NOTES:
            looks = part and reader.role in {Role.CLERK, Role.SPECIALIST}
            return looks and self.knows_witness(reader, canary)
        own_case = (
            reader.role == Role.OPERATIONS
            and canary.submission.assigned_to_id == reader.user.pk
            and canary.disclosure == Disclosure.OPEN
        )
        return part and (reader.role == Role.CLERK or (kind in CONTACT and own_case))

    def by(self, status: Status, disclosure: Disclosure) -> Canary:
        return next(c for c in self.canaries if (c.status, c.disclosure) == (status, disclosure))

    def reader(self, label: str) -> Reader:
        return next(reader for reader in self.readers if reader.label == label)


# --- Those who look ---

LABELS = (
    "nobody",
    "signed in, without a part",
    "superuser, without a part",
    "clerk",
    "clerk of another inquiry",
    "inactive clerk",
)


def clearances() -> Iterator[tuple[str, Role, bool, bool]]:
    """Every part but the clerk's, with and without each clearance."""
    for role in (each for each in Role if each != Role.CLERK):
        yield role.value, role, False, False
        yield f"{role.value} + confidential", role, True, False
        yield f"{role.value} + identities", role, False, True
        yield f"{role.value} + confidential + identities", role, True, True


# To whom no page may change by confidential submissions, or by who a protected witness is.
WITHOUT_CONFIDENTIAL = [
    "nobody",
    "superuser, without a part",
    "specialist + identities",
    "operations",
    "member + identities",
    "adviser",
    "media + confidential + identities",
]
# Nobody, and who sees most of all else: of the staff, and of the committee.
FEW_WITHOUT_CONFIDENTIAL = ["nobody", "specialist + identities", "member + identities"]
WITHOUT_IDENTITIES = [
    "nobody",
    "superuser, without a part",
    "specialist + confidential",
    "operations + confidential + identities",
    "member + confidential",
    "adviser + confidential + identities",
    "media + confidential + identities",
]


@dataclass(frozen=True)
class Address:
    """An address with its keys filled in, and whose submission it asks for. `without` asks for
    none."""

    path: str
    canary: Canary | None = None
    without: str = ""
