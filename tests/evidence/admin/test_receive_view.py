"""Staff enter a letter: valid input and files are kept while errors are corrected."""

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


def hidden_value(page: str, name: str) -> str:
    match = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return match.group(1) if match else ""


def test_receive_form_keeps_answers_and_files_after_an_error(call):
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
        parked_document=hidden_value(first, "parked_document"),
        parked_extras=hidden_value(first, "parked_extras"),
    )

    names = Submission.objects.get().attachments.order_by("position").values_list("name", flat=True)
    assert list(names) == ["my words.txt", "annex.txt"]


@pytest.mark.parametrize("how", ["of another form", "altered", "made up"])
def test_kept_upload_belongs_to_one_form_only(call, how):
    page = enter(call, name="", document=file())
    note = hidden_value(page, "parked_document")
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


def test_receive_form_refuses_unaccepted_files_with_a_message(call):
    assert "file is empty" in enter(call, document=file(b"", "empty.txt"))
    assert not Submission.objects.exists()


def test_receive_form_refuses_invisible_names(call):
    assert "Enter the full name" in enter(call, name="\u202e\u200b", document=file())
    assert not Submission.objects.exists()
