"""Staff enter a letter: valid input and files are kept while errors are corrected."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

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

    assert "Choose the document with the evidence, or type its text." in enter(
        call, document="", **fields
    )
    assert not Submission.objects.exists()


def test_receive_form_refuses_unaccepted_files_with_a_message(call):
    assert "file is empty" in enter(call, document=file(b"", "empty.txt"))
    assert not Submission.objects.exists()


def test_receive_form_refuses_invisible_names(call):
    assert "Enter the full name" in enter(call, name="\u202e\u200b", document=file())
    assert not Submission.objects.exists()


def test_postal_address_and_coauthors_are_kept(call):
    enter(
        call,
        address="1 High Street",
        document=file(),
        **{
            "people-0-name": "Dr B. Other",
            "people-0-email": "b@example.org",
            "people-0-address": "2 Low Street",
            "people-0-disclosure": "confidential",
        },
    )
    submission = Submission.objects.get()
    contacts = [
        link.witness.contact for link in submission.witness_links.select_related("witness__contact")
    ]
    assert [contact.address for contact in contacts] == ["1 High Street", "2 Low Street"]
    assert contacts[1].email == "b@example.org"
    assert submission.disclosure == "confidential"


def test_coauthor_with_an_address_and_no_name_is_refused_and_kept(call):
    page = enter(call, document=file(), **{"people-0-address": "2 Low Street"})
    assert "Enter the name of this person or organisation." in page
    assert "2 Low Street" in page


def test_typed_text_becomes_the_document_and_a_scan_an_extra_file(call, work):
    enter(call, document="", typed="First.\n\nSecond.", extras=[file(b"Scan.", "scan.txt")])
    work()
    submission = Submission.objects.get()
    names = submission.attachments.order_by("position").values_list("name", flat=True)
    assert list(names) == ["typed.html", "scan.txt"]
    assert "1. First.\n\n2. Second." in submission.submission_text.text


def test_typed_text_is_kept_while_errors_are_corrected(call):
    page = enter(call, name="", document="", typed="Words of a letter.")
    assert "Words of a letter." in page
    assert "Choose the document" not in page


@pytest.mark.parametrize(("days", "words"), [(-2, "closed on"), (2, "closes on")])
def test_closing_date_stands_beside_the_date_received(call, days, words):
    call.closes_at = timezone.now() + datetime.timedelta(days=days)
    call.save()
    page = signed_in(a_member(call.inquiry)).get(reverse(PAGE)).content.decode()
    closes = timezone.localtime(call.closes_at)
    day = f"{date_format(closes, 'j F Y')} at {date_format(closes, 'H:i')}"
    hint = re.search(r'id="id_received_at_helptext">([^<]*)<', page)
    assert hint is not None
    assert f"“{call.title}” {words} {day}." in hint.group(1)
    assert f"{call.title} ({words} {day})</option>" in page
