"""The lifecycle of a submission, and the database constraints that protect it."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from evidence.decisions.decide import apply
from evidence.decisions.models import Act, Decision
from evidence.decisions.propose import propose
from evidence.errors import (
    ConcurrentUpdateError,
    MoveNotAllowedError,
    NotPermittedError,
    NotReadyError,
)
from evidence.intake.examine import release, try_again
from evidence.letters.models import Letter
from evidence.lifecycle import FINAL, MOVES, Disclosure, Status, check_move, most_protective
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.factories import a_meeting, a_member, a_submission, decide


@pytest.fixture
def prepared(work):
    submission = a_submission()
    work()
    submission.refresh_from_db()
    return submission


def test_every_status_lists_its_next_statuses():
    assert set(MOVES) == set(Status)


def test_only_declined_and_withdrawn_are_final():
    assert {status for status, onward in MOVES.items() if not onward} == FINAL


@pytest.mark.parametrize("status", sorted(set(Status) - FINAL))
def test_submission_can_be_withdrawn_from_every_status_not_final(status):
    assert Status.WITHDRAWN in MOVES[status]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.REPORTED}))
def test_unreported_submission_is_not_published(status):
    with pytest.raises(MoveNotAllowedError):
        check_move(status, Status.PUBLISHED)


def test_most_protective_of_several_requests_applies():
    assert most_protective("open", "confidential", "name_withheld") == Disclosure.CONFIDENTIAL


@pytest.mark.django_db
def test_second_of_two_status_changes_gets_an_error(prepared):
    stale = Submission.objects.get(pk=prepared.pk)
    prepared.move_to(Status.WITHDRAWN, by=None)

    with pytest.raises(ConcurrentUpdateError, match=prepared.receipt):
        stale.move_to(Status.DECLINED, by=None)

    assert [move.after for move in prepared.moves.all()][-1] == Status.WITHDRAWN


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"status": "unheard-of"},
        {"number": 7, "reference": "FIA0007"},
        {"status": "published"},
        {"disclosure_decided": "open"},
        {"disclosure_requested": "whatever"},
    ],
    ids=", ".join,
)
def test_database_refuses_invalid_status_combinations(prepared, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=prepared.pk).update(**values)


@pytest.mark.django_db
def test_database_refuses_confidential_and_published_at_once(prepared, work):
    clerk = a_member(prepared.inquiry)
    decide(prepared, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    publish(prepared, by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=prepared.pk).update(disclosure_decided="confidential")


@pytest.mark.django_db
def test_two_submissions_never_share_a_number(prepared, work):
    clerk = a_member(prepared.inquiry)
    other = a_submission(prepared.call)
    work()
    decide(prepared, Act.ACCEPT, by=clerk)
    decide(other, Act.ACCEPT, by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=other.pk).update(number=prepared.number)


@pytest.mark.django_db
def test_numbers_are_given_in_order_of_receipt(work):
    first = a_submission()
    second = a_submission(first.call)
    work()
    clerk = a_member(first.inquiry)
    for submission in (second, first):
        submission.refresh_from_db()
        propose(submission, Act.ACCEPT, by=clerk)

    assert apply(a_meeting(first.inquiry, by=clerk), by=clerk).made == 2

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert first.reference == f"{first.inquiry.prefix}0001"


@pytest.mark.django_db
def test_proposal_changes_no_status(prepared):
    propose(prepared, Act.ACCEPT, by=a_member(prepared.inquiry))

    prepared.refresh_from_db()
    assert prepared.status == Status.PREPARED
    assert prepared.reference is None


@pytest.mark.django_db
def test_rival_proposal_replaces_the_first(prepared):
    clerk = a_member(prepared.inquiry)
    propose(prepared, Act.ACCEPT, by=clerk)
    propose(prepared, Act.DECLINE, by=clerk, note="out of scope")

    waiting = prepared.decisions.filter(state=Decision.State.PROPOSED)
    assert [decision.act for decision in waiting] == [Act.DECLINE]


@pytest.mark.django_db
def test_applying_a_meeting_twice_applies_it_once(prepared):
    clerk = a_member(prepared.inquiry)
    propose(prepared, Act.ACCEPT, by=clerk)
    meeting = a_meeting(prepared.inquiry, by=clerk)

    assert [apply(meeting, by=clerk).made, apply(meeting, by=clerk).made] == [1, 0]


@pytest.mark.django_db
def test_declining_needs_a_reason_and_drafts_a_letter(prepared):
    clerk = a_member(prepared.inquiry)
    with pytest.raises(NotReadyError, match="Enter the reason"):
        propose(prepared, Act.DECLINE, by=clerk)

    decide(prepared, Act.DECLINE, by=clerk, note="It is before a court.")

    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    assert letter.state == Letter.State.DRAFT
    assert "It is before a court." in letter.body


@pytest.mark.django_db
def test_submission_is_reported_only_after_its_disclosure_was_decided(prepared):
    clerk = a_member(prepared.inquiry)
    propose(prepared, Act.ACCEPT, by=clerk)
    propose(prepared, Act.REPORT, by=clerk)

    applied = apply(a_meeting(prepared.inquiry, by=clerk), by=clerk)

    ((submission, problem),) = applied.problems
    assert submission == prepared
    assert "has not decided its disclosure" in problem
    # Of one submission all is decided, or nothing is.
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLERK}))
def test_only_a_clerk_proposes_decides_and_publishes(role, prepared):
    other = a_member(prepared.inquiry, role)
    clerk = a_member(prepared.inquiry)

    with pytest.raises(NotPermittedError):
        propose(prepared, Act.ACCEPT, by=other)
    with pytest.raises(NotPermittedError):
        apply(a_meeting(prepared.inquiry, by=clerk), by=other)
    with pytest.raises(NotPermittedError):
        publish(prepared, by=other)


@pytest.mark.django_db
def test_taking_down_needs_a_published_and_retrying_a_held_submission(prepared, work):
    clerk = a_member(prepared.inquiry)

    with pytest.raises(MoveNotAllowedError):
        take_down(prepared, by=clerk, note="a mistake")
    with pytest.raises(MoveNotAllowedError):
        try_again(prepared, by=clerk)
    with pytest.raises(MoveNotAllowedError):
        release(prepared, by=clerk, note="fine")


@pytest.mark.django_db
def test_submission_is_published_only_with_its_required_heading(prepared, work):
    clerk = a_member(prepared.inquiry)
    decide(prepared, Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    with pytest.raises(NotReadyError, match="still being made"):
        publish(prepared, by=clerk)

    work()
    publication = publish(prepared, by=clerk)

    assert publication.heading == (
        f"Written evidence submitted by Name withheld ({prepared.inquiry.prefix}0001)"
    )
    prepared.refresh_from_db()
    take_down(prepared, by=clerk, note="An address stood in it.")
    assert not Submission.objects.published().exists()
    assert prepared.publications.get().ended_note == "An address stood in it."


@pytest.mark.django_db
def test_meeting_of_another_inquiry_decides_nothing(prepared):
    clerk = a_member(prepared.inquiry)
    propose(prepared, Act.ACCEPT, by=clerk)
    other = a_submission().inquiry
    elsewhere = a_meeting(other, by=a_member(other))

    with pytest.raises(NotPermittedError):
        apply(elsewhere, by=clerk)
    assert elsewhere.held_on == datetime.date(2026, 3, 17)
