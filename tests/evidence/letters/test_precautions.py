"""Where a witness told when, how or with which words to write, a clerk reads that first."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.decisions.models import Act
from evidence.errors import NotReadyError, PrecautionsUnreadError
from evidence.letters.models import Letter
from evidence.letters.outbox import release
from evidence.letters.precautions import precautions_of, words_found
from evidence.submissions.models import Submission
from evidence.witness_requests.questions import ask_witness
from evidence.witnesses.models import Contact
from tests.evidence.admin.admin_client import page_text, shown_after, signed_in
from tests.factories import a_member, a_submission, decide

pytestmark = pytest.mark.django_db
EMAIL = "witness@example.org"
TOLD = {
    "hours": "Weekdays after nine",
    "avoid": "Never say “committee”, thank you",
    "safe_ways": "My sister, 020 7946 0000",
}
EACH = [{name: words} for name, words in TOLD.items()]


@pytest.fixture
def submission(work) -> Submission:
    """A submission whose witness told everything about how to write to them."""
    submission = a_submission(email=EMAIL, **TOLD)
    work()
    return submission


@pytest.fixture
def clerk(submission):
    return a_member(submission.inquiry)


@pytest.fixture
def letter(submission, clerk) -> Letter:
    """A letter for a clerk to read, in which stands a word to avoid."""
    decide(submission, Act.DECLINE, by=clerk)
    return Letter.objects.get(kind=Letter.Kind.DECLINED)


def page(letter: Letter) -> str:
    return reverse("admin:evidence_letter_change", args=[letter.pk])


def act(letter: Letter, name: str = "release") -> str:
    return reverse("admin:letter-act", args=[letter.pk, name])


def changed(**values: str) -> None:
    for contact in Contact.objects.all():
        for name, value in values.items():
            setattr(contact, name, value)
        contact.save()


def acts(letter: Letter) -> list[str]:
    entries = CustodyEntry.objects.filter(subject_type="letter", subject_id=str(letter.pk))
    return [entry.act for entry in entries]


# --- Nothing goes by itself -----------------------------------------------------------------------


@pytest.mark.parametrize("precautions", EACH)
def test_the_receipt_of_such_a_witness_waits_for_a_clerk(precautions, work, mailoutbox):
    a_submission(email=EMAIL, **precautions)
    letter = Letter.objects.get()
    assert letter.state == Letter.State.DRAFT
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert acts(letter) == []
    assert mailoutbox == []


@pytest.mark.parametrize("precautions", EACH)
def test_so_does_the_letter_that_there_is_a_question(precautions, work, mailoutbox):
    submission = a_submission(email=EMAIL, **precautions)
    query = ask_witness(submission, "When?", by=a_member(submission.inquiry))
    work()
    assert Letter.objects.get(kind=Letter.Kind.QUESTION).state == Letter.State.DRAFT
    assert mailoutbox == []
    assert query.submission == submission


def test_of_who_told_nothing_they_go_by_themselves(work, mailoutbox):
    submission = a_submission(email=EMAIL, hours=" ", avoid="\n")
    ask_witness(submission, "When?", by=a_member(submission.inquiry))
    work()
    assert len(mailoutbox) == 2


def test_a_letter_on_its_way_comes_back_if_the_witness_tells_something_meanwhile(mailoutbox, work):
    a_submission(email=EMAIL)
    assert Letter.objects.get().state == Letter.State.RELEASED
    changed(hours="Never on Sundays")

    work()

    letter = Letter.objects.get()
    assert letter.state == Letter.State.DRAFT
    assert mailoutbox == []
    assert acts(letter) == ["letter not sent"]
    assert verify().whole


# --- A clerk reads it beside the letter -----------------------------------------------------------


def test_the_page_of_a_letter_shows_what_was_told_and_the_words_to_avoid_in_it(letter, clerk):
    shown = page_text(signed_in(clerk), page(letter))
    for words in TOLD.values():
        assert words in shown
    assert "This letter contains words to avoid" in shown
    assert "“committee”" in shown


def test_no_warning_where_the_words_do_not_stand_in_the_letter(submission, clerk, letter):
    changed(avoid="university")
    shown = page_text(signed_in(clerk), page(letter))
    assert "university" in shown
    assert "This letter contains words to avoid" not in shown


def test_nothing_of_it_is_shown_for_who_told_nothing(work):
    submission = a_submission(email=EMAIL)
    clerk = a_member(submission.inquiry)
    work()
    decide(submission, Act.DECLINE, by=clerk)
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    client = signed_in(clerk)
    assert "Contacting this witness safely" not in page_text(client, page(letter))
    client.post(act(letter))
    work()
    assert mail.outbox[-1].to == [EMAIL]


@pytest.mark.parametrize("posted", [{}, {"read": "yes"}, {"precautions": "its own"}])
def test_it_is_not_released_until_the_clerk_says_to_have_read_it(letter, clerk, posted, work):
    if "precautions" in posted:
        posted = {"precautions": precautions_of(letter).digest}
    shown = shown_after(signed_in(clerk), act(letter), posted)
    work()
    assert "tick to confirm" in shown
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert mail.outbox == []


def test_a_clerk_who_has_read_it_sends_it_and_the_record_says_so(letter, clerk, work):
    client = signed_in(clerk)
    digest = precautions_of(letter).digest
    assert digest in page_text(client, page(letter))
    client.post(act(letter), {"precautions": digest, "read": "yes"})
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert acts(letter) == ["letter released", "letter sent"]
    assert CustodyEntry.objects.get(act="letter released").detail["precautions"] == "read"
    assert TOLD["hours"] not in str(list(CustodyEntry.objects.values_list("detail", flat=True)))


def test_it_is_not_released_from_a_page_that_showed_other_words(letter, clerk):
    digest = precautions_of(letter).digest
    changed(hours="Not this week")
    with pytest.raises(PrecautionsUnreadError):
        release(letter, by=clerk, precautions_read=digest)
    with pytest.raises(PrecautionsUnreadError):
        release(letter, by=clerk)


def test_nor_sent_if_other_words_come_between_its_release_and_its_sending(letter, clerk, work):
    release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    changed(hours="Not this week")
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert mail.outbox == []


def test_no_leave_to_write_is_no_leave_whatever_was_read(letter, clerk):
    changed(email="")
    with pytest.raises(NotReadyError, match="no email address"):
        release(letter, by=clerk, precautions_read=precautions_of(letter).digest)


def test_a_letter_that_was_safe_to_send_an_hour_ago_is_read_again(letter, clerk, work):
    """A worker that stood still must not send it in the night."""
    release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    Letter.objects.update(released_at=timezone.now() - datetime.timedelta(hours=1))
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert mail.outbox == []


def test_while_mail_fails_it_comes_back_to_the_clerk_and_is_not_tried_at_other_hours(
    letter, clerk, work, settings
):
    release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    work()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.FAILED
    assert mail.outbox == []
    assert "could not be sent" in page_text(signed_in(clerk), page(letter))

    release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    work()
    assert len(mail.outbox) == 1


# --- Words to avoid -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("avoid", "text", "matches"),
    [
        ("committee", "The Committee's staff", ("committee",)),
        ("committee", "All committees", ("committee",)),
        ("select committee; evidence", "Our SELECT\ncommittee met", ("select committee",
                                                                    "select", "committee")),
        ("Please never mention the inquiry or Dr Müller", "To Dr. Muller", ("dr", "muller")),
        ("“foreign state”", "a foreign power", ("foreign",)),
        ("CV", "a cv, not a civic", ("cv",)),
        ("CV", "civic cvs", ()),
        ("委员会", "关于委员会的信", ("委员会",)),
        ("tystiolaeth", "Y dystiolaeth", ()),
        ("any words about it", "words about it", ()),
        ("", "anything", ()),
        (" ,;. ", "anything", ()),
    ],
)  # fmt: skip
def test_words_to_avoid_are_found_in_any_letters_and_with_endings(avoid, text, matches):
    assert set(words_found(avoid, text)) == set(matches)


def test_the_subject_is_searched_too(letter):
    changed(avoid="sent us")
    assert "sent us" in precautions_of(letter).matches
