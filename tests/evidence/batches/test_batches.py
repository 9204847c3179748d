"""Many files at once: each becomes one submission, once, and nothing typed is lost."""

import datetime

import pytest
from django.utils import timezone

from evidence.batches.add import add
from evidence.batches.models import Batch, BatchFile
from evidence.custody.models import CustodyEntry
from evidence.jobs.models import Job
from evidence.submissions.models import Submission
from inquiry.people.models import Membership
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.batches.batch_client import (
    BATCHES,
    email_of,
    letters,
    new_batch,
    only_file,
    page_of,
    send,
    shown,
    states,
    typed,
)
from tests.evidence.drafts.witness import file
from tests.factories import CallFactory, a_member, docx
from tests.jobs import breaks, replace_job, without_pauses
from tests.outlook_files import outlook_email

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    opens = timezone.now() - datetime.timedelta(days=900)
    return CallFactory(opens_at=opens)


@pytest.fixture
def clerk(call):
    return a_member(call.inquiry)


@pytest.fixture
def client(clerk):
    return signed_in(clerk)


def test_forty_files_become_forty_submissions_in_one_act(call, clerk, client, work):
    batch = new_batch(client, call, *letters(40))
    page = send(client, batch, "add")
    assert "Adding 40 submissions." in page
    assert "40 being added" in page
    work()

    assert Submission.objects.count() == 40
    assert set(Submission.objects.values_list("status", flat=True)) == {"prepared"}
    assert CustodyEntry.objects.filter(act="received", by=clerk).count() == 40
    assert "40 of 40 added" in shown(client, batch)


def test_batch_added_twice_makes_each_submission_once(call, client, work):
    batch = new_batch(client, call, *letters(2))
    fields = {**typed(client, batch), "add": "1"}
    for _twice in range(2):
        client.post(page_of(batch), fields)
    work()
    client.post(page_of(batch), fields)
    Job.objects.filter(name="add_batch_file").update(state="waiting", due_at=timezone.now())
    work()
    assert Submission.objects.count() == 2


def test_same_upload_sent_twice_makes_one_batch_with_each_file_once(call, client):
    key = "7d5d6a4e-95d4-4c43-a6ea-08b4a26f2f55"
    for _twice in range(2):
        new_batch(client, call, *letters(2), key=key)
    assert Batch.objects.count() == 1
    assert BatchFile.objects.count() == 2


def test_worker_that_dies_after_receiving_makes_no_second_submission(call, client, work):
    batch = new_batch(client, call, *letters(1))
    send(client, batch, "add")
    row = only_file(batch)
    add(row)
    # The row as the dead worker's twin read it.
    add(row)
    assert Submission.objects.count() == 1
    assert states(batch) == ["added"]


def test_email_suggests_sender_and_date_and_nothing_about_protection(call, client):
    batch = new_batch(client, call, file(email_of(), "a.eml"))
    page = shown(client, batch)
    assert 'value="Zhang Weiming"' in page
    assert 'value="zhang@b.example"' in page
    assert 'value="2026-03-17T09:30"' in page
    assert only_file(batch).answers.get("disclosure") is None


def test_outlook_email_suggests_its_sender(call, client):
    batch = new_batch(client, call, file(outlook_email("Words of evidence."), "a.msg"))
    assert 'value="Zhang Weiming"' in shown(client, batch)


@pytest.mark.parametrize("sent", ["nonsense", "Tue, 17 Mar 2099 09:30:00 +0000", ""])
def test_email_without_a_date_that_can_be_true_suggests_none(call, client, sent):
    batch = new_batch(client, call, file(email_of(sent=sent), "a.eml"))
    assert only_file(batch).answers["received_at"] == ""


def test_document_of_an_email_is_the_evidence_and_its_text_a_covering_note(call, client, work):
    content = email_of(("evidence.docx", docx("On pressure.")), ("annex.txt", b"Annex."))
    batch = new_batch(client, call, file(content, "a.eml"))
    digest = only_file(batch).sha256
    send(client, batch, "add", channel="email", note="Rang on Monday.")
    work()

    submission = Submission.objects.get()
    names = submission.attachments.order_by("position").values_list("name", flat=True)
    assert list(names) == ["evidence.docx", "annex.txt"]
    assert "Please find my evidence attached." not in submission.submission_text.text
    note = submission.request.note
    assert note == "Rang on Monday.\n\nCovering email:\n\nPlease find my evidence attached."
    assert CustodyEntry.objects.get(act="covering email kept").detail == {"file": digest}


