"""Evidence that staff received: no letter speaks of a return code, until a clerk issues one."""

import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.drafts.issued_codes import ask_by_post
from evidence.drafts.models import Draft
from evidence.errors import NotPermittedError, NotReadyError
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.witness_requests.models import WitnessQuestion
from evidence.witness_requests.questions import ask_by_email, ask_witness, record_answer
from inquiry.calls.models import Committee
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import act_on, page_of, page_text, shown_after, signed_in
from tests.evidence.drafts.witness import ready
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
ANN, REPLY = "ann@othername.example", "reply@service.example"
CODE = re.compile(r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}")
QUESTION = "Was it in May?"
BY_EMAIL, BY_POST = Submission.Channel.EMAIL, Submission.Channel.POST


def received(work, channel: str = BY_EMAIL, **sender: str) -> Submission:
    parcel = take_in(io.BytesIO(b"Words."), name="letter.txt")
    envelope = Envelope("desk:1", [Sender(name="Ann", **{"email": ANN, **sender})], channel=channel)
    submission = receive(CallFactory(), [parcel], envelope, from_staff=True)
    work()
    return submission


def clerk_of(submission: Submission):
    return a_member(submission.inquiry)


def with_reply_address(submission: Submission) -> Submission:
    Committee.objects.update(reply_address=REPLY)
    return Submission.objects.get(pk=submission.pk)


def printed(submission: Submission, clerk) -> str:
    """The page after a clerk has asked by post."""
    client = signed_in(clerk)
    return shown_after(client, act_on(submission, "ask-by-post"), {"note": QUESTION})


def open_with(code: str) -> str:
    return Client().post(reverse("back"), {"code": code}, follow=True).content.decode()


# --- Without a code -------------------------------------------------------------------------------


def test_no_letter_speaks_of_a_return_code_the_witness_does_not_have(work, mailoutbox):
    submission = with_reply_address(received(work))
    ask_by_email(submission, QUESTION, by=clerk_of(submission))
    decide(submission, Act.DECLINE, by=(clerk := clerk_of(submission)))
    release(Letter.objects.get(kind=Letter.Kind.DECLINED), by=clerk)
    work()
    assert len(mailoutbox) == 3
    for letter in mailoutbox:
        assert "code" not in letter.body
        assert reverse("back") not in letter.body


def test_a_witness_without_a_code_is_not_asked_in_the_usual_way(work):
    submission = received(work)
    with pytest.raises(NotReadyError, match="no return code"):
        ask_witness(submission, QUESTION, by=clerk_of(submission))
    assert not WitnessQuestion.objects.exists()
    page = page_text(signed_in(clerk_of(submission)), page_of(submission))
    assert act_on(submission, "ask-witness") not in page
    assert act_on(submission, "ask-by-post") in page


def test_a_witness_who_used_the_form_is_asked_in_the_usual_way_only(work):
    form = ready(CallFactory())
    form.send()
    work()
    submission = with_reply_address(Submission.objects.get())
    page = page_text(signed_in(clerk_of(submission)), page_of(submission))
    assert act_on(submission, "ask-witness") in page
    assert act_on(submission, "ask-by-post") not in page
    assert act_on(submission, "ask-by-email") not in page
    digest = Draft.objects.get().code_digest
    with pytest.raises(NotReadyError, match="from their own form"):
        ask_by_post(submission, QUESTION, by=clerk_of(submission))
    assert Draft.objects.get().code_digest == digest


# --- By post, with a code -------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [BY_EMAIL, BY_POST])
def test_a_clerk_prints_a_code_with_which_the_witness_reads_and_answers(channel, work, mailoutbox):
    submission = received(work, channel)
    mailoutbox.clear()
    page = printed(submission, clerk_of(submission))
    code = CODE.search(page).group()
    work()
    assert mailoutbox == []
    assert QUESTION not in page.split("<article")[1]
    entry = CustodyEntry.objects.get(act="return code issued")
    assert code not in str(entry.detail)

    shown = open_with(code)
    assert QUESTION in shown
    query = WitnessQuestion.objects.get()
    client = Client()
    home = client.post(reverse("back"), {"code": code}, follow=True).redirect_chain[-1][0]
    handle = home.split("/")[2]
    client.post(reverse("form-answer", args=[handle, query.pk]), {"answer": "Yes."})
    query.refresh_from_db()
    assert query.answer == "Yes."


