"""The head of the custody chain detects removed entries and tampering."""

import pytest
from django.db import connection

from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from tests.factories import a_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries() -> list[CustodyEntry]:
    a_submission()
    a_submission()
    return list(CustodyEntry.objects.all())


def alter(sql: str, *values) -> None:
    with connection.cursor() as raw:
        raw.execute(sql, values)


def test_empty_chain_is_valid():
    assert verify().whole
    assert verify().entries == 0


def test_chain_truncated_together_with_its_head_is_detected(entries):
    """Whoever removes the last entries removes the head as well, so as not to be found out."""
    alter("delete from evidence_custodyentry where sequence = %s", entries[-1].sequence)
    alter("delete from evidence_custodyhead")

    assert not verify().whole


def test_missing_head_is_detected(entries):
    alter("delete from evidence_custodyhead")

    assert not verify().whole


def test_removal_of_the_whole_chain_is_detected(entries):
    alter("delete from evidence_custodyentry")

    assert verify().broken_at == 1


@pytest.mark.parametrize(
    "change",
    ["act = 'published'", "subject_id = 'x'", "inquiry_id = null", "at = '2020-01-01 00:00:00'"],
)
def test_every_column_of_an_entry_is_part_of_the_hash(change, entries):
    alter(f"update evidence_custodyentry set {change} where sequence = 1")  # noqa: S608  our own words

    assert verify().broken_at == 1


def test_chain_continues_after_each_act_without_gaps_in_its_sequence(entries):
    a_submission()

    assert list(CustodyEntry.objects.values_list("sequence", flat=True)) == list(
        range(1, CustodyEntry.objects.count() + 1)
    )
    assert verify().whole
