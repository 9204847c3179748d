"""The page after sending says what arrived, when to expect an answer, and how long forms are
accepted."""

import datetime
import html
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from evidence.drafts.models import Draft
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from inquiry.calls.models import Call
from tests.evidence.drafts.witness import begin, file, ready
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
ONLY_ANN = "We emailed a receipt to 1 address that you gave us, and to nobody else."
NOBODY = "We have not emailed a receipt, to you or to anybody else."
NO_EMAIL = {"may_email": "no", "email": "", "may_phone": "no"}


@pytest.fixture
def call():
    return CallFactory(
        title="Interference in academia",
        code="interference",
        inquiry__title="Foreign influence",
        inquiry__code="influence",
        inquiry__prefix="FIA",
        closes_at=datetime.datetime(2100, 1, 15, 17, 0, tzinfo=datetime.UTC),
        grace_minutes=15,
        answer_weeks=8,
    )


def words_of(form, name: str = "form-after") -> str:
    """The words of a page without its tags."""
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", form.words(name))).split())


def test_receipt_shows_the_time_files_sizes_and_words(call, work):
    form = ready(call)
    form.upload(file(b"Two words.", "annex.txt"))
    form.send()
    moment = datetime.datetime(2027, 1, 15, 17, 4, tzinfo=datetime.UTC)
    Submission.objects.update(received_at=moment)
    assert "Length" not in words_of(form)
    work()

    page = words_of(form)

    assert "Received Friday 15 January 2027, 17:04 (London time)" in page
    assert "evidence.txt · TXT · 18 bytes" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "annex.txt · TXT · 10 bytes" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Length 5 words" in page


def test_receipt_says_who_was_written_to(call, work, mailoutbox):
    form = ready(call)
    form.send()
    assert ONLY_ANN not in words_of(form)
    work()
    assert [letter.to for letter in mailoutbox] == [["ann@othername.example"]]
    assert ONLY_ANN in words_of(form)


def test_receipt_says_that_nobody_was_written_to(call, work, mailoutbox):
    form = ready(call, contact=NO_EMAIL, disclosure={"wish": "confidential", "reasons": "Fear."})
    form.send()
    work()
    assert mailoutbox == []
    assert NOBODY in words_of(form)


def test_answer_is_expected_some_weeks_after_closing_or_a_later_receipt():
    closes = datetime.datetime(2027, 1, 15, 17, 0, tzinfo=datetime.UTC)
    call = Call(closes_at=closes, answer_weeks=8)
    assert call.answer_by(closes - datetime.timedelta(days=60)).date().isoformat() == "2027-03-12"
    assert call.answer_by(closes + datetime.timedelta(days=7)).date().isoformat() == "2027-03-19"


def test_receipt_says_by_when_to_expect_an_answer_until_it_has_come(call):
    form = ready(call)
    form.send()
    assert "You can expect one by 12 March 2100." in words_of(form)
    Submission.objects.update(status="withdrawn")
    assert "You can expect one by" not in words_of(form)


@pytest.mark.parametrize("weeks", [0, 105])
def test_call_refuses_an_answer_within_no_weeks_or_years(call, weeks):
    call.answer_weeks = weeks
    with pytest.raises(ValidationError) as refused:
        call.full_clean()
    assert set(refused.value.message_dict) == {"answer_weeks"}


def test_receipt_gives_the_minute_until_which_forms_are_accepted(call):
    form = ready(call)
    form.send()
    end = "until Friday 15 January 2100, 17:15 (London time)"
    assert f"We accept a form that you started by then {end}." in words_of(form)


def test_form_and_call_in_grace_give_the_minute_at_which_it_ends(client, call):
    form = begin(call)
    now = timezone.now()
    closed = (now - datetime.timedelta(minutes=5)).replace(second=0)
    Call.objects.update(closes_at=closed)
    begun = now - datetime.timedelta(hours=1)
    Draft.objects.update(started_at=begun, first_saved_at=begun)
    end = timezone.localtime(closed + datetime.timedelta(minutes=15)).strftime("%H:%M")

    assert f"{end} (London time). It will be marked as late." in words_of(form, "form")
    page = client.get(f"/calls/{call.code}/").content.decode()
    assert f"{end} (London time). It will be marked as late." in page


@pytest.mark.parametrize("wish", [Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL])
def test_receipt_of_protected_evidence_does_not_name_the_inquiry(call, work, wish):
    form = ready(call, disclosure={"wish": wish, "reasons": "My family."})
    form.upload(file(b"Two words.", "Foreign influence FIA.txt"))
    form.send()
    work()

    page = words_of(form)

    assert "Document · TXT · " in page
    assert "Extra file · TXT · " in page
    names = (call.title, call.inquiry.title, call.inquiry.committee.name, "FIA", call.code)
    source = html.unescape(form.words("form-after"))
    assert [name for name in names if name in source] == []
