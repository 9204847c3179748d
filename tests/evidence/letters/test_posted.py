"""Letters that are printed and posted instead of sent, and many that are sent at once."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.errors import NotPermittedError, NotReadyError
from evidence.letters.models import LINK, Letter
from evidence.letters.outbox import mark_posted, release
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import page_text, shown_after, signed_in
from tests.factories import a_member, a_submission, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(call, clerk, work) -> Letter:
    """A refusal to somebody who gave only a postal address."""
    submission = a_submission(call, address="1 High Street")
    Submission.objects.update(channel=Submission.Channel.POST)
    work()
    submission.refresh_from_db()
    decide(submission, Act.DECLINE, by=clerk)
    return Letter.objects.get(kind=Letter.Kind.DECLINED)


def test_letter_is_printed_with_the_address_and_recorded_as_posted(letter, clerk, work):
    client = signed_in(clerk)
    page = page_text(client, reverse("admin:letter-print", args=[letter.pk]))
    assert "1 High Street" in page

    today = timezone.localdate()
    answers = {"posted_on": today.isoformat()}
    text = shown_after(client, reverse("admin:letter-posted", args=[letter.pk]), answers)

    assert "Recorded as posted on" in text
    letter.refresh_from_db()
    assert (letter.state, letter.posted_on) == (Letter.State.POSTED, today)
    assert CustodyEntry.objects.filter(act="letter posted").count() == 1
    work()
    assert mail.outbox == []


def test_posted_letter_is_not_sent_posted_or_printed_again(letter, clerk):
    mark_posted(letter, timezone.localdate(), by=clerk)
    with pytest.raises(NotReadyError):
        mark_posted(letter, timezone.localdate(), by=clerk)
    fresh = Letter.objects.get(pk=letter.pk)
    with pytest.raises(NotReadyError):
        release(fresh, by=clerk)
    fresh.refresh_from_db()
    assert fresh.state == Letter.State.POSTED
    address = reverse("admin:letter-print", args=[letter.pk])
    assert signed_in(clerk).get(address).status_code == 404


@pytest.mark.parametrize("days", [-1, 1])
def test_day_of_posting_is_between_writing_and_today(letter, clerk, days):
    day = timezone.localdate() + datetime.timedelta(days=days)
    with pytest.raises(NotReadyError, match="day you posted it"):
        mark_posted(letter, day, by=clerk)
    text = shown_after(signed_in(clerk), reverse("admin:letter-posted", args=[letter.pk]), {})
    assert "Enter the day you posted it." in text


def test_letter_with_a_link_is_not_printed(letter, clerk):
    Letter.objects.filter(pk=letter.pk).update(body=f"Open {LINK}.")
    fresh = Letter.objects.get(pk=letter.pk)
    assert not fresh.is_printable
    with pytest.raises(NotReadyError, match="link"):
        mark_posted(fresh, timezone.localdate(), by=clerk)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
def test_others_print_and_record_nothing(letter, call, role):
    person = a_member(call.inquiry, role)
    for name in ("letter-print", "letter-posted"):
        address = reverse(f"admin:{name}", args=[letter.pk])
        assert signed_in(person).post(address).status_code in {403, 404}
    with pytest.raises(NotPermittedError):
        mark_posted(letter, timezone.localdate(), by=person)


def test_selected_letters_are_sent_and_those_that_need_care_are_left_out(call, clerk, work):
    easy = a_submission(call, text="One.", email="easy@example.org")
    careful = a_submission(call, text="Two.", email="careful@example.org", hours="Evenings only.")
    work()
    for submission in (easy, careful):
        decide(submission, Act.DECLINE, by=clerk)
    letters = Letter.objects.filter(kind=Letter.Kind.DECLINED)
    mail.outbox.clear()
    fields = {
        "action": "send_selected",
        "_selected_action": [str(key) for key in letters.values_list("pk", flat=True)],
    }

    text = shown_after(signed_in(clerk), reverse("admin:evidence_letter_changelist"), fields)
    work()

    assert "Being sent: 1." in text
    assert f"Left out: 1. {careful.label}" in text
    assert [message.to for message in mail.outbox] == [["easy@example.org"]]
    specialist = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    address = reverse("admin:evidence_letter_changelist")
    assert specialist.post(address, fields).status_code == 403
