"""Every button of the desk, with and without permission, for one submission and for many."""

import pytest
from django.urls import reverse

from evidence.admin.buttons import ACTS, by_name
from evidence.decisions.models import Act, Meeting
from evidence.decisions.propose import propose
from evidence.letters.models import Letter
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witness_requests.questions import answer, ask_witness
from evidence.witnesses.models import Contact
from evidence.workflow import is_open
from inquiry.calls.models import Committee
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import (
    act_on,
    hidden_fields,
    in_status,
    page_of,
    page_text,
    shown_after,
    signed_in,
)
from tests.factories import (
    CallFactory,
    a_meeting,
    a_member,
    a_submission,
    decide,
)

pytestmark = pytest.mark.django_db

# --- Acts ----------------------------------------------------------------------------------------

FIRST_STATUS = {
    act.name: next(
        status
        for status in (
            Status.HELD,
            Status.PREPARED,
            Status.ACCEPTED,
            Status.REPORTED,
            Status.PUBLISHED,
        )
        if is_open(act.name, status)
    )
    for act in ACTS
}


def add_required_rows(submission, name) -> None:
    """What an act needs besides the status."""
    if name == "deal-with-answers":
        answer(ask_witness(submission, "When?", by=a_member(submission.inquiry)), "In May.")
    if name == "record-answer":
        ask_witness(submission, "When?", by=a_member(submission.inquiry))
    if name == "keep":
        WithdrawalRequest.objects.create(submission=submission, reason="I am afraid.")
    if name.startswith("ask-by-"):
        Submission.objects.filter(pk=submission.pk).update(channel=Submission.Channel.EMAIL)
        Committee.objects.update(reply_address="reply@service.example")
        contact = Contact.objects.get(witness__submissions=submission)
        contact.email = "witness@example.org"
        contact.save()


def effects_of_buttons(submission) -> tuple[object, ...]:
    """What acts leave behind."""
    submission.refresh_from_db()
    waiting = WithdrawalRequest.objects.waiting().count()
    unread = WitnessQuestion.objects.filter(dealt_with_at=None).count()
    return (
        submission.status,
        submission.decisions.count(),
        WitnessQuestion.objects.count(),
        WitnessQuestion.objects.filter(answered_at=None).count(),
        unread,
        waiting,
    )


@pytest.mark.parametrize("name", FIRST_STATUS)
def test_each_button_works_for_a_clerk_where_it_is_shown(call, clerk, work, name):
    submission = in_status(FIRST_STATUS[name], call, clerk, work)
    add_required_rows(submission, name)
    client = signed_in(clerk)
    assert act_on(submission, name) in page_text(client, page_of(submission))

    before = effects_of_buttons(submission)
    page = shown_after(client, act_on(submission, name), {"note": "With a reason."})
    if by_name(name).shows_first:
        assert effects_of_buttons(submission) == before
        page = shown_after(
            client, act_on(submission, name), {"publish": "1", **hidden_fields(page)}
        )

    assert (by_name(name).outcome or f"Published: {submission.label}.") in page
    assert effects_of_buttons(submission) != before


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
@pytest.mark.parametrize("name", FIRST_STATUS)
def test_button_without_permission_changes_nothing_and_shows_an_error(
    call, clerk, work, name, role
):
    submission = in_status(FIRST_STATUS[name], call, clerk, work)
    add_required_rows(submission, name)
    client = signed_in(a_member(call.inquiry, role, sees_confidential=True, sees_identities=True))
    assert act_on(submission, name) not in page_text(client, page_of(submission))

    before = effects_of_buttons(submission)
    page = shown_after(client, act_on(submission, name), {"note": "With a reason."})

    assert "You do not have permission to " in page
    assert effects_of_buttons(submission) == before


@pytest.mark.parametrize("name", ["publish", "take-down", "release", "try-again"])
@pytest.mark.parametrize("status", [Status.RECEIVED, Status.ACCEPTED])
def test_button_in_the_wrong_status_changes_nothing_and_shows_an_error(
    call, clerk, work, name, status
):
    """Not even where the move itself would be legal, as from accepted to reported."""
    if status == Status.RECEIVED:
        submission = a_submission(call)
    else:
        submission = in_status(Status.ACCEPTED, call, clerk, work)

    page = shown_after(signed_in(clerk), act_on(submission, name), {"note": "With a reason."})

    assert f"{submission.label} is now “{submission.get_status_display()}”" in page
    assert "so you cannot use" in page
    submission.refresh_from_db()
    assert submission.status == status


@pytest.mark.parametrize("name", [act.name for act in ACTS if act.asks_why])
def test_button_that_needs_a_reason_does_nothing_without_one(call, clerk, work, name):
    submission = in_status(FIRST_STATUS[name], call, clerk, work)
    add_required_rows(submission, name)
    page = shown_after(signed_in(clerk), act_on(submission, name), {"note": "  "})
    refusals = ("Enter the reason", "Write the question.", "Enter what the witness answered.")
    assert any(refusal in page for refusal in refusals)
    before = submission.status
    submission.refresh_from_db()
    assert submission.status == before