@pytest.mark.parametrize("body", ["evidence", "covering"])
def test_text_of_an_email_is_evidence_if_chosen_or_if_no_document_is_attached(
    call, client, work, body
):
    attached = [("evidence.docx", docx("On pressure."))] if body == "evidence" else []
    batch = new_batch(client, call, file(email_of(*attached), "a.eml"))
    send(client, batch, "add", body=body)
    work()
    submission = Submission.objects.get()
    assert submission.attachments.order_by("position")[0].name == "a.eml"
    assert submission.attachments.count() == 1 + len(attached)
    assert submission.request.note == ""


def test_protection_must_be_chosen_for_each_file(call, client):
    batch = new_batch(client, call, *letters(2))
    page = send(client, batch, "add", disclosure="", title="On pressure")
    assert "letter-0.txt: Choose what publication the witness asked for." in page
    assert page.count('value="On pressure"') == 2
    assert states(batch) == ["open", "open"]
    assert not Job.objects.filter(name="add_batch_file").exists()


def test_answers_for_all_fill_only_what_is_empty(call, client, work):
    batch = new_batch(client, call, *letters(2))
    fields = typed(client, batch, disclosure="", received_at="")
    first = batch.files.first().pk.hex
    more = {f"{first}-disclosure": "open", "shared-disclosure": "confidential"}
    shared = {"shared-received_at": "2026-02-01T12:00", "add": "1"}
    client.post(page_of(batch), {**fields, **more, **shared})
    work()
    disclosures = Submission.objects.values_list("disclosure", flat=True)
    assert sorted(disclosures) == ["confidential", "open"]
    assert {row.received_at.month for row in Submission.objects.all()} == {2}


def test_errors_keep_all_that_was_typed_also_for_the_next_day(call, clerk, client):
    batch = new_batch(client, call, *letters(1))
    page = send(client, batch, "add", name="", received_at="yesterday", note="From Ann")
    assert "Enter the full name." in page
    page = shown(signed_in(clerk), batch)
    assert "From Ann" in page
    assert 'value="yesterday"' in page


def test_saved_batch_goes_on_later_with_another_clerk(call, client, work):
    batch = new_batch(client, call, *letters(1))
    send(client, batch, "save", name="Dr B. Other", disclosure="")
    other = signed_in(a_member(call.inquiry))
    assert f"{BATCHES}{batch.pk}/" in other.get(BATCHES).content.decode()
    assert "Dr B. Other" in shown(other, batch)
    send(other, batch, "add", name="Dr B. Other")
    work()
    assert Submission.objects.get().ordered_headings() == ["Dr B. Other"]


def test_two_clerks_do_not_overwrite_each_other(call, client):
    batch = new_batch(client, call, *letters(1))
    other = signed_in(a_member(call.inquiry))
    stale = typed(client, batch, name="First")
    send(other, batch, "save", name="Second")
    page = client.post(page_of(batch), {**stale, "save": "1"}).content.decode()
    assert "Another clerk has changed this file meanwhile" in page
    assert 'value="First"' in page
    assert only_file(batch).answers["name"] == "Second"


def test_refused_files_are_named_and_the_others_taken(call, client):
    uploads = [*letters(1), file(b"", "empty.txt"), file(b"\x89PNG\r\n\x1a\n", "picture.png")]
    page = client.get(BATCHES).content.decode()
    key = page.split('name="batch" value="')[1][:36]
    fields = {"batch": key, "call": call.code, "files": uploads}
    page = client.post(BATCHES, fields, follow=True).content.decode()
    assert "“empty.txt” was not taken. This file is empty." in page
    assert "“picture.png” was not taken." in page
    assert BatchFile.objects.get().name == "letter-0.txt"


