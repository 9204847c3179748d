"""The custody record is written in the act's transaction, and every alteration is detected."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from evidence.custody.models import CustodyEntry, RecordIsFinalError
from evidence.custody.record import record
from evidence.custody.verify import verify
from tests.factories import a_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries() -> list[CustodyEntry]:
    for _ in range(3):
        a_submission()
    return list(CustodyEntry.objects.all())


def alter(sql: str, *values) -> None:
    with connection.cursor() as raw:
        raw.execute(sql, values)


def test_untouched_chain_is_valid(entries):
    assert verify().whole
    assert verify().entries == len(entries)


def test_first_altered_entry_is_named(entries):
    second = entries[1].sequence
    alter(
        "update evidence_custodyentry set detail = %s where sequence >= %s",
        json.dumps({"files": []}),
        second,
    )

    assert verify().broken_at == second
    with pytest.raises(CommandError, match=f"entry {second}"):
        call_command("verify_custody")


def test_removed_entry_is_detected(entries):
    alter("delete from evidence_custodyentry where sequence = %s", entries[1].sequence)

    assert verify().broken_at == entries[1].sequence


def test_truncated_chain_is_detected(entries):
    alter("delete from evidence_custodyentry where sequence = %s", entries[-1].sequence)

    assert verify().broken_at == entries[-1].sequence


def test_entries_can_be_neither_altered_nor_deleted(entries):
    with pytest.raises(RecordIsFinalError):
        entries[0].delete()
    with pytest.raises(RecordIsFinalError):
        entries[0].save()
    with pytest.raises(RecordIsFinalError):
        CustodyEntry.objects.update(act="nothing")
    with pytest.raises(RecordIsFinalError):
        CustodyEntry.objects.all().delete()


def test_failed_act_leaves_no_entry():
    submission = a_submission()
    before = CustodyEntry.objects.count()

    def act_that_fails() -> None:
        with transaction.atomic():
            record("tried", submission, by=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_that_fails()

    assert CustodyEntry.objects.count() == before
    assert verify().whole


@pytest.mark.django_db(transaction=True)
def test_entry_outside_a_transaction_is_refused():
    submission = a_submission()

    with pytest.raises(RuntimeError, match="transaction"):
        record("alone", submission, by=None)
