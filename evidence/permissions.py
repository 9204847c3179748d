"""Who may do what to evidence: the one place that decides.

`evidence.lifecycle` says when. `Submission.objects.visible_to` asks here, and says which rows a
person may see.

The tables follow what committees grant their staff, members and advisers. Roles and
clearances are held per inquiry; a superuser without a membership sees no evidence.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from evidence.errors import NotPermittedError
from inquiry.calls.models import Inquiry
from inquiry.people.models import Membership, User
from inquiry.people.roles import Role

Person = User | AnonymousUser


class Action(StrEnum):
    READ_EARLY = "read evidence that is not yet before the committee"
    READ_UNPUBLISHED = "read unpublished evidence"
    READ_CONFIDENTIAL = "read confidential evidence"
    SEE_IDENTITY = "see who a protected witness is"
    READ_CONTACT = "read contact details"
    READ_ORIGINAL = "open the original file"
    READ_FINDINGS = "read what the checks found"
    READ_NOTES = "read the notes of staff"
    READ_CUSTODY = "read the audit trail"
    RECEIVE = "add evidence for a witness"
    ASSIGN = "assign evidence to colleagues"
    TAG = "tag evidence"
    CHECK = "deal with held evidence"
    PROPOSE = "propose a decision"
    DECIDE = "record the committee's decision"
    PUBLISH = "publish evidence"
    BUNDLE = "make bundles"
    ARCHIVE = "transfer evidence to the archive"
    WRITE = "send letters"
    LET_IN_LATE = "make late codes"
    MEND_JOBS = "deal with failed jobs"
    SEE_DESK = "use the clerks' desk"


EVERYBODY_ON_THE_INQUIRY = frozenset(Role)
STAFF = frozenset({Role.CLERK, Role.SPECIALIST, Role.OPERATIONS})
CLERKS = frozenset({Role.CLERK})

ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.READ_EARLY: STAFF,
    Action.READ_UNPUBLISHED: EVERYBODY_ON_THE_INQUIRY - {Role.MEDIA},
    Action.READ_CONFIDENTIAL: EVERYBODY_ON_THE_INQUIRY - {Role.MEDIA},
    Action.SEE_IDENTITY: frozenset({Role.CLERK, Role.SPECIALIST, Role.MEMBER}),
    # An operations officer reads those of the cases assigned to them: Submission.shows_contact_to.
    Action.READ_CONTACT: CLERKS,
    Action.READ_ORIGINAL: frozenset({Role.CLERK, Role.SPECIALIST}),
    Action.READ_FINDINGS: frozenset({Role.CLERK, Role.SPECIALIST}),
    Action.READ_NOTES: frozenset({Role.CLERK, Role.SPECIALIST}),
    Action.READ_CUSTODY: CLERKS,
    Action.RECEIVE: frozenset({Role.CLERK, Role.OPERATIONS}),
    Action.ASSIGN: STAFF,
    Action.TAG: frozenset({Role.CLERK, Role.SPECIALIST}),
    Action.CHECK: CLERKS,
    Action.PROPOSE: CLERKS,
    Action.DECIDE: CLERKS,
    Action.PUBLISH: CLERKS,
    Action.BUNDLE: STAFF,
    # The original files, with everything witnesses wrote in them.
    Action.ARCHIVE: CLERKS,
    Action.WRITE: CLERKS,
    Action.LET_IN_LATE: CLERKS,
    Action.MEND_JOBS: CLERKS,
    Action.SEE_DESK: STAFF,
}

# What needs a clearance besides the role; clerks do not need one.
CLEARANCE: Mapping[Action, str] = {
    Action.READ_CONFIDENTIAL: "sees_confidential",
    Action.SEE_IDENTITY: "sees_identities",
}


def may(person: Person, action: Action, inquiry: Inquiry | int) -> bool:
    """Whether this person may do this in this inquiry."""
    wanted = inquiry if isinstance(inquiry, int) else inquiry.pk
    return wanted in inquiries_where(person, action)


def require(person: Person, action: Action, inquiry: Inquiry | int) -> None:
    """Raise `NotPermittedError` unless the person may do this in this inquiry."""
    if not may(person, action, inquiry):
        raise NotPermittedError(action)


def inquiries_where(person: Person, action: Action) -> frozenset[int]:
    """Keys of the inquiries in which this person may do this."""
    return frozenset(
        standing.inquiry_id for standing in _standings(person) if _grants(standing, action)
    )


def inquiries_of(person: Person) -> frozenset[int]:
    """Keys of the inquiries this person works on, in whatever role."""
    return frozenset(standing.inquiry_id for standing in _standings(person))


def may_anywhere(person: Person, action: Action) -> bool:
    return bool(inquiries_where(person, action))


def own_inquiries(person: Person) -> list[Inquiry]:
    """The inquiries in which this person has a role, in order of title."""
    return [standing.inquiry for standing in _standings(person)]


def people_who(*actions: Action, inquiry: Inquiry | int) -> list[User]:
    """The people who may do all of these in this inquiry and can sign in, by user name."""
    wanted = inquiry if isinstance(inquiry, int) else inquiry.pk
    standings = Membership.objects.filter(inquiry=wanted, user__is_active=True)
    return [
        standing.user
        for standing in standings.select_related("user").order_by("user__username")
        if all(_grants(standing, action) for action in actions)
    ]


def _grants(standing: Membership, action: Action) -> bool:
    role = Role(standing.role)
    if role not in ALLOWED[action]:
        return False
    clearance = CLEARANCE.get(action)
    return clearance is None or role == Role.CLERK or bool(getattr(standing, clearance))


def _standings(person: Person) -> list[Membership]:
    """The person's memberships, read once for the life of the object (one request)."""
    if not isinstance(person, User) or not person.is_active:
        return []
    known: list[Membership] | None = person.__dict__.get("standings")
    if known is None:
        known = list(person.memberships.select_related("inquiry__committee", "inquiry__parent"))
        person.__dict__["standings"] = known
    return known
