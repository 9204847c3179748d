"""Roles of people, and the vocabulary."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.http import QueryDict

from evidence.permissions import Action, inquiries_where, may
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission
from evidence.tagging import tag
from inquiry.people.models import Membership, User
from inquiry.people.roles import Role
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme
from tests.factories import (
    InquiryFactory,
    InstitutionFactory,
    MembershipFactory,
    ThemeFactory,
    UserFactory,
    a_member,
    a_submission,
)

pytestmark = pytest.mark.django_db


def test_person_has_one_role_in_each_inquiry():
    person = UserFactory()
    here, there = MembershipFactory(user=person), MembershipFactory(user=person, role=Role.MEMBER)

    again = Membership(user=person, inquiry=here.inquiry, role=Role.MEDIA)
    with pytest.raises(ValidationError, match="already has a role in this inquiry"):
        again.full_clean()
    assert may(person, Action.CHECK, here.inquiry_id)
    assert not may(person, Action.CHECK, there.inquiry_id)
    assert set(inquiries_where(person, Action.CHECK)) == {here.inquiry_id}


def test_unknown_role_is_refused():
    membership = Membership(user=UserFactory(), inquiry=InquiryFactory(), role="visitor")

    with pytest.raises(ValidationError, match="not a valid choice"):
        membership.full_clean()


def test_person_who_leaves_the_inquiry_sees_nothing_of_it(work):
    submission = a_submission()
    work()
    clerk = a_member(submission.inquiry)
    assert Submission.objects.visible_to(clerk).exists()

    clerk.memberships.all().delete()

    # What a person may do is read once for each request.
    assert not Submission.objects.visible_to(User.objects.get(pk=clerk.pk)).exists()


# --- Institutions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ror_id", "052GG0110"),
        ("ror_id", "952gg0110"),
        ("ror_id", "https://ror.org/052gg0110"),
        ("ukprn", "1000777"),
        ("ukprn", "1000777x"),
        ("website", "javascript:alert(1)"),
    ],
)
def test_invalid_identifiers_are_refused(field, value):
    with pytest.raises(ValidationError, match=field):
        Institution(name="University of York", **{field: value}).full_clean()


def test_institutions_without_identifiers_can_coexist():
    for name in ("One", "Two"):
        Institution(name=name).full_clean()
        InstitutionFactory(name=name)

    assert Institution.objects.filter(ror_id="", ukprn="").count() == 2


def test_two_institutions_can_have_the_same_name():
    for institution in (InstitutionFactory(), InstitutionFactory()):
        name = InstitutionName(institution=institution, text="The College")
        name.full_clean()
        name.save()

    assert InstitutionName.objects.filter(text="The College").count() == 2
    assert not InstitutionName.objects.filter(safe_to_match=True).exists()


def test_vocabulary_used_by_evidence_cannot_be_deleted():
    submission, institution, theme = a_submission(), InstitutionFactory(), ThemeFactory()
    state = State.objects.create(name="Ruritania", code="ZZ")
    clerk = a_member(submission.inquiry)
    tag.with_institution(submission, institution, part="mentioned", by=clerk)
    tag.with_theme(submission, theme, by=clerk)
    tag.with_state(submission, state, by=clerk)

    for thing in (institution, theme, state):
        with pytest.raises(ProtectedError):
            thing.delete()


# --- Themes --------------------------------------------------------------------------------------


def test_inquiry_uses_its_own_themes_and_shared_ones():
    here, there = InquiryFactory(), InquiryFactory()
    own, shared, other = (ThemeFactory(inquiry=inquiry) for inquiry in (here, None, there))

    assert set(Theme.objects.used_in(here)) == {own, shared}
    assert other in Theme.objects.used_in(there)


def test_theme_with_children_is_not_deleted():
    child = ThemeFactory(parent=ThemeFactory())

    with pytest.raises(ProtectedError):
        child.parent.delete()


def test_theme_cannot_be_its_own_parent():
    top = ThemeFactory()
    middle = ThemeFactory(parent=top)
    bottom = ThemeFactory(parent=middle)
    bottom.full_clean()

    for parent in (top, bottom):
        top.parent = parent
        with pytest.raises(ValidationError, match="be its own parent"):
            top.full_clean()


def test_cycle_of_themes_does_not_hang_the_register(work):
    submission = a_submission()
    work()
    clerk = a_member(submission.inquiry)
    first, second = ThemeFactory(), ThemeFactory()
    Theme.objects.filter(pk=first.pk).update(parent=second)
    Theme.objects.filter(pk=second.pk).update(parent=first)
    tag.with_theme(submission, first, by=clerk)

    submissions = Submission.objects.visible_to(clerk)
    register = RegisterFilter(QueryDict(f"theme={second.pk}"), queryset=submissions, reader=clerk)

    assert list(register.qs) == [submission]
