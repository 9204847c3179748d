"""A letter with a word the witness asked us to avoid is not sent. It waits on their own page."""

import io

import pytest
from django.core import mail
from django.urls import reverse

from evidence.admin import letters_and_custody
from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.errors import NotReadyError
from evidence.jobs.queue import ask
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.letters.precautions import precautions_of
from evidence.permissions import Action
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.witness_requests.questions import ask_witness
from evidence.witnesses.models import Contact
from inquiry.calls.models import Committee
from tests.evidence.admin.admin_client import page_text, shown_after, signed_in
from tests.evidence.drafts.witness import AtTheForm, ready
from tests.factories import CallFactory, a_member, decide

pytestmark = pytest.mark.django_db
ANN = "ann@othername.example"
CONTACT = {"may_email": "yes", "email": ANN, "may_phone": "no"}
RECEIPT = "We have received what you sent."
LIST = reverse("admin:evidence_letter_changelist")


def sent_form(work, **contact: str) -> AtTheForm:
    form = ready(CallFactory(), contact={**CONTACT, **contact})
    form.send()
    work()
    return form


def avoid(words: str) -> None:
    for contact in Contact.objects.all():
        contact.avoid = words
        contact.save()


def clerk_of(form: AtTheForm):
    return a_member(form.call.inquiry)


def page_of(letter: Letter) -> str:
    return reverse("admin:evidence_letter_change", args=[letter.pk])


def act_on(letter: Letter, name: str = "release") -> str:
    return reverse("admin:letter-act", args=[letter.pk, name])


def acts(letter: Letter) -> list[str]:
    entries = CustodyEntry.objects.filter(subject_type="letter", subject_id=str(letter.pk))
    return [entry.act for entry in entries]


# --- Nothing is sent ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "received",  # in the body
        "MESSAGE",  # in the subject
        "service",  # in the name of the sender
        "localhost",  # in the address of the sender
        "ceiv",  # within a word
        "ｒｅｃｅｉｖｅｄ",  # in letters of double width
        "reçeived",  # with a mark below a letter
        "my name, receipt number",
    ],
)
def test_a_receipt_with_a_word_to_avoid_waits_on_the_page_of_its_witness(words, work, mailoutbox):
    form = sent_form(work, avoid=words)
    letter = Letter.objects.get()
    assert (letter.state, letter.not_sent) == (Letter.State.ON_PAGE, Letter.NotSent.WORDS)
    assert letter.sent_at is None
    assert mailoutbox == []
    assert acts(letter) == ["letter put on page"]
    assert RECEIPT in form.words("form-after")


def test_a_receipt_without_such_a_word_waits_for_a_clerk_as_before(work, mailoutbox):
    form = sent_form(work, avoid="university")
    assert Letter.objects.get().state == Letter.State.DRAFT
    assert RECEIPT not in form.words("form-after")
    assert mailoutbox == []


def test_a_letter_that_a_clerk_sends_is_not_sent_either(work, mailoutbox):
    form = sent_form(work, hours="Mornings")
    avoid("Receipt")
    letter = Letter.objects.get()
    digest = precautions_of(letter).digest
    assert release(letter, by=clerk_of(form), precautions_read=digest) is False
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.ON_PAGE
    assert mailoutbox == []
    assert RECEIPT in form.words("form-after")


def test_a_word_that_comes_between_release_and_sending_stops_the_letter(work, mailoutbox):
    form = sent_form(work, may_email="yes")
    mailoutbox.clear()
    ask_witness(form.draft.submission, "When?", by=clerk_of(form))
    avoid("question")
    work()
    letter = Letter.objects.get(kind=Letter.Kind.QUESTION)
    assert letter.state == Letter.State.ON_PAGE
    assert letter.sent_at is None
    assert acts(letter) == ["letter not sent"]
    assert mailoutbox == []
    assert "We have a question for you." in form.words("form-after")


def test_a_sender_name_that_the_committee_chooses_later_is_searched_too(work, mailoutbox):
    form = sent_form(work, avoid="parliament")
    letter = Letter.objects.get()
    assert letter.state == Letter.State.DRAFT
    Committee.objects.update(letter_sender_name="Office of Parliament")
    assert release(letter, by=clerk_of(form)) is False
    work()
    assert mailoutbox == []


def test_such_a_letter_is_not_made_due_again_as_if_it_were_lost(work, mailoutbox):
    sent_form(work, avoid="received")
    ask("send_letter", Letter.objects.get().pk)
    work()
    assert mailoutbox == []
    assert Letter.objects.get().state == Letter.State.ON_PAGE


def test_a_witness_without_a_page_gets_nothing_and_a_clerk_must_change_the_letter(work, mailoutbox):
    parcel = take_in(io.BytesIO(b"Words."), name="letter.txt")
    sender = Sender(name="Ann", email=ANN, avoid="received")
    envelope = Envelope("desk:1", [sender], channel=Submission.Channel.EMAIL)
    call = CallFactory()
    receive(call, [parcel], envelope, from_staff=True)
    work()
    letter = Letter.objects.get()
    assert letter.state == Letter.State.DRAFT
    with pytest.raises(NotReadyError, match="contains a word the witness asked us to avoid"):
        release(letter, by=a_member(call.inquiry))
    assert mailoutbox == []


