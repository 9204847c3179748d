"""Any alteration of any entry is detected, and the first altered entry is named."""

import datetime

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from evidence.custody.models import CustodyEntry, CustodyHead
from evidence.custody.record import record
from evidence.custody.verify import verify
from tests.factories import InquiryFactory, UserFactory, a_member

pytestmark = pytest.mark.django_db
LENGTH = 6
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SECOND = datetime.timedelta(microseconds=1)


@pytest.fixture
def chain() -> list[int]:
    inquiry = InquiryFactory()
    clerk = a_member(inquiry)
    for number in range(LENGTH):
        record(f"act {number}", clerk, by=clerk, inquiry=inquiry, files=["a", "b"], number=number)
    return list(CustodyEntry.objects.values_list("sequence", flat=True))


class PastTheRules(models.QuerySet[CustodyEntry]):
    """Writes as somebody with a hand in the database would."""

    def write(self, **values: object) -> None:
        super().update(**values)


def entry(sequence: int) -> PastTheRules:
    return PastTheRules(CustodyEntry).filter(sequence=sequence)


def changed_values(kept: CustodyEntry) -> dict[str, object]:
    """For each field of an entry a value it did not have."""
    return {
        "at": kept.at + SECOND,
        "act": f"{kept.act}!",
        "subject_type": "submission",
        "subject_id": f"{kept.subject_id}0",
        "inquiry_id": None,
        "by_id": UserFactory().pk,
        "detail": {**kept.detail, "files": ["a"]},
        "digest": "0" * 64,
    }


FIELDS = ("at", "act", "subject_type", "subject_id", "inquiry_id", "by_id", "detail", "digest")


def test_all_fields_of_an_entry_are_covered_by_these_tests():
    columns = {field.attname for field in CustodyEntry._meta.concrete_fields} - {"sequence"}
    assert columns == set(FIELDS)


@MANY
@given(place=some.integers(0, LENGTH - 1), field=some.sampled_from(FIELDS))
def test_altered_field_is_reported_with_its_entry(chain, place, field):
    kept = CustodyEntry.objects.get(sequence=chain[place])
    before = {field: getattr(kept, field)}

    entry(kept.sequence).write(**{field: changed_values(kept)[field]})
    verdict = verify()
    entry(kept.sequence).write(**before)

    assert verdict.broken_at == kept.sequence
    assert verdict.entries == place
    assert verify().whole


@MANY
@given(places=some.sets(some.integers(0, LENGTH - 1), min_size=1, max_size=4))
def test_first_of_several_altered_entries_is_named(chain, places):
    for place in places:
        entry(chain[place]).write(act="something else")
    verdict = verify()
    for place in places:
        entry(chain[place]).write(act=f"act {place}")

    assert verdict.broken_at == chain[min(places)]
    assert verify().whole


def test_inserted_entry_is_named(chain):
    third = chain[2]
    with connection.cursor() as raw:
        for sequence in reversed(chain[2:]):
            raw.execute(
                "update evidence_custodyentry set sequence = sequence + 1 where sequence = %s",
                [sequence],
            )
    slipped = CustodyEntry(
        sequence=third, at=CustodyEntry.objects.first().at, act="x", subject_type="x"
    )
    slipped.digest = "1" * 64
    slipped.save(force_insert=True)

    assert verify().broken_at == third


def test_rebuilt_chain_is_detected_by_its_head(chain):
    """Whoever writes all later digests anew still has to alter what the head says."""
    last = CustodyEntry.objects.get(sequence=chain[-1])
    before = CustodyEntry.objects.get(sequence=chain[-2]).digest
    last.act = "something else"
    entry(last.sequence).write(act=last.act, digest=last.digest_after(before))

    assert verify().broken_at is not None
    CustodyHead.objects.filter(pk=1).update(digest=last.digest_after(before))
    assert verify().whole
