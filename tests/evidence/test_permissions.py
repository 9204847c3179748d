"""Who may do what: the table committees work by, role by role, against what the program grants."""

import pytest
from django.contrib.auth.models import AnonymousUser

from evidence.errors import NotPermittedError
from evidence.lifecycle import Disclosure, Status
from evidence.permissions import Action, inquiries_where, may, may_anywhere, require
from evidence.submissions.models import Submission
from inquiry.people.models import Membership
from inquiry.people.roles import Role
from tests.factories import (
    CallFactory,
    InquiryFactory,
    MembershipFactory,
    UserFactory,
    a_member,
    a_submission,
)

pytestmark = pytest.mark.django_db

# One letter a role: clerk, specialist, operations, media, member (b), adviser.
# Small: by the role alone. Capital: only with the clearance the action asks for.
ROLES = {
    "c": Role.CLERK,
    "s": Role.SPECIALIST,
    "o": Role.OPERATIONS,
    "m": Role.MEDIA,
    "b": Role.MEMBER,
    "a": Role.ADVISER,
}
GRANTED = {
    Action.READ_EARLY: "cso",
    Action.READ_UNPUBLISHED: "csoba",
    Action.READ_CONFIDENTIAL: "cSOBA",
    Action.SEE_IDENTITY: "cSB",
    Action.READ_CONTACT: "c",
    Action.READ_ORIGINAL: "cs",
    Action.READ_FINDINGS: "cs",
    Action.READ_NOTES: "cs",
    Action.READ_CUSTODY: "c",
    Action.RECEIVE: "co",
    Action.ASSIGN: "cso",
    Action.TAG: "cs",
    Action.CHECK: "c",
    Action.PROPOSE: "c",
    Action.DECIDE: "c",
    Action.PUBLISH: "c",
    Action.BUNDLE: "cso",
    Action.ARCHIVE: "c",
    Action.WRITE: "c",
    Action.LET_IN_LATE: "c",
    Action.MEND_JOBS: "c",
    Action.SEE_DESK: "cso",
}
CLEARANCE = {
    Action.READ_CONFIDENTIAL: "sees_confidential",
    Action.SEE_IDENTITY: "sees_identities",
}
OTHER = {"sees_confidential": "sees_identities", "sees_identities": "sees_confidential"}


def test_permission_table_covers_every_action():
    assert set(GRANTED) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_each_role_has_exactly_the_permissions_of_the_table(action):
    inquiry = InquiryFactory()
    for letter, role in ROLES.items():
        person = a_member(inquiry, role)
        assert may(person, action, inquiry) == (letter in GRANTED[action]), role


@pytest.mark.parametrize("action", Action)
def test_clearances_add_only_what_the_table_grants(action):
    inquiry = InquiryFactory()
    for letter, role in ROLES.items():
        person = a_member(inquiry, role, sees_confidential=True, sees_identities=True)
        granted = letter in GRANTED[action] or letter.upper() in GRANTED[action]
        assert may(person, action, inquiry) == granted, role


@pytest.mark.parametrize("action", CLEARANCE)
def test_one_clearance_does_not_replace_the_other(action):
    inquiry = InquiryFactory()
    for letter, role in ROLES.items():
        person = a_member(inquiry, role, **{OTHER[CLEARANCE[action]]: True})
        assert may(person, action, inquiry) == (letter in GRANTED[action]), role


@pytest.mark.parametrize("action", Action)
def test_role_in_one_inquiry_grants_nothing_in_another(action):
    here, there = InquiryFactory(), InquiryFactory()
    for role in Role:
        person = a_member(here, role, sees_confidential=True, sees_identities=True)
        assert not may(person, action, there)
        assert inquiries_where(person, action) <= {here.pk}


def test_role_in_a_parent_inquiry_grants_nothing_in_its_child():
    parent = InquiryFactory()
    child = InquiryFactory(parent=parent)

    assert not any(may(a_member(parent), action, child) for action in Action)


@pytest.mark.parametrize("action", Action)
def test_inactive_person_may_do_nothing(action):
    inquiry = InquiryFactory()
    person = a_member(inquiry, Role.CLERK)
    person.is_active = False
    person.save()

    assert not may(person, action, inquiry)


@pytest.mark.parametrize("action", Action)
def test_superuser_and_stranger_without_a_role_may_do_nothing(action):
    inquiry = InquiryFactory()
    for person in (UserFactory(is_superuser=True), UserFactory(), AnonymousUser()):
        assert not may(person, action, inquiry)
        assert not may_anywhere(person, action)


