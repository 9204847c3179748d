"""Staff enter a letter: what was good is kept while the rest is put right."""

import re

import pytest
from django.urls import reverse

from evidence.submissions.models import Submission
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.admin.test_submission_list import letter_of
from tests.evidence.drafts.witness import file
from tests.factories import CallFactory, a_member

pytestmark = pytest.mark.django_db
PAGE = "admin:evidence_submission_add"


@pytest.fixture
def call():
    return CallFactory()


def enter(call, **fields) -> str:
    client = signed_in(a_member(call.inquiry))
    return client.post(reverse(PAGE), letter_of(call, **fields)).content.decode()


def hidden(page: str, name: str) -> str:
    match = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return match.group(1) if match else ""


def test_after_an_error_everything_is_still_there_and_no_file_need_be_chosen_again(call):
    first = enter(
        call,
        name="",
        title="On pressure",
        document=file(name="my words.txt"),
        extras=[file(b"Annex.", "annex.txt")],
    )
    assert "Enter the full name" in first
    assert "On pressure" in first
    assert "my words.txt" in first

    enter(
        call,
        document="",
        parked_document=hidden(first, "parked_document"),
        parked_extras=hidden(first, "parked_extras"),
    )

    names = Submission.objects.get().attachments.order_by("position").values_list("name", flat=True)
    assert list(names) == ["my words.txt", "annex.txt"]


@pytest.mark.parametrize("how", ["of another form", "altered", "made up"])
def test_a_kept_file_is_given_to_no_other_form(call, how):
    page = enter(call, name="", document=file())
    note = hidden(page, "parked_document")
    assert note
    fields = {
        "of another form": {
            "parked_document": note,
            "idempotency_key": "11111111-1111-4111-8111-111111111111",
        },
        "altered": {"parked_document": note[:-3] + ("abc" if note[-3:] != "abc" else "xyz")},
        "made up": {"parked_document": "a:b:c"},
    }[how]

    assert "Choose the document with the evidence." in enter(call, document="", **fields)
    assert not Submission.objects.exists()


def test_a_file_that_is_not_taken_is_refused_in_words(call):
    assert "file is empty" in enter(call, document=file(b"", "empty.txt"))
    assert not Submission.objects.exists()


def test_an_invisible_name_is_refused(call):
    assert "Enter the full name" in enter(call, name="\u202e\u200b", document=file())
    assert not Submission.objects.exists()
