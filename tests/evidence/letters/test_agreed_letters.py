"""Only people who agreed get automatic letters: co-authors, senders by email and by post."""

import io

import pytest

from evidence.drafts.expiry import remind
from evidence.drafts.models import Draft
from evidence.letters.models import Letter
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.witnesses.models import Contact
from tests.evidence.drafts.test_ways_back import in_days
from tests.evidence.drafts.witness import AtTheForm, begin, file, ready
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
ANN, BEN = "ann@othername.example", "ben@othername.example"
PERSON = {"name": "Dr Ben Other", "email": BEN, "wish": "open"}


def together(**person: str) -> AtTheForm:
    form = begin(CallFactory())
    form.fill_in(who={"who": "together"})
    answer = form.post("form-person", 1, **{**PERSON, **person})
    assert answer.status_code == 302, answer.content.decode()
    form.upload(file())
    return form


def recipients(mailoutbox) -> set[str]:
    return {address for letter in mailoutbox for address in letter.to}


# --- Those who write together ---------------------------------------------------------------------


def test_co_author_gets_no_receipt_without_agreeing(work, mailoutbox):
    form = together()
    form.send()
    work()
    assert recipients(mailoutbox) == {ANN}
    assert Letter.objects.count() == 1
    assert Contact.objects.get(witness__name="Dr Ben Other").may_email is False


def test_co_author_who_agreed_gets_a_receipt_and_the_review_page_says_so(work, mailoutbox):
    form = together(may_email="on")
    assert f"We can email {BEN}" in form.words("form-check")
    form.send()
    work()
    assert recipients(mailoutbox) == {ANN, BEN}


def test_agreeing_to_email_needs_an_address():
    form = begin(CallFactory())
    form.say("who", who="together")
    answer = form.post("form-person", 1, **{**PERSON, "email": "", "may_email": "on"})
    assert answer.status_code == 422


def test_co_authors_entered_before_the_question_existed_have_not_agreed(work, mailoutbox):
    form = together()
    assert (
        "may_email" not in form.draft.answers_by_page["people"]["people"][0]
        or not (form.draft.answers_by_page["people"]["people"][0]["may_email"])
    )
    form.send()
    work()
    assert BEN not in recipients(mailoutbox)


# --- Reminders ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "reminded"),
    [
        ({"may_email": "yes"}, True),
        ({"may_email": "no"}, False),
        ({"may_email": ""}, False),
        ({}, False),
        ({"may_email": "perhaps"}, False),
        ({"may_email": "yes", "hours": "At night"}, False),
        ({"may_email": "yes", "avoid": "Committee"}, False),
        ({"may_email": "yes", "safe_ways": "By my sister"}, False),
        ({"may_email": "yes", "email": "no address"}, False),
    ],
)
def test_only_witnesses_who_agreed_without_precautions_are_reminded(answers, reminded, mailoutbox):
    form = begin(CallFactory(closes_at=in_days(1)))
    form.say("contact", **{"email": ANN, **answers})
    remind(Draft.objects.get())
    assert recipients(mailoutbox) == ({ANN} if reminded else set())


def test_witness_is_reminded_once_two_days_before_closing(mailoutbox):
    form = begin(CallFactory())
    form.say("contact", may_email="yes", email=ANN, may_phone="no")
    type(form.call).objects.update(closes_at=in_days(3))
    remind(Draft.objects.get())
    assert mailoutbox == []

    type(form.call).objects.update(closes_at=in_days(1))
    remind(Draft.objects.get())
    remind(Draft.objects.get())

    assert [letter.to for letter in mailoutbox] == [[ANN]]
    assert form.call.title not in mailoutbox[0].subject + mailoutbox[0].body


def test_witness_who_has_sent_is_not_reminded(mailoutbox):
    sent = ready(CallFactory(closes_at=in_days(1)))
    sent.send()
    remind(Draft.objects.get())
    assert mailoutbox == []


def test_agreement_withdrawn_before_the_reminder_stops_it(mailoutbox):
    form = begin(CallFactory(closes_at=in_days(1)))
    form.say("contact", may_email="yes", email=ANN, may_phone="no")
    form.say("contact", may_email="no", email=ANN, may_phone="no")
    remind(Draft.objects.get())
    assert mailoutbox == []


# --- What staff receive ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "state"),
    [
        (Submission.Channel.EMAIL, Letter.State.SENT),
        (Submission.Channel.POST, Letter.State.DRAFT),
    ],
)
def test_emailed_evidence_gets_an_email_receipt_and_posted_only_by_a_clerk(channel, state, work):
    parcel = take_in(io.BytesIO(b"Words."), name="letter.txt")
    envelope = Envelope("desk:1", [Sender(name="Ann", email=ANN)], channel=channel)
    receive(CallFactory(), [parcel], envelope, from_staff=True)
    work()
    assert Letter.objects.get().state == state


def test_receipt_for_a_witness_without_email_permission_waits_on_their_page(work, mailoutbox):
    form = ready(
        CallFactory(),
        contact={"may_email": "no", "email": ANN, "may_phone": "no"},
    )
    form.send()
    work()
    assert mailoutbox == []
    assert Letter.objects.get().state == Letter.State.ON_PAGE
    assert "We have received what you sent." in form.words("form-after")
