"""A letter is not sent after permission was withdrawn, and is not recorded as sent."""

import pytest
from django.core import mail

from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import Act
from evidence.errors import NotReadyError
from evidence.jobs.queue import ask
from evidence.letters.models import Letter
from evidence.letters.outbox import discard, release
from evidence.witnesses.models import Contact
from tests.factories import a_member, a_submission, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(work) -> Letter:
    """A letter about a submission that was not accepted, released by a clerk and not yet sent."""
    submission = a_submission(email="witness@example.org")
    work()
    clerk = a_member(submission.inquiry)
    decide(submission, Act.DECLINE, by=clerk)
    letter = Letter.objects.get(kind=Letter.Kind.DECLINED)
    mail.outbox.clear()
    release(letter, by=clerk)
    return letter


def acts(letter: Letter) -> list[str]:
    entries = CustodyEntry.objects.filter(subject_type="letter", subject_id=str(letter.pk))
    return [entry.act for entry in entries]


@pytest.mark.parametrize("gone", [{"may_email": False}, {"email": ""}])
def test_letter_is_not_sent_after_permission_was_withdrawn_and_custody_says_so(letter, gone, work):
    for contact in Contact.objects.all():
        for name, value in gone.items():
            setattr(contact, name, value)
        contact.save()

    work()

    letter.refresh_from_db()
    assert not mail.outbox
    assert letter.state == Letter.State.UNWANTED
    assert letter.sent_at is None
    assert acts(letter) == ["letter released", "letter not sent"]


def test_letter_is_not_sent_after_contact_details_were_erased(letter, work):
    Contact.objects.all().delete()

    work()

    letter.refresh_from_db()
    assert letter.state == Letter.State.UNWANTED
    assert not mail.outbox


def test_clerk_sends_or_discards_the_letter_when_permission_returns(letter, work):
    clerk = a_member(letter.submission.inquiry)
    Contact.objects.update(may_email=False)
    work()
    with pytest.raises(NotReadyError, match="asked us not to email"):
        release(letter, by=clerk)

    Contact.objects.update(may_email=True)
    release(letter, by=clerk)
    work()

    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert len(mail.outbox) == 1
    discard(letter, by=clerk)
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT


def test_letter_already_sent_stays_sent(letter, work):
    work()
    Contact.objects.update(may_email=False)
    ask("send_letter", letter.pk)

    work()

    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
    assert acts(letter) == ["letter released", "letter sent"]
