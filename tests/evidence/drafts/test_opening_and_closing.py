"""When forms can be started and sent: before a call opens, in time, late, too late."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.drafts.models import Draft
from evidence.submissions.models import Submission
from inquiry.calls.models import Question
from tests.evidence.drafts.witness import AtTheForm, begin, file, ready
from tests.factories import CallFactory, docx

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory()


def closing(minutes: int, *, grace: int = 15) -> dict[str, object]:
    """A call that closes so many minutes from now; a negative number has passed."""
    now = timezone.now()
    return {
        "opens_at": now - datetime.timedelta(days=9),
        "closes_at": now + datetime.timedelta(minutes=minutes),
        "grace_minutes": grace,
    }


def closes_now(form: AtTheForm, minutes_ago: int) -> None:
    """The call of a form that was begun an hour ago closes so many minutes ago."""
    now = timezone.now()
    closed = now - datetime.timedelta(minutes=minutes_ago)
    type(form.call).objects.filter(pk=form.call.pk).update(closes_at=closed)
    begun = now - datetime.timedelta(hours=1)
    Draft.objects.update(started_at=begun)
    Draft.objects.exclude(first_saved_at=None).update(first_saved_at=begun)


def test_call_before_opening_and_after_closing_accepts_no_new_form():
    now, client = timezone.now(), Client()
    later = CallFactory(
        opens_at=now + datetime.timedelta(days=1), closes_at=now + datetime.timedelta(days=2)
    )
    for call in (later, CallFactory(**closing(-1)), CallFactory(**closing(-60))):
        assert client.post(reverse("start", args=[call.code])).status_code == 422
    assert not Draft.objects.exists()


def test_form_begun_in_time_is_sent_within_the_grace_and_marked_late(call):
    form = ready(call)
    closes_now(form, 5)

    assert "You can still send this form until" in form.words("form-check")
    form.send()

    assert Submission.objects.get().late


def test_form_without_answers_saved_in_time_is_not_sent_within_the_grace(call):
    """Who pressed Begin before closing and wrote everything after it was not on the way."""
    form = begin(call)
    closes_now(form, 5)
    form.fill_in()
    form.upload(file())

    assert "you cannot send this form" in form.words("form-check")
    assert form.send().status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize("saved", ["a page", "a file"])
def test_form_saved_in_time_is_sent_within_the_grace_after_more_changes(call, saved):
    form = begin(call)
    if saved == "a page":
        form.say("title", name="A title")
    else:
        form.upload(file(b"Other words.", "first.txt"))
    closes_now(form, 5)
    form.fill_in()
    form.upload(file())

    form.send()

    assert Submission.objects.get().late


def test_form_after_the_grace_is_not_sent_and_keeps_its_answers(call):
    form = ready(call)
    closes_now(form, 60)

    answer = form.send()

    assert answer.status_code == 422
    assert (
        "This call for evidence has closed, so nothing was sent. We have kept what you typed."
    ) in (answer.content.decode())
    assert not Submission.objects.exists()
    assert "Dr Ann Othername" in form.words("form-check")
    assert form.get("form-copy").status_code == 200


def test_call_page_says_whether_it_is_open(client):
    calls = {
        "Open until": CallFactory(**closing(10)),
        "you can still send your form until": CallFactory(**closing(-1)),
        "If you have a reason to send evidence late": CallFactory(**closing(-60)),
    }
    for words, call in calls.items():
        page = client.get(reverse("call", args=[call.code])).content.decode()
        assert [text for text in calls if text in page] == [words]


def test_call_is_available_as_plain_text(client, call):
    Question.objects.create(inquiry=call.inquiry, number=1, text="What & why?")
    answer = client.get(reverse("call-text", args=[call.code]))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "1. What & why?" in answer.content.decode()


def test_text_over_the_word_limit_is_reported_and_accepted(call, work):
    call.word_limit = 3
    call.save()
    form = begin(call)
    form.upload(file(b"One two three four five."))
    work()
    assert "2 words over the limit of 3" in form.words("form-files")


def test_word_file_is_previewed_as_it_would_be_published(call, work):
    form = ready(call, disclosure={"wish": "name_withheld", "reasons": "My family."})
    form.upload(file(docx("# Heading\n\nA *paragraph* 1 \\< 2."), "mine.docx"))
    work()

    page = form.words("form-preview")

    assert "Written evidence submitted by Name withheld" in page
    assert "Annex 1 to written evidence submitted by Name withheld" in page
    assert "<em>paragraph</em> 1 &lt; 2." in page
    assert "Othername" not in page