def test_one_person_can_have_different_roles_in_two_inquiries():
    here, there = InquiryFactory(), InquiryFactory()
    person = a_member(here, Role.CLERK)
    MembershipFactory(user=person, inquiry=there, role=Role.MEDIA)

    assert may(person, Action.DECIDE, here)
    assert not may(person, Action.DECIDE, there)


def test_removed_role_grants_nothing_from_the_next_request():
    inquiry = InquiryFactory()
    person = a_member(inquiry)
    Membership.objects.filter(user=person).delete()

    assert not may(type(person).objects.get(pk=person.pk), Action.DECIDE, inquiry)


def test_refusal_says_what_is_not_permitted():
    inquiry = InquiryFactory()

    with pytest.raises(
        NotPermittedError, match=r"^You do not have permission to publish evidence\.$"
    ):
        require(a_member(inquiry, Role.SPECIALIST), Action.PUBLISH, inquiry)


# --- Which submissions a role knows of
# ----------------------------------------------------------------

# A dot: not at all. By role: clerk, specialist, operations, media, member, adviser.
KNOWN = {
    Status.RECEIVED: "cso...",
    Status.HELD: "cso...",
    Status.CHECKED: "cso...",
    Status.PREPARED: "cso.ba",
    Status.ACCEPTED: "cso.ba",
    Status.DECLINED: "cso...",
    Status.CORRESPONDENCE: "cso...",
    Status.REPORTED: "cso.ba",
    Status.PUBLISHED: "csomba",
    Status.WITHDRAWN: "cso...",
}


def in_status(status: Status, disclosure: Disclosure) -> Submission:
    """A submission put where it is wanted, past the rules: only who sees it is asked here."""
    submission = a_submission(CallFactory(), disclosure=disclosure)
    clerk = a_member(submission.inquiry)
    meeting = submission.inquiry.meetings.create(number=1, held_on="2026-03-17", recorded_by=clerk)
    number = 1 if status in {Status.ACCEPTED, Status.REPORTED, Status.PUBLISHED} else None
    Submission.objects.filter(pk=submission.pk).update(
        status=status,
        number=number,
        reference=f"{submission.inquiry.prefix}0001" if number else None,
        disclosure_decided=disclosure,
        disclosure_meeting=meeting,
    )
    return Submission.objects.get(pk=submission.pk)


def test_visibility_table_covers_every_status():
    assert set(KNOWN) == set(Status)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("disclosure", [Disclosure.OPEN, Disclosure.NAME_WITHHELD])
def test_each_role_sees_a_submission_from_its_first_permitted_status(status, disclosure):
    submission = in_status(status, disclosure)
    for letter, role in ROLES.items():
        person = a_member(submission.inquiry, role)
        is_visible = Submission.objects.visible_to(person).filter(pk=submission.pk).exists()
        assert is_visible == (letter in KNOWN[status]), role
    public = Submission.objects.visible_to(AnonymousUser()).filter(pk=submission.pk).exists()
    assert public == (status == Status.PUBLISHED)


@pytest.mark.parametrize("status", [each for each in Status if each != Status.PUBLISHED])
def test_confidential_submission_is_visible_to_clerks_and_the_cleared_only(status):
    submission = in_status(status, Disclosure.CONFIDENTIAL)
    for letter, role in ROLES.items():
        without = a_member(submission.inquiry, role, sees_identities=True)
        cleared = a_member(submission.inquiry, role, sees_confidential=True)
        visible = Submission.objects.visible_to
        assert visible(without).filter(pk=submission.pk).exists() == (letter == "c"), role
        assert visible(cleared).filter(pk=submission.pk).exists() == (letter in KNOWN[status]), role


@pytest.mark.parametrize("disclosure", Disclosure)
def test_contact_details_are_for_clerks_and_operations_on_their_own_open_cases(disclosure):
    submission = in_status(Status.PREPARED, disclosure)
    for role in Role:
        person = a_member(submission.inquiry, role, sees_confidential=True, sees_identities=True)
        assert submission.shows_contact_to(person) == (role == Role.CLERK)
        submission.assigned_to = person
        own = role == Role.OPERATIONS and disclosure == Disclosure.OPEN
        assert submission.shows_contact_to(person) == (role == Role.CLERK or own)
        submission.assigned_to = None