def test_files_chosen_are_taken_whichever_button_is_pressed(call, client):
    batch = new_batch(client, call, *letters(1))
    fields = {**typed(client, batch), "save": "1", "files": letters(3)}
    page = client.post(page_of(batch), fields, follow=True).content.decode()
    assert "Saved." in page
    assert batch.files.count() == 3


def test_discarded_file_becomes_no_submission_and_its_answers_are_erased(call, client, work):
    batch = new_batch(client, call, *letters(2))
    gone = batch.files.first()
    page = send(client, batch, "discard", gone.pk.hex)
    assert "File discarded." in page
    send(client, batch, "add")
    work()
    gone.refresh_from_db()
    assert (gone.state, gone.name, gone.answers_json) == ("discarded", "", "")
    assert Submission.objects.count() == 1


def test_file_that_was_not_added_says_why_and_can_be_added_again(call, clerk, client, work):
    batch = new_batch(client, call, *letters(1))
    send(client, batch, "add")
    Membership.objects.filter(user=clerk).update(role=Role.MEMBER)
    work()
    assert states(batch) == ["failed"]
    Membership.objects.filter(user=clerk).update(role=Role.CLERK)
    page = shown(client, batch)
    assert "Not added: You do not have permission to add evidence for a witness." in page
    assert 'value="Dr A. Name"' in page
    send(client, batch, "add")
    work()
    assert Submission.objects.count() == 1


def test_file_whose_job_is_given_up_can_be_retried_from_the_page_of_failed_jobs(
    call, client, work, monkeypatch
):
    batch = new_batch(client, call, *letters(1))
    with monkeypatch.context() as patch:
        replace_job(patch, "add_batch_file", breaks)
        without_pauses(patch)
        send(client, batch, "add")
        work()
    assert states(batch) == ["failed"]
    job = Job.objects.get(name="add_batch_file")
    client.post(f"/admin/jobs/{job.pk}/retry/")
    work()
    assert states(batch) == ["added"]


def test_late_files_say_so_beside_the_date(call, client, work):
    call.closes_at = timezone.now() - datetime.timedelta(days=400)
    call.save()
    moment = f"{timezone.localtime(timezone.now() - datetime.timedelta(days=1)):%Y-%m-%dT%H:%M}"
    batch = new_batch(client, call, *letters(1))
    assert "Late: it came" not in shown(client, batch)
    send(client, batch, "save", received_at=moment)
    assert "Late: it came after the call closed." in shown(client, batch)
    send(client, batch, "add", received_at=moment)
    work()
    assert Submission.objects.get().late
    assert ", late</li>" in shown(client, batch)


def test_what_was_typed_is_erased_once_it_is_in_the_submission(call, client, work):
    batch = new_batch(client, call, *letters(1))
    send(client, batch, "add", address="1 High Street")
    work()
    row = only_file(batch)
    assert (row.name, row.answers_json) == ("", "")
    contact = Submission.objects.get().witnesses.get().contact
    assert contact.address == "1 High Street"


def test_same_file_in_another_submission_is_pointed_out(call, client, work):
    for count in (1, 1):
        batch = new_batch(client, call, *letters(count))
        page = shown(client, batch)
        if Submission.objects.exists():
            assert f"The same file is in {Submission.objects.get().receipt}." in page
        send(client, batch, "add")
        work()
    assert Submission.objects.count() == 2


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ('"Weiming, Zhang" <zhang@b.example>', "Weiming, Zhang", "zhang@b.example"),
        ("zhang@b.example", "", "zhang@b.example"),
        ("=?utf-8?b?5byg5Lyf5piO?= <zhang@b.example>", "张伟明", "zhang@b.example"),
        ("Zhang Weiming", "Zhang Weiming", ""),
        ("(" * 1500, "", ""),
    ],
)
def test_sender_is_read_from_any_header(call, client, sender, name, address):
    raw = b"From: " + sender.encode() + b"\nMIME-Version: 1.0\n\nWords of evidence."
    batch = new_batch(client, call, file(raw, "a.eml"), file(email_of(), "b.eml"))
    first, second = (row.answers for row in batch.files.all())
    assert (first["name"], first["email"]) == (name, address)
    assert second["name"] == "Zhang Weiming"
