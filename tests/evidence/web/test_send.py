"""A witness sends evidence: nothing is lost, nothing is doubled, nobody else sees the receipt."""

import datetime
import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.witnesses.models import Contact
from inquiry.calls.models import Call
from tests.evidence.web.sending import file, filled_in, post
from tests.factories import CallFactory, docx

pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Call:
    return CallFactory()


def closed(minutes_ago: int, *, grace: int = 15) -> Call:
    now = timezone.now()
    return CallFactory(
        opens_at=now - datetime.timedelta(days=9),
        closes_at=now - datetime.timedelta(minutes=minutes_ago),
        grace_minutes=grace,
    )


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found.group(1) if found else ""


def test_a_witness_sends_and_is_shown_the_receipt(client, call):
    answer = post(client, call, document=file())

    piece = Submission.objects.get()
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert piece.receipt in page
    assert Contact.objects.get(witness__submissions=piece).email == "a.name@example.org"


def test_the_receipt_is_shown_to_the_browser_that_sent_and_to_no_other(client, call):
    post(client, call, document=file())
    sent = reverse("sent", args=[call.code])

    other = Client().get(sent)

    assert other.status_code == 302
    assert other["Location"] == reverse("call", args=[call.code])


def test_pressing_send_twice_makes_one_piece_with_one_receipt(client, call):
    said = filled_in()
    for _each in range(2):
        answer = client.post(reverse("send", args=[call.code]), {**said, "document": file()})
        assert answer.status_code == 302
    assert Submission.objects.count() == 1


def test_several_who_write_together_are_each_a_witness_in_their_order(client, call):
    post(
        client,
        call,
        who="together",
        disclosure="name_withheld",
        reasons="We fear for our families.",
        document=file(),
        **{
            "people-0-name": "Bob Second",
            "people-0-role": "Student",
            "people-2-organisation": "A Society",
        },
    )

    piece = Submission.objects.get()
    links = piece.witness_links.order_by("position")
    assert [link.witness.heading() for link in links] == [
        "Dr A. Name",
        "Bob Second, Student",
        "A Society",
    ]
    assert {link.disclosure_requested for link in links} == {Disclosure.NAME_WITHHELD}
    assert Contact.objects.exclude(email="").count() == 1


# --- Put right and sent again --------------------------------------------------------------------


def test_after_an_error_everything_is_still_there_and_the_file_need_not_be_chosen_again(
    client, call
):
    said = {
        "name": "Dr A. Name",
        "role": "Reader in Law",
        "organisation": "University of X",
        "phone": "020 7946 0000",
        "safe_ways": "Only by post",
        "title": "On pressure",
        "reasons": "My family",
        "people-0-name": "Bob Second",
    }
    first = post(client, call, document=file(name="my words.txt"), email="", **said)

    page = first.content.decode()
    assert first.status_code == 422
    assert "Give an e-mail address" in page
    assert "We have kept my words.txt." in page
    for words in said.values():
        assert words in page

    second = post(
        client,
        call,
        once=hidden(page, "once"),
        parked_document=hidden(page, "parked_document"),
        **said,
    )

    assert second.status_code == 302
    assert Submission.objects.get().attachments.get().name == "my words.txt"


def test_extra_files_are_kept_too(client, call):
    first = post(
        client,
        call,
        email="",
        document=file(),
        extras=[file(b"Annex one.", "one.txt"), file(b"Annex two.", "two.txt")],
    )
    page = first.content.decode()

    post(
        client,
        call,
        once=hidden(page, "once"),
        parked_document=hidden(page, "parked_document"),
        parked_extras=hidden(page, "parked_extras"),
    )

    names = Submission.objects.get().attachments.order_by("position").values_list("name", flat=True)
    assert list(names) == ["evidence.txt", "one.txt", "two.txt"]


@pytest.mark.parametrize("how", ["of another form", "altered", "made up"])
def test_a_kept_file_is_given_to_no_other_form(client, call, how):
    page = post(client, call, email="", document=file()).content.decode()
    note, once = hidden(page, "parked_document"), hidden(page, "once")
    assert note
    if how == "altered":
        note = note[:-3] + ("abc" if not note.endswith("abc") else "xyz")
    said = {
        "of another form": {"parked_document": note},
        "altered": {"parked_document": note, "once": once},
        "made up": {"parked_document": "a:b:c", "once": once},
    }[how]

    answer = post(client, call, **said)

    assert answer.status_code == 422
    assert "Choose the document with your evidence." in answer.content.decode()
    assert not Submission.objects.exists()


# --- What is not taken ---------------------------------------------------------------------------


def with_macro() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


def refused(client, call, content: bytes, name: str) -> str:
    answer = post(client, call, document=file(content, name), title="Still here")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Still here" in page
    assert "There is a problem" in page
    assert not Submission.objects.exists()
    return page


def test_a_file_that_is_too_large_is_refused_in_words(client, call, settings):
    settings.LARGEST_FILE = 1024 * 1024
    assert "larger than 1 MB" in refused(client, call, b"word " * 300_000, "long.txt")


def test_an_empty_file_is_refused_in_words(client, call):
    assert "empty" in refused(client, call, b"", "empty.txt")


def test_a_file_with_macros_is_refused_in_words(client, call):
    assert "macro" in refused(client, call, with_macro(), "evidence.docm").lower()


def test_a_picture_is_no_document(client, call):
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c4890000000d49444154"
        "789c6360000002000001e221bc330000000049454e44ae426082".replace(" ", "")
    )
    assert "This is a picture" in refused(client, call, png, "photo.png")


def test_a_form_without_a_file_is_refused_in_words(client, call):
    answer = post(client, call)
    assert answer.status_code == 422
    assert "Choose the document with your evidence." in answer.content.decode()


def test_more_files_than_are_taken_are_refused_in_words(client, call, settings):
    settings.MOST_FILES = 2
    extras = [file(b"a.", "a.txt"), file(b"b.", "b.txt")]
    answer = post(client, call, document=file(), extras=extras)
    assert answer.status_code == 422
    assert "at most 2 files" in answer.content.decode()


@pytest.mark.parametrize("wish", ["name_withheld", "confidential"])
def test_who_asks_for_protection_is_asked_why(client, call, wish):
    answer = post(client, call, disclosure=wish, document=file())
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()


def test_who_asks_for_confidentiality_need_not_give_an_address(client, call):
    answer = post(
        client, call, disclosure="confidential", reasons="Danger", email="", document=file()
    )
    assert answer.status_code == 302
    assert Submission.objects.get().disclosure == Disclosure.CONFIDENTIAL


# --- Opening and closing -------------------------------------------------------------------------


def test_a_call_that_closed_while_the_form_was_filled_in_says_so_and_keeps_the_form(client):
    call = closed(60)
    answer = post(client, call, document=file(), title="Still here")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This call closed on" in page
    assert "Still here" in page
    assert not Submission.objects.exists()


def test_what_comes_within_the_grace_is_taken_and_marked_as_late(client):
    call = closed(5)
    answer = post(client, call, document=file())
    assert Submission.objects.get().late
    assert "marked as late" in client.get(answer["Location"]).content.decode()


def test_a_closed_call_offers_no_form(client):
    answer = client.get(reverse("send", args=[closed(60).code]))
    assert answer.status_code == 302


def test_a_form_without_its_token_is_refused(call):
    strict = Client(enforce_csrf_checks=True)
    answer = post(strict, call, document=file())
    assert answer.status_code == 403
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", ["send", "sent", "call"])
def test_a_call_that_is_not_there_is_not_found(client, name):
    assert client.get(reverse(name, args=["nothing"])).status_code == 404