def test_witness_answer_stays_in_the_inbox_until_a_clerk_handles_it(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    add_required_rows(submission, "deal-with-answers")
    client, answered = signed_in(clerk), "/admin/inbox/?why=answered"
    assert submission.label in page_text(client, answered)

    shown_after(client, act_on(submission, "deal-with-answers"), {})

    assert submission.label not in page_text(client, answered)
    text = shown_after(client, act_on(submission, "deal-with-answers"), {})
    assert "no answer of the witness waits" in text


def test_buttons_accept_post_requests_only(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    client = signed_in(clerk)
    meeting = a_meeting(call.inquiry, by=clerk)
    for address in (
        act_on(submission, "withdraw"),
        act_on(submission, "nothing"),
        reverse("admin:submission-tag", args=[submission.pk]),
        reverse("admin:meeting-apply", args=[meeting.pk]),
    ):
        assert client.get(address).status_code == 404
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


def test_buttons_require_a_csrf_token(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    client = signed_in(clerk, enforce_csrf_checks=True)
    assert client.post(act_on(submission, "withdraw"), {"note": "x"}).status_code == 403
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


def test_button_on_a_hidden_submission_returns_404(call, clerk, work):
    secret = a_submission(call, disclosure=Disclosure.CONFIDENTIAL)
    work()
    stranger = signed_in(a_member(CallFactory().inquiry))
    officer = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    for client in (stranger, officer):
        assert client.post(act_on(secret, "withdraw"), {"note": "x"}).status_code == 404
        assert client.get(page_of(secret)).status_code == 404


# --- Publishing and deleting ----------------------------------------------------------------------


def test_submission_changed_since_the_preview_is_not_published(call, clerk, work):
    submission = in_status(Status.REPORTED, call, clerk, work)
    client = signed_in(clerk)
    page = client.post(act_on(submission, "publish")).content.decode()
    Submission.objects.filter(pk=submission.pk).update(title="Another title")

    text = shown_after(
        client, act_on(submission, "publish"), {"publish": "1", **hidden_fields(page)}
    )

    assert "has changed since you checked it" in text
    submission.refresh_from_db()
    assert submission.status == Status.REPORTED


def test_admin_offers_no_deletion(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    address = reverse("admin:evidence_submission_delete", args=[submission.pk])
    client = signed_in(clerk)
    assert client.get(address).status_code == 403
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Submission.objects.filter(pk=submission.pk).exists()


# --- Meetings ------------------------------------------------------------------------------------


def test_meeting_decides_ticked_proposals_only(call, clerk, work):
    first = in_status(Status.PREPARED, call, clerk, work)
    second = a_submission(call, text="Two.")
    work()
    second.refresh_from_db()
    ticked = propose(first, Act.ACCEPT, by=clerk)
    propose(second, Act.ACCEPT, by=clerk)
    meeting = a_meeting(call.inquiry, by=clerk)

    page = shown_after(
        signed_in(clerk),
        reverse("admin:meeting-apply", args=[meeting.pk]),
        {"decision": ticked.pk.hex},
    )

    assert "Recorded: 1 submission (1 decision)." in page
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.ACCEPTED, Status.PREPARED)


def test_meeting_does_not_decide_for_another_inquiry(call, clerk, work):
    elsewhere = CallFactory()
    other = a_member(elsewhere.inquiry)
    submission = in_status(Status.PREPARED, call, clerk, work)
    proposal = propose(submission, Act.ACCEPT, by=clerk)
    meeting = a_meeting(elsewhere.inquiry, by=other)
    client = signed_in(other)

    client.post(reverse("admin:meeting-apply", args=[meeting.pk]), {"decision": proposal.pk.hex})
    foreign = a_meeting(call.inquiry, by=clerk)
    answer = client.post(reverse("admin:meeting-apply", args=[foreign.pk]))

    assert answer.status_code == 404
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
def test_meetings_letters_and_custody_are_for_clerks_only(call, clerk, work, role):
    submission = in_status(Status.PREPARED, call, clerk, work)
    decide(submission, Act.DECLINE, by=clerk)
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    client = signed_in(a_member(call.inquiry, role, sees_confidential=True, sees_identities=True))
    for name in ("meeting", "letter", "custodyentry"):
        assert client.get(reverse(f"admin:evidence_{name}_changelist")).status_code == 403
    release = reverse("admin:letter-act", args=[letter.pk, "release"])
    assert client.post(release).status_code == 404
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT


def test_letter_page_shows_the_letter_before_it_is_sent(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    decide(submission, Act.DECLINE, by=clerk, note="It is about another matter.")
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    page = page_text(signed_in(clerk), reverse("admin:evidence_letter_change", args=[letter.pk]))
    assert "It is about another matter." in page
    assert reverse("admin:letter-act", args=[letter.pk, "release"]) in page


def test_letter_is_sent_or_discarded_once_by_a_clerk(call, clerk, work, mailoutbox):
    submissions = [
        in_status(Status.PREPARED, call, clerk, work),
        a_submission(call, text="B.", email="b@x.uk"),
    ]
    work()
    for submission in submissions:
        decide(submission, Act.DECLINE, by=clerk)
    without, with_address = (
        Letter.objects.get(submission=submission, kind=Letter.Kind.DECLINED)
        for submission in submissions
    )
    mailoutbox.clear()
    client = signed_in(clerk)

    text = shown_after(client, reverse("admin:letter-act", args=[without.pk, "release"]), {})
    for _each in range(2):
        client.post(reverse("admin:letter-act", args=[with_address.pk, "release"]))
    work()

    assert "There is no email address" in text
    assert [mail.to for mail in mailoutbox] == [["b@x.uk"]]
    assert client.get(reverse("admin:letter-act", args=[without.pk, "discard"])).status_code == 404
    client.post(reverse("admin:letter-act", args=[without.pk, "discard"]))
    without.refresh_from_db()
    assert without.state == Letter.State.DISCARDED


def test_clerk_records_meetings_of_their_own_inquiry_only(call, clerk):
    other = CallFactory().inquiry
    fields = {"number": "1", "held_on": "2026-03-17", "members_present": "", "minute": ""}
    client, page = signed_in(clerk), reverse("admin:evidence_meeting_add")
    client.post(page, {**fields, "inquiry": other.pk})
    client.post(page, {**fields, "inquiry": call.inquiry.pk})
    assert [meeting.inquiry for meeting in Meeting.objects.all()] == [call.inquiry]