def test_the_code_is_shown_once_and_stored_nowhere(work):
    submission = received(work)
    clerk = signed_in(clerk_of(submission))
    page = shown_after(clerk, act_on(submission, "ask-by-post"), {"note": QUESTION})
    code = CODE.search(page).group()
    again = page_text(clerk, reverse("admin:submission-code", args=[submission.pk]))
    assert CODE.search(again) is None
    assert "This code was shown before" in again
    assert code.replace(" ", "") not in str(Draft.objects.values())


def test_the_letter_with_the_code_is_in_the_language_of_the_witness(work):
    submission = received(work, language="cy")
    page = printed(submission, clerk_of(submission))
    assert "Mae gennym gwestiwn i chi" in page
    assert 'lang="cy"' in page
    assert "/cy/return/" in page


def test_a_code_that_was_lost_in_the_post_is_replaced(work):
    submission = received(work)
    first = CODE.search(printed(submission, clerk_of(submission))).group()
    second = CODE.search(printed(submission, clerk_of(submission))).group()
    assert QUESTION not in open_with(first)
    assert QUESTION in open_with(second)
    assert Draft.objects.count() == 1


def test_once_a_code_was_issued_the_witness_is_asked_as_others_are(work, mailoutbox):
    submission = received(work)
    printed(submission, clerk_of(submission))
    mailoutbox.clear()
    submission = Submission.objects.get()
    ask_witness(submission, "And where?", by=clerk_of(submission))
    work()
    (letter,) = mailoutbox
    assert "Use your return code" in letter.body


def test_no_question_no_code(work):
    submission = received(work)
    with pytest.raises(NotReadyError, match="Write the question"):
        ask_by_post(submission, "  ", by=clerk_of(submission))
    assert not Draft.objects.exists()
    assert not CustodyEntry.objects.filter(act="return code issued").exists()


def test_only_those_who_write_letters_issue_codes_or_ask_by_email(work):
    submission = with_reply_address(received(work))
    for role in set(Role) - {Role.CLERK}:
        person = a_member(submission.inquiry, role, sees_confidential=True, sees_identities=True)
        with pytest.raises(NotPermittedError):
            ask_by_post(submission, QUESTION, by=person)
        with pytest.raises(NotPermittedError):
            ask_by_email(submission, QUESTION, by=person)
        page = signed_in(person).get(reverse("admin:submission-code", args=[submission.pk]))
        assert page.status_code in {302, 403}
    assert not Draft.objects.exists()
    assert not WitnessQuestion.objects.exists()


# --- By email, to the reply address ---------------------------------------------------------------


def test_a_witness_who_wrote_by_email_is_asked_to_reply_to_the_address_of_the_committee(
    work, mailoutbox
):
    submission = with_reply_address(received(work))
    mailoutbox.clear()
    shown_after(
        signed_in(clerk_of(submission)), act_on(submission, "ask-by-email"), {"note": QUESTION}
    )
    work()
    (letter,) = mailoutbox
    assert letter.reply_to == [REPLY]
    assert REPLY in letter.body
    assert QUESTION in letter.body


def test_other_letters_have_no_reply_address(work, mailoutbox):
    call = CallFactory()
    with_reply_address(a_submission(call))
    a_submission(call, email=ANN)
    work()
    assert [letter.reply_to for letter in mailoutbox] == [[]]


@pytest.mark.parametrize("wish", [Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL])
def test_the_question_is_left_out_where_protection_was_asked_for(wish, work, mailoutbox):
    submission = with_reply_address(received(work, disclosure=wish))
    ask_by_email(submission, QUESTION, by=clerk_of(submission))
    work()
    letter = mailoutbox[-1]
    assert letter.reply_to == [REPLY]
    assert REPLY in letter.body
    assert QUESTION not in letter.body