# --- The page of the witness ----------------------------------------------------------------------


def test_the_page_shows_each_message_with_its_date_and_no_letter_to_another_author(work):
    form = ready(CallFactory(), who={"who": "together"}, contact={**CONTACT, "avoid": "received"})
    person = {"name": "Ben", "email": "ben@example.org", "may_email": "on", "wish": "open"}
    form.post("form-person", 1, **person)
    form.send()
    work()
    other = Letter.objects.get(kind=Letter.Kind.COAUTHOR)
    other.state, other.on_page_since = Letter.State.ON_PAGE, other.created_at
    other.save()
    page = form.words("form-after")
    assert "Messages" in page
    assert RECEIPT in page
    assert f"{Letter.objects.get(kind=Letter.Kind.RECEIPT).on_page_since:%Y, }" in page
    assert "names of others" not in page


def test_a_refusal_on_the_page_of_the_witness_counts_as_known_to_them(work):
    form = sent_form(work, avoid="considered")
    decide(form.draft.submission, Act.DECLINE, by=clerk_of(form), note="Another scope.")
    assert "Another scope." not in form.words("form-after")
    release(Letter.objects.get(kind=Letter.Kind.DECLINED), by=clerk_of(form))
    page = form.words("form-after")
    assert "not to accept your evidence" in page
    assert "Another scope." in page


def test_a_letter_to_who_may_not_be_emailed_is_put_on_their_page_by_a_clerk(work, mailoutbox):
    form = sent_form(work, may_email="no")
    decide(form.draft.submission, Act.DECLINE, by=clerk_of(form), note="Another scope.")
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    shown = shown_after(signed_in(clerk_of(form)), act_on(letter), {})
    assert letters_and_custody.ON_PAGE.replace("'", "&#x27;") in shown
    assert "Another scope." in form.words("form-after")
    assert mailoutbox == []


def test_a_discarded_message_is_shown_no_more(work):
    form = sent_form(work, avoid="received")
    signed_in(clerk_of(form)).post(act_on(Letter.objects.get(), "discard"))
    assert RECEIPT not in form.words("form-after")


# --- The clerk ------------------------------------------------------------------------------------


def test_list_and_page_say_that_it_was_not_sent_and_why(work):
    form = sent_form(work, avoid="received")
    client, letter = signed_in(clerk_of(form)), Letter.objects.get()
    for address in (LIST, page_of(letter)):
        page = page_text(client, address)
        assert "waits on the witness&#x27;s page" in page or "witness's own page" in page
        assert "It contains a word the witness asked us to avoid." in page
    assert "“received”" in page_text(client, page_of(letter))
    assert "received”" not in page_text(client, LIST)


def test_which_word_it_is_is_shown_only_to_who_may_see_contact_details(work, monkeypatch):
    form = sent_form(work, avoid="received")
    real = letters_and_custody.may
    monkeypatch.setattr(
        letters_and_custody,
        "may",
        lambda person, action, inquiry: (
            action != Action.READ_CONTACT and real(person, action, inquiry)
        ),
    )
    page = page_text(signed_in(clerk_of(form)), page_of(Letter.objects.get()))
    assert "It contains a word the witness asked us to avoid." in page
    assert "“received”" not in page


def test_a_clerk_changes_the_letter_and_sends_it(work, mailoutbox):
    form = sent_form(work, avoid="received")
    client, letter = signed_in(clerk_of(form)), Letter.objects.get()
    shown = shown_after(client, act_on(letter), {"read": "yes"})
    assert "contains a word the witness asked us to avoid, so it was not sent" in shown

    client.post(page_of(letter), {"subject": "Hello", "body": "All is well."})
    letter.refresh_from_db()
    client.post(act_on(letter), {"read": "yes", "precautions": precautions_of(letter).digest})
    work()

    (message,) = mail.outbox
    assert (message.subject, message.body) == ("Hello", "All is well.")
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert letter.not_sent == ""
    assert acts(letter) == [
        *("letter put on page", "letter changed", "letter released", "letter sent")
    ]


def test_a_letter_that_was_sent_cannot_be_changed(work, mailoutbox):
    form = sent_form(work)
    letter = Letter.objects.get()
    assert letter.state == Letter.State.SENT
    answer = signed_in(clerk_of(form)).post(page_of(letter), {"subject": "Other", "body": "Other"})
    assert answer.status_code == 403
    letter.refresh_from_db()
    assert RECEIPT in letter.body


def test_a_changed_subject_stays_on_one_line(work):
    form = sent_form(work, avoid="received")
    letter = Letter.objects.get()
    page = shown_after(
        signed_in(clerk_of(form)), page_of(letter), {"subject": "Two\u2028lines", "body": "Words"}
    )
    assert "Enter one line" in page
    letter.refresh_from_db()
    assert letter.subject == "A message for you"


@pytest.mark.parametrize("words", ["x" * 501, "word " * 200])
def test_words_to_avoid_are_as_short_afterwards_as_in_the_form(words, work):
    form = sent_form(work)
    answer = form.post("form-contact", email=ANN, may_email="on", avoid=words)
    assert answer.status_code == 422
    assert Contact.objects.get().avoid == ""
