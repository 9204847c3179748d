"""The newest link of the chain: what it proves, and what happens when it is tampered with."""

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


def test_an_empty_record_is_whole():
    assert verify().whole
    assert verify().entries == 0


def test_a_tail_cut_off_together_with_the_head_is_missed(entries):
    """Whoever removes the last entries removes the head as well, so as not to be found out."""
    alter("delete from evidence_custodyentry where sequence = %s", entries[-1].sequence)
    alter("delete from evidence_custodyhead")

    assert not verify().whole


def test_a_head_that_is_gone_is_missed(entries):
    alter("delete from evidence_custodyhead")

    assert not verify().whole


def test_the_whole_record_removed_is_missed(entries):
    alter("delete from evidence_custodyentry")

    assert verify().broken_at == 1


@pytest.mark.parametrize(
    "change",
    ["act = 'published'", "subject_id = 'x'", "inquiry_id = null", "at = '2020-01-01 00:00:00'"],
)
def test_every_column_of_an_entry_is_under_the_seal(change, entries):
    alter(f"update evidence_custodyentry set {change} where sequence = 1")  # noqa: S608  our own words

    assert verify().broken_at == 1


def test_the_chain_goes_on_after_each_act_and_counts_without_a_gap(entries):
    a_submission()

    assert list(CustodyEntry.objects.values_list("sequence", flat=True)) == list(
        range(1, CustodyEntry.objects.count() + 1)
    )
    assert verify().whole
