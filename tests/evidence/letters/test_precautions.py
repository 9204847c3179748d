"""If a witness gave precautions, a clerk reads them before a letter is sent."""

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
from evidence.letters.precautions import precautions_of, words_to_avoid_in
from evidence.submissions.models import Submission
from evidence.witness_requests.questions import ask_witness
from evidence.witnesses.models import Contact
from tests.evidence.admin.admin_client import page_text, shown_after, signed_in
from tests.factories import a_member, a_submission, decide

pytestmark = pytest.mark.django_db
EMAIL = "witness@example.org"
TOLD = {
    "hours": "Weekdays after nine",
    "avoid": "Never say “committee”, please",
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
    """A letter for a clerk to read."""
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
def test_receipt_for_a_witness_with_precautions_waits_for_a_clerk(precautions, work, mailoutbox):
    a_submission(email=EMAIL, **precautions)
    letter = Letter.objects.get()
    assert letter.state == Letter.State.DRAFT
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert acts(letter) == []
    assert mailoutbox == []


@pytest.mark.parametrize("precautions", EACH)
def test_question_notice_for_a_witness_with_precautions_waits_for_a_clerk(
    precautions, work, mailoutbox
):
    submission = a_submission(email=EMAIL, **precautions)
    query = ask_witness(submission, "When?", by=a_member(submission.inquiry))
    work()
    assert Letter.objects.get(kind=Letter.Kind.QUESTION).state == Letter.State.DRAFT
    assert mailoutbox == []
    assert query.submission == submission


def test_letters_go_automatically_to_a_witness_without_precautions(work, mailoutbox):
    submission = a_submission(email=EMAIL, hours=" ", avoid="\n")
    ask_witness(submission, "When?", by=a_member(submission.inquiry))
    work()
    assert len(mailoutbox) == 2


def test_released_letter_returns_to_draft_when_precautions_are_added(mailoutbox, work):
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


def test_letter_page_shows_precautions_and_the_words_to_avoid_it_contains(letter, clerk):
    changed(avoid="Never say “document”, please")
    shown = page_text(signed_in(clerk), page(letter))
    for words in (TOLD["hours"], TOLD["safe_ways"], "Never say “document”, please"):
        assert words in shown
    assert "contains words to avoid" in shown
    assert "“document”. It is not sent" in shown


def test_letter_page_has_no_warning_without_words_to_avoid(submission, clerk, letter):
    changed(avoid="university")
    shown = page_text(signed_in(clerk), page(letter))
    assert "university" in shown
    assert "contains words to avoid" not in shown


def test_letter_page_shows_no_empty_precautions(work):
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
def test_letter_is_not_released_until_the_clerk_confirms_reading_precautions(
    letter, clerk, posted, work
):
    if "precautions" in posted:
        posted = {"precautions": precautions_of(letter).digest}
    shown = shown_after(signed_in(clerk), act(letter), posted)
    work()
    assert "tick to confirm" in shown
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert mail.outbox == []


def test_clerk_who_read_the_precautions_sends_the_letter_and_custody_says_so(letter, clerk, work):
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


def test_letter_is_not_released_from_a_page_with_outdated_precautions(letter, clerk):
    digest = precautions_of(letter).digest
    changed(hours="Not this week")
    with pytest.raises(PrecautionsUnreadError):
        release(letter, by=clerk, precautions_read=digest)
    with pytest.raises(PrecautionsUnreadError):
        release(letter, by=clerk)


def test_letter_is_not_sent_if_precautions_change_after_release(letter, clerk, work):
    release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    changed(hours="Not this week")
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert mail.outbox == []


def test_letter_is_never_released_without_permission_to_email(letter, clerk):
    changed(email="")
    assert not release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    letter.refresh_from_db()
    assert letter.state == Letter.State.ON_PAGE
    with pytest.raises(NotReadyError, match="no email address"):
        release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    assert mail.outbox == []


def test_letter_checked_an_hour_ago_is_checked_again_before_sending(letter, clerk, work):
    """A worker that stood still must not send it in the night."""
    release(letter, by=clerk, precautions_read=precautions_of(letter).digest)
    Letter.objects.update(released_at=timezone.now() - datetime.timedelta(hours=1))
    work()
    letter.refresh_from_db()
    assert letter.state == Letter.State.DRAFT
    assert mail.outbox == []


def test_failed_letter_returns_to_the_clerk_and_is_not_retried_at_other_hours(
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
        ("CV", "civic cvs", ("cv",)),
        ("committee", "the subcommittees", ("committee",)),
        ("Ｃommittee", "a com\u00admittee", ("committee",)),
        ("Dr J. Name", "just a subject", ()),
        ("Dr J. Name", "written by J.", ("j",)),
        ("委员会", "关于委员会的信", ("委员会",)),
        ("tystiolaeth", "Y dystiolaeth", ()),
        ("any words about it", "words about it", ()),
        ("", "anything", ()),
        (" ,;. ", "anything", ()),
    ],
)  # fmt: skip
def test_words_to_avoid_are_found_in_any_case_and_with_endings(avoid, text, matches):
    assert set(words_to_avoid_in(avoid, text)) == set(matches)


def test_words_to_avoid_are_found_in_the_subject(letter):
    changed(avoid="message for")
    assert "message for" in precautions_of(letter).matches
