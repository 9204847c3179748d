"""Receiving: every byte is kept, once, and refusals say what to do."""

import datetime
import io

import pytest
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.errors import CallNotOpenError, FileRefusedError, NotPermittedError
from evidence.files.storage import quarantine
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, new_receipt, receive, take_in
from inquiry.people.roles import Role
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


def parcel(text: bytes = b"Words of evidence."):
    return take_in(io.BytesIO(text), name="e.txt")


def envelope(idempotency_key: str = "test:1", **more) -> Envelope:
    return Envelope(idempotency_key=idempotency_key, senders=[Sender(name="Dr A. Name")], **more)


def test_received_file_is_stored_in_quarantine_under_its_digest():
    submission = a_submission(text="Words of evidence.")

    attachment = submission.attachments.get()
    with quarantine().read(attachment.sha256) as kept:
        assert kept.read() == b"Words of evidence."
    assert attachment.size == 18


def test_receipt_is_recorded_in_custody_with_the_digest():
    submission = a_submission()

    entry = CustodyEntry.objects.get(act="received", subject_id=str(submission.pk))
    assert entry.detail["files"] == [submission.attachments.get().sha256]


def test_sending_twice_makes_one_submission():
    call = CallFactory()

    first = receive(call, [parcel()], envelope())
    second = receive(call, [parcel()], envelope())

    assert first.pk == second.pk
    assert Submission.objects.count() == 1
    assert CustodyEntry.objects.filter(act="received").count() == 1


@pytest.mark.parametrize(
    ("days", "sentence"), [(-30, "closed on"), (30, "opens on")], ids=["after", "before"]
)
def test_witness_cannot_send_while_the_call_is_not_open(days, sentence):
    start = timezone.now() + datetime.timedelta(days=days)
    call = CallFactory(opens_at=start, closes_at=start + datetime.timedelta(days=7))

    with pytest.raises(CallNotOpenError, match=sentence):
        receive(call, [parcel()], envelope())

    assert not Submission.objects.exists()


def test_submission_within_the_grace_is_accepted_and_marked_late():
    call = CallFactory(closes_at=timezone.now() - datetime.timedelta(minutes=5), grace_minutes=15)

    assert receive(call, [parcel()], envelope()).late


def test_staff_can_receive_a_letter_after_closing_and_it_is_late():
    call = CallFactory(closes_at=timezone.now() - datetime.timedelta(days=1))
    officer = a_member(call.inquiry, Role.OPERATIONS)

    assert receive(call, [parcel()], envelope(), by=officer).late


def test_member_may_not_receive_letters():
    call = CallFactory()
    member = a_member(call.inquiry, Role.MEMBER)

    with pytest.raises(NotPermittedError):
        receive(call, [parcel()], envelope(), by=member)


def test_most_protective_of_several_requests_applies_from_receipt():
    senders = [
        Sender(name="Dr A. Name"),
        Sender(name="Dr B. Name", disclosure=Disclosure.CONFIDENTIAL),
    ]

    submission = receive(CallFactory(), [parcel()], Envelope(idempotency_key="x", senders=senders))

    submission.refresh_from_db()
    assert submission.disclosure == Disclosure.CONFIDENTIAL
    assert submission.witnesses.count() == 2


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "empty.docx", "empty"),
        (b"\x7fELF" + b"\0" * 200, "program.pdf", "wrong-type"),
        (b"PK\x03\x04 broken", "broken.docx", "damaged"),
    ],
    ids=["empty", "program", "damaged"],
)
def test_unaccepted_file_is_refused_and_not_kept(content, name, code):
    with pytest.raises(FileRefusedError) as refused:
        take_in(io.BytesIO(content), name=name)

    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_file_over_the_limit_is_refused_with_advice(settings):
    settings.LARGEST_FILE = 1024 * 1024

    with pytest.raises(FileRefusedError, match="larger than 1 MB"):
        take_in(io.BytesIO(b"a" * (1024 * 1024 + 1)), name="large.txt")


def test_receipt_numbers_are_random_and_distinct():
    receipts = {new_receipt() for _ in range(200)}

    assert len(receipts) == 200
    assert all(len(receipt) == 14 for receipt in receipts)


def test_received_submission_waits_for_its_file_checks(work):
    submission = a_submission()
    assert submission.status == Status.RECEIVED

    work()

    submission.refresh_from_db()
    assert submission.status == Status.PREPARED


def test_acknowledgement_is_sent_automatically_and_names_no_inquiry(work, mailoutbox):
    submission = a_submission(CallFactory(inquiry__title="Secret matters"), email="a@example.org")

    work()

    (letter,) = mailoutbox
    assert submission.receipt in letter.body
    assert "Secret matters" not in letter.subject + letter.body


def test_direction_marks_are_removed_from_names_and_titles():
    """U+202E turns the reading direction of all that follows it: of a number, of a warning."""
    turned = Sender(
        name="Dr B.\u202e Name\n", organisation="University\u2066 of\tX", role="\u202dReader"
    )
    with_it = take_in(io.BytesIO(b"Words."), name="evidence\u202efdp.txt")

    submission = receive(CallFactory(), [with_it], Envelope("test:1", (turned,), "On\u202e it"))

    witness = submission.witnesses.get()
    assert (witness.name, witness.role) == ("Dr B. Name", "Reader")
    assert witness.organisation == "University of X"
    assert submission.title == "On it"
    # What a file was called when it came is part of what came.
    assert submission.attachments.get().name == "evidence\u202efdp.txt"


def test_joining_characters_needed_by_a_script_are_kept_in_names():
    # Composed (NFC) the last is two letters: a name must not become longer than there is room for.
    name = "می\u200cخواهم \u200fक्\u200dष e\u0301 \u0958"

    submission = receive(CallFactory(), [parcel()], Envelope("test:1", (Sender(name=name),)))

    assert submission.witnesses.get().name == name
