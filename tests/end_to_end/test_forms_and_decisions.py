"""On PostgreSQL: a form of the desk is stopped between reading its row and writing it, and somebody
else acts meanwhile. Both acts hold, whichever comes first."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from evidence.admin import concurrent_editing
from evidence.decisions.decide import apply
from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from tests.evidence.admin.admin_client import page_of, signed_in
from tests.evidence.admin.test_concurrent_editing import (
    FORMS,
    address_of,
    client_for,
    form_of,
    rows,
)
from tests.factories import CallFactory, a_meeting, a_member

__all__ = ["rows"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.skipif(
        "sqlite" in connection.vendor, reason="SQLite lets one write at a time (PostgreSQL here)"
    ),
]
PATIENCE = 30


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def clerk(call):
    return a_member(call.inquiry)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL goes on showing what it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def running_during_save(act: Callable[[], object], monkeypatch) -> Iterator[None]:
    """Within the block, a form that has read its row does not write it before `act` was begun
    and either is done or waits for the row."""
    started, done = threading.Event(), threading.Event()
    problems: list[BaseException] = []

    def do() -> None:
        started.wait(PATIENCE)
        try:
            act()
        except BaseException as problem:  # noqa: BLE001  told below
            problems.append(problem)
        finally:
            done.set()
            connections.close_all()

    original = concurrent_editing.changed_columns

    def paused(form) -> list[str]:
        started.set()
        while not done.wait(0.01) and not waits_for_a_lock():
            pass
        return original(form)

    monkeypatch.setattr(concurrent_editing, "changed_columns", paused)
    thread = threading.Thread(target=do)
    thread.start()
    yield
    thread.join(PATIENCE)
    assert done.is_set()
    assert not problems


def test_decision_and_title_saved_at_the_same_time_both_persist(rows, clerk, call, monkeypatch):
    submission, _column = rows["submission"]
    for act in (Act.ACCEPT, Act.WITHHOLD_NAME):
        propose(submission, act, by=clerk)
    meeting = a_meeting(call.inquiry, by=clerk)
    client, page = signed_in(clerk), page_of(submission)
    fields = form_of(client, page)

    with running_during_save(lambda: apply(meeting, by=clerk), monkeypatch):
        client.post(page, {**fields, "title": "A new title"})

    now = Submission.objects.get(pk=submission.pk)
    assert (now.status, now.disclosure_decided, now.number, now.title) == (
        Status.ACCEPTED,
        "name_withheld",
        1,
        "A new title",
    )


# A column of each form beside the one that is saved, and what somebody else writes there.
OTHERS = {
    "submission": {"display_name": "Theirs"},
    "call": {"guidance": "Theirs"},
    "institution": {"ukprn": "10000001"},
    "theme": {"position": 9},
    "state": {"code": "XB"},
    "committee": {"email": "theirs@example.org"},
    "inquiry": {"last_number": 7},
    "user": {"last_name": "Theirs"},
}


@pytest.mark.parametrize("name", [name for name in FORMS if name != "meeting"])
def test_changes_by_others_survive_saving_a_form(rows, clerk, name, monkeypatch):
    row, column = rows[name]
    client, page = client_for(name, clerk), address_of(row)
    fields = form_of(client, page)
    model, theirs = type(row), OTHERS[name]

    with running_during_save(lambda: model.objects.filter(pk=row.pk).update(**theirs), monkeypatch):
        assert client.post(page, {**fields, column: "Mine"}).status_code == 302

    now = model.objects.get(pk=row.pk)
    assert getattr(now, column) == "Mine"
    assert {field: getattr(now, field) for field in theirs} == theirs


def test_evidence_numbers_are_not_reused_after_saving_the_inquiry_form(
    rows, clerk, call, monkeypatch
):
    submission, _column = rows["submission"]
    propose(submission, Act.ACCEPT, by=clerk)
    meeting = a_meeting(call.inquiry, by=clerk)
    client, page = client_for("inquiry", clerk), address_of(call.inquiry)
    fields = form_of(client, page)

    with running_during_save(lambda: apply(meeting, by=clerk), monkeypatch):
        client.post(page, {**fields, "title": "Renamed"})

    inquiry = Inquiry.objects.get(pk=call.inquiry.pk)
    assert (inquiry.title, inquiry.last_number) == ("Renamed", 1)
