"""Assigning, snoozing, notes, the checklist, and who has a page open."""

import datetime

import pytest
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.errors import EvidenceError, NotPermittedError
from evidence.inbox.assignment import (
    CannotWorkOnItError,
    assign,
    assign_all,
    possible_owners,
    snooze,
)
from evidence.inbox.checklist import answer_check
from evidence.inbox.models import Check, Note, OpenPage, Visit
from evidence.inbox.notes import add_note, readers_of_notes
from evidence.inbox.visits import last_visit, open_page
from evidence.lifecycle import Disclosure
from inquiry.people.roles import Role
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


def entries(submission, act: str) -> int:
    return CustodyEntry.objects.filter(subject_id=str(submission.pk), act=act).count()


def test_submission_is_assigned_and_handed_over_on_record(call, clerk):
    submission, other = a_submission(call), a_member(call.inquiry, Role.OPERATIONS)
    assign(submission, clerk, by=clerk)
    assign(submission, clerk, by=clerk)
    assign(submission, other, by=other)

    submission.refresh_from_db()
    assert submission.assigned_to == other
    assert entries(submission, "assigned") == 2


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADVISER, Role.MEDIA])
def test_readers_assign_nothing_and_get_nothing(call, clerk, role):
    submission, reader = a_submission(call), a_member(call.inquiry, role)
    with pytest.raises(NotPermittedError):
        assign(submission, clerk, by=reader)
    with pytest.raises(CannotWorkOnItError):
        assign(submission, reader, by=clerk)
    assert reader not in possible_owners(submission)


def test_confidential_submission_is_assigned_only_to_who_may_see_it(call, clerk):
    submission = a_submission(call, disclosure=Disclosure.CONFIDENTIAL)
    open_one = a_submission(call)
    specialist = a_member(call.inquiry, Role.SPECIALIST)

    done, problems = assign_all([submission, open_one], specialist, by=clerk)

    assert done == 1
    assert problems == [f"{submission.label} was not assigned: {specialist} may not work on it."]
    submission.refresh_from_db()
    assert submission.assigned_to is None


def test_snooze_needs_a_day_to_come(call, clerk):
    with pytest.raises(EvidenceError, match="after today"):
        snooze([a_submission(call)], timezone.localdate(), by=clerk)


def test_note_is_kept_encrypted_and_leaves_no_words_in_custody(call, clerk):
    submission = a_submission(call)
    add_note(submission, "Ask about the Xyzzy grant.", by=clerk)

    raw = Note.objects.values_list("pk", flat=True).get()
    assert Note.objects.get(pk=raw).text == "Ask about the Xyzzy grant."
    assert entries(submission, "note added") == 1
    for entry in CustodyEntry.objects.all():
        assert "Xyzzy" not in str(entry.detail)


def test_note_sent_twice_is_kept_once(call, clerk):
    submission, other = a_submission(call), a_member(call.inquiry)
    first = add_note(submission, "Ask again.", by=clerk)
    assert add_note(submission, "Ask again. ", by=clerk) == first
    add_note(submission, "Ask again.", by=other)
    assert submission.notes.count() == 2
    assert entries(submission, "note added") == 2


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001])
def test_empty_or_endless_note_is_refused(call, clerk, text):
    with pytest.raises(EvidenceError):
        add_note(a_submission(call), text, by=clerk)
    assert not Note.objects.exists()


def test_mention_of_somebody_who_may_not_read_it_is_refused(call, clerk):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    specialist = a_member(call.inquiry, Role.SPECIALIST)
    elsewhere = a_member(CallFactory().inquiry)

    for person in (specialist, elsewhere):
        with pytest.raises(EvidenceError, match="cannot read notes"):
            add_note(submission, f"@{person.username} look", by=clerk)
    assert readers_of_notes(submission) == [clerk]
    assert not Note.objects.exists()


def test_email_address_in_a_note_mentions_nobody(call, clerk):
    note = add_note(a_submission(call), "Write to a@example.org.", by=clerk)
    assert not note.mentions.exists()


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.MEMBER, Role.MEDIA, Role.ADVISER])
def test_others_write_no_notes(call, role):
    with pytest.raises(NotPermittedError):
        add_note(a_submission(call), "Words.", by=a_member(call.inquiry, role))


def test_specialist_who_may_not_know_the_witness_writes_no_note(call):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    with pytest.raises(NotPermittedError):
        add_note(submission, "Words.", by=a_member(call.inquiry, Role.SPECIALIST))


def test_checklist_keeps_one_answer_a_question(call, clerk):
    submission = a_submission(call)
    for answer in ("yes", "concern"):
        answer_check(submission, "scope", answer, by=clerk)
    assert [(row.question, row.answer) for row in Check.objects.all()] == [("scope", "concern")]

    answer_check(submission, "scope", "", by=clerk)

    assert not Check.objects.exists()
    with pytest.raises(ValueError, match="luck"):
        answer_check(submission, "luck", "yes", by=clerk)
    with pytest.raises(NotPermittedError):
        answer_check(submission, "scope", "yes", by=a_member(call.inquiry, Role.MEMBER))


def test_two_people_on_one_submission_are_told_of_each_other(call, clerk):
    submission, other = a_submission(call), a_member(call.inquiry)
    assert open_page(submission, clerk) == []
    assert open_page(submission, other) == [clerk]
    assert open_page(submission, clerk) == [other]

    OpenPage.objects.filter(person=other).update(at=timezone.now() - datetime.timedelta(minutes=4))
    assert open_page(submission, clerk) == []


def test_visit_within_the_hour_keeps_what_was_new(call, clerk):
    assert last_visit(clerk, call.inquiry) is None
    assert last_visit(clerk, call.inquiry) is None
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Visit.objects.update(at=yesterday)

    assert last_visit(clerk, call.inquiry) == yesterday
    assert last_visit(clerk, call.inquiry) == yesterday