def test_who_wrote_by_post_is_written_to_when_a_clerk_has_approved_the_letter(work, mailoutbox):
    submission = with_reply_address(received(work, BY_POST))
    ask_by_email(submission, QUESTION, by=clerk_of(submission))
    work()
    letter = Letter.objects.get(kind=Letter.Kind.QUESTION)
    assert letter.state == Letter.State.DRAFT
    assert mailoutbox == []


def test_a_reply_address_with_a_word_to_avoid_is_not_sent(work, mailoutbox):
    submission = with_reply_address(received(work, avoid="reply@service.example"))
    ask_by_email(submission, QUESTION, by=(clerk := clerk_of(submission)))
    letter = Letter.objects.get(kind=Letter.Kind.QUESTION)
    Letter.objects.filter(pk=letter.pk).update(subject="Hello")
    letter.refresh_from_db()
    letter.body = "Write to us."
    letter.save()
    with pytest.raises(NotReadyError, match="contains a word"):
        release(letter, by=clerk)
    work()
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("reply", "sender"), [("", {}), (REPLY, {"email": ""}), (REPLY, {"may_email": False})]
)
def test_by_email_needs_a_reply_address_and_leave_to_write(reply, sender, work):
    submission = received(work, **sender)
    Committee.objects.update(reply_address=reply)
    submission = Submission.objects.get()
    page = page_text(signed_in(clerk_of(submission)), page_of(submission))
    assert act_on(submission, "ask-by-email") not in page
    with pytest.raises(NotReadyError, match="Ask them by post"):
        ask_by_email(submission, QUESTION, by=clerk_of(submission))
    assert not WitnessQuestion.objects.exists()


# --- The answer comes back by email or post -------------------------------------------------------


def test_an_answer_that_came_by_email_is_recorded_with_the_oldest_open_question(work):
    submission = with_reply_address(received(work))
    client = signed_in(clerk := clerk_of(submission))
    assert act_on(submission, "record-answer") not in page_text(client, page_of(submission))
    for question in (QUESTION, "Was it in June?"):
        ask_by_email(submission, question, by=clerk)

    page = shown_after(client, act_on(submission, "record-answer"), {"note": "It was in May."})

    first, second = WitnessQuestion.objects.all()
    assert (first.question, first.answer, second.answer) == (QUESTION, "It was in May.", "")
    assert "Answer recorded." in page
    assert page.index(QUESTION) < page.index("It was in May.") < page.index("Was it in June?")
    assert act_on(submission, "deal-with-answers") in page
    assert act_on(submission, "record-answer") in page
    entry = CustodyEntry.objects.get(act="answer recorded")
    assert (entry.by, entry.subject_id) == (clerk, str(submission.pk))


def test_an_answer_that_is_sent_twice_answers_one_question(work):
    submission = with_reply_address(received(work))
    clerk = clerk_of(submission)
    for question in (QUESTION, "Was it in June?"):
        ask_by_email(submission, question, by=clerk)

    record_answer(submission, "It was in May.", by=clerk)
    with pytest.raises(NotReadyError, match="already recorded"):
        record_answer(submission, "It was in May.", by=clerk)

    assert [row.answer for row in WitnessQuestion.objects.all()] == ["It was in May.", ""]


def test_an_answer_is_recorded_only_by_staff_who_may_write_to_the_witness(work):
    submission = with_reply_address(received(work))
    ask_by_email(submission, QUESTION, by=(clerk := clerk_of(submission)))

    with pytest.raises(NotReadyError, match="Enter what the witness answered"):
        record_answer(submission, "  ", by=clerk)
    elsewhere = CallFactory(code="other").inquiry
    for other in (a_member(submission.inquiry, Role.MEMBER), a_member(elsewhere)):
        with pytest.raises(NotPermittedError):
            record_answer(submission, "It was in May.", by=other)
    assert not WitnessQuestion.objects.exclude(answered_at=None).exists()

    record_answer(submission, "It was in May.", by=clerk)
    with pytest.raises(NotReadyError, match="no question waits"):
        record_answer(submission, "It was in June.", by=clerk)
    assert WitnessQuestion.objects.get().answer == "It was in May."
