"""Why a submission is in somebody's inbox, and that every count opens exactly its list."""

import datetime

import pytest
from django.utils import timezone

from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.inbox import listing
from evidence.inbox.assignment import assign, snooze
from evidence.inbox.listing import VIEWS, Inbox, Selection
from evidence.inbox.notes import add_note, close_note
from evidence.inbox.reasons import OF_OTHERS, REASONS, because
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import in_status
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


def names_of(submission, reader, reasons=REASONS) -> set[str]:
    rows = because(reasons, reader, [submission.pk])[submission.pk]
    return {row.reason.name for row in rows}


def labels(inbox: Inbox, view: str = "", why: str = "") -> list[str]:
    return [row.label for row in inbox.submissions(Selection(view, why))]


def test_held_submission_needs_a_clerk_until_it_is_dealt_with(call, clerk, work):
    waiting = in_status(Status.HELD, call, clerk, work)

    assert names_of(waiting, clerk) == {"held"}
    assert labels(Inbox(call.inquiry, clerk)) == [waiting.label]


def test_prepared_submission_is_ready_to_propose_and_then_before_the_committee(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    inbox = Inbox(call.inquiry, clerk)
    assert names_of(submission, clerk) == {"propose"}

    propose(submission, Act.ACCEPT, by=clerk)

    assert names_of(submission, clerk) == set()
    assert names_of(submission, clerk, OF_OTHERS) == {"committee"}
    assert labels(inbox) == []
    assert labels(inbox, "waiting") == [submission.label]


def test_reported_submission_is_ready_to_publish(call, clerk, work):
    submission = in_status(Status.REPORTED, call, clerk, work)
    assert names_of(submission, clerk) == {"publish"}


def test_reply_of_a_witness_needs_a_clerk_and_an_old_question_is_overdue(call, clerk, work):
    submission = in_status(Status.ACCEPTED, call, clerk, work)
    question = WitnessQuestion.objects.create(
        submission=submission, question="Which year?", asked_by=clerk
    )
    assert names_of(submission, clerk) == set()
    assert names_of(submission, clerk, OF_OTHERS) == {"witness"}

    WitnessQuestion.objects.update(requested_at=timezone.now() - datetime.timedelta(days=15))
    assert names_of(submission, clerk) == {"overdue"}

    WitnessQuestion.objects.filter(pk=question.pk).update(answer="2019", answered_at=timezone.now())
    assert names_of(submission, clerk) == {"answered"}


def test_withdrawal_request_comes_with_the_time_it_was_made(call, clerk, work):
    submission = in_status(Status.ACCEPTED, call, clerk, work)
    request = WithdrawalRequest.objects.create(submission=submission, reason="Afraid.")

    (row,) = because(REASONS, clerk, [submission.pk])[submission.pk]

    assert (row.reason.name, row.since) == ("withdrawal", request.requested_at)


def test_second_clerk_is_asked_and_the_first_waits_for_them(call, clerk, work):
    other = a_member(call.inquiry)
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    submission.refresh_from_db()
    propose(submission, Act.OPEN, by=clerk, freer_reason="The witness agreed by letter.")

    assert "confirm" in names_of(submission, other)
    assert "confirm" not in names_of(submission, clerk)
    assert "second" in names_of(submission, clerk, OF_OTHERS)


def test_mentioned_colleague_is_asked_until_the_note_is_done(call, clerk, work):
    specialist = a_member(call.inquiry, Role.SPECIALIST)
    submission = in_status(Status.ACCEPTED, call, clerk, work)
    note = add_note(submission, f"@{specialist.username} is this in scope?", by=clerk)

    assert names_of(submission, specialist) == {"mentioned"}
    assert names_of(submission, clerk) == set()

    close_note(note, by=specialist)

    assert names_of(submission, specialist) == set()


def test_note_with_a_date_comes_up_on_that_day(call, clerk, work):
    submission = in_status(Status.ACCEPTED, call, clerk, work)
    today = timezone.localdate()
    add_note(submission, "Later.", by=clerk, due_on=today + datetime.timedelta(days=1))
    assert names_of(submission, clerk) == set()

    add_note(submission, "Now.", by=clerk, due_on=today)

    assert names_of(submission, clerk) == {"due"}


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
def test_reasons_are_only_for_those_who_deal_with_them(call, clerk, work, role):
    other = a_member(call.inquiry, role)
    waiting = in_status(Status.HELD, call, clerk, work)
    ready = in_status(Status.PREPARED, call, clerk, work)

    assert names_of(waiting, other) == set()
    assert names_of(ready, other) == set()
    assert labels(Inbox(call.inquiry, other)) == []
    assert labels(Inbox(call.inquiry, other), "new") == [waiting.label, ready.label]


def test_note_about_a_protected_witness_asks_only_who_may_know_the_name(call, clerk, work):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    submission.refresh_from_db()
    cleared = a_member(call.inquiry, Role.SPECIALIST, sees_identities=True)
    note = add_note(submission, f"@{cleared.username} please look.", by=clerk)
    assert "mentioned" in names_of(submission, cleared)

    cleared.memberships.update(sees_identities=False)
    stripped = type(cleared).objects.get(pk=cleared.pk)

    assert "mentioned" not in names_of(submission, stripped)
    assert not type(note).objects.shown_to(stripped).exists()


def test_every_count_is_the_length_of_its_list(call, clerk, work):
    for status in (Status.HELD, Status.PREPARED, Status.REPORTED):
        in_status(status, call, clerk, work)
    in_status(Status.PREPARED, CallFactory(), a_member(CallFactory().inquiry), work)
    assign(Submission.objects.filter(inquiry=call.inquiry).first(), clerk, by=clerk)
    inbox = Inbox(call.inquiry, clerk)
    counts = {view: inbox.count(Selection(view)) for view in VIEWS}

    assert counts == {view: len(labels(inbox, view)) for view in VIEWS}
    assert counts[""] == 3
    assert counts["mine"] == 1
    assert counts["unassigned"] == 2


def test_confidential_submission_is_in_no_view_or_count_of_who_may_not_see_it(call, clerk, work):
    specialist = a_member(call.inquiry, Role.SPECIALIST)
    hidden = a_submission(call, disclosure=Disclosure.CONFIDENTIAL)
    work()
    hidden.refresh_from_db()
    inbox = Inbox(call.inquiry, specialist)

    assert [inbox.count(Selection(view)) for view in VIEWS] == [0] * len(VIEWS)
    assert sum(count for _day, count in inbox.arrivals(28)) == 0
    assert Inbox(call.inquiry, clerk).count(Selection("new")) == 1


def test_snoozed_submission_is_hidden_from_one_person_until_its_day(call, clerk, work):
    other = a_member(call.inquiry)
    submission = in_status(Status.PREPARED, call, clerk, work)
    inbox = Inbox(call.inquiry, clerk)

    snooze([submission], timezone.localdate() + datetime.timedelta(days=1), by=clerk)

    assert labels(inbox) == []
    assert labels(inbox, "snoozed") == [submission.label]
    assert labels(Inbox(call.inquiry, other)) == [submission.label]


def test_new_is_what_arrived_since_the_last_visit(call, clerk, work):
    earlier = in_status(Status.PREPARED, call, clerk, work)
    later = in_status(Status.PREPARED, call, clerk, work)
    day = datetime.timedelta(days=1)
    Submission.objects.filter(pk=earlier.pk).update(received_at=timezone.now() - 2 * day)

    inbox = Inbox(call.inquiry, clerk, since=timezone.now() - day)

    assert labels(inbox, "new") == [later.label]


def test_next_and_previous_go_through_the_list_even_from_a_submission_that_left_it(
    call, clerk, work
):
    first, second, third = (in_status(Status.PREPARED, call, clerk, work) for _ in range(3))
    inbox, selection = Inbox(call.inquiry, clerk), Selection(why="propose")
    propose(second, Act.ACCEPT, by=clerk)

    left = inbox.window(second, selection, 5)
    last = inbox.window(third, selection, 5)

    assert (left.before, left.after, left.total) == ((first,), (third,), 2)
    assert (last.before, last.after, last.position) == ((first,), (), 2)


def test_beyond_what_is_counted_the_way_through_the_list_goes_on(call, clerk, work, monkeypatch):
    rows = [in_status(Status.PREPARED, call, clerk, work) for _ in range(4)]
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)

    window = Inbox(call.inquiry, clerk).window(rows[2], Selection(), 1)

    assert (window.before, window.after) == ((rows[1],), (rows[3],))


def test_decided_and_published_evidence_needs_nobody(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    decide(submission, Act.DECLINE, by=clerk)
    submission.refresh_from_db()
    assert names_of(submission, clerk) == set()
