"""Whose batches a person may open, and what their pages do not tell."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.batches.models import Batch
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.batches.batch_client import (
    BATCHES,
    letters,
    new_batch,
    page_of,
    send,
    shown,
    typed,
)
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory(opens_at=timezone.now() - datetime.timedelta(days=900))


@pytest.fixture
def batch(call):
    return new_batch(signed_in(a_member(call.inquiry)), call, *letters(1))


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.MEMBER, Role.ADVISER, Role.MEDIA])
def test_only_those_who_add_evidence_open_batches(call, batch, role):
    client = signed_in(a_member(call.inquiry, role, sees_confidential=True, sees_identities=True))
    for address in (BATCHES, page_of(batch)):
        assert client.get(address).status_code in {302, 404}
        assert client.post(address, {"add": "1"}).status_code in {302, 404}
    assert set(batch.files.values_list("state", flat=True)) == {"open"}


def test_clerk_of_another_inquiry_finds_no_batch(call, batch):
    stranger = signed_in(a_member(CallFactory().inquiry))
    assert stranger.get(page_of(batch)).status_code == 404
    assert stranger.post(page_of(batch), {"add": "1"}).status_code == 404
    assert str(batch.pk) not in stranger.get(BATCHES).content.decode()


def test_nobody_adds_to_the_call_or_the_batch_of_another_inquiry(call, batch):
    elsewhere = CallFactory()
    stranger = signed_in(a_member(elsewhere.inquiry))
    page = stranger.get(BATCHES).content.decode()
    assert call.title not in page
    for code in (call.code, elsewhere.code):
        stranger.post(BATCHES, {"batch": batch.pk, "call": code, "files": letters(2)})
    assert Batch.objects.count() == 1
    assert batch.files.count() == 1


def test_officer_opens_only_own_batches_because_others_may_name_protected_witnesses(call, batch):
    officer = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    assert officer.get(page_of(batch)).status_code == 404
    own = new_batch(officer, call, *letters(2))
    assert officer.get(page_of(own)).status_code == 200
    assert str(batch.pk) not in officer.get(BATCHES).content.decode()


def test_pages_do_not_tell_of_confidential_submissions_of_others(call, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    client = signed_in(officer)
    batch = new_batch(client, call, *letters(2))
    send(signed_in(a_member(call.inquiry)), batch, "discard", batch.files.first().pk.hex)
    send(signed_in(a_member(call.inquiry)), batch, "add", disclosure="confidential")
    work()
    page = shown(client, batch)
    assert Submission.objects.get().receipt not in page
    assert "added" not in page.split("<h1>")[1].split("More files")[0]


def test_officer_is_told_that_what_they_added_is_added(call, work):
    client = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    batch = new_batch(client, call, *letters(1))
    send(client, batch, "add", disclosure="confidential")
    work()
    page = shown(client, batch)
    assert "1 of 1 added" in page
    assert "Added. You may not open it." in page
    assert Submission.objects.get().receipt not in page


def test_same_file_of_a_hidden_submission_is_not_pointed_out(call, work):
    a_submission(call, text="Letter number 0 to you.", disclosure="confidential")
    client = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    batch = new_batch(client, call, *letters(1))
    assert "The same file is in" not in shown(client, batch)


def test_page_of_a_batch_costs_the_same_for_one_file_and_for_three(call):
    client = signed_in(a_member(call.inquiry))
    counts = []
    for count in (1, 3):
        batch = new_batch(client, call, *letters(count))
        typed(client, batch)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown(client, batch)
        with CaptureQueriesContext(connection) as listed:
            client.get(BATCHES)
        counts.append((len(queries), len(listed)))
    assert counts[0] == counts[1]
