"""When a call is open, to the second, also on the days the clocks change."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from evidence.decisions.models import Act
from inquiry.calls.models import Call, Inquiry, Openness
from tests.evidence.admin.admin_client import signed_in
from tests.factories import CallFactory, InquiryFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
LONDON, UTC = ZoneInfo("Europe/London"), datetime.UTC
SECOND = datetime.timedelta(seconds=1)
MINUTE = datetime.timedelta(minutes=1)


def moment(text: str, zone: datetime.tzinfo = UTC) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


def a_call(opens: datetime.datetime, closes: datetime.datetime, **more: object) -> Call:
    """As it is read from the database."""
    return Call.objects.get(pk=CallFactory(opens_at=opens, closes_at=closes, **more).pk)


OPENS, CLOSES = moment("2026-03-02T09:00:00"), moment("2026-04-10T16:59:59")


@pytest.mark.parametrize(
    ("at", "openness"),
    [
        (OPENS - SECOND, Openness.NOT_YET),
        (OPENS, Openness.OPEN),
        (CLOSES - SECOND, Openness.OPEN),
        (CLOSES, Openness.GRACE),
        (CLOSES + 15 * MINUTE - SECOND, Openness.GRACE),
        (CLOSES + 15 * MINUTE, Openness.CLOSED),
    ],
)
def test_call_opens_and_closes_to_the_second(at, openness):
    call = a_call(OPENS, CLOSES)

    assert call.openness(at) == openness
    assert (call in Call.objects.taking(at)) == (openness == Openness.OPEN)
    assert (call in Call.objects.not_yet_open(at)) == (openness == Openness.NOT_YET)


def test_call_without_grace_closes_at_its_closing_time():
    call = a_call(OPENS, CLOSES, grace_minutes=0)

    assert call.openness(CLOSES - SECOND) == Openness.OPEN
    assert call.openness(CLOSES) == Openness.CLOSED


# In 2026 London goes to summer time on 29 March at 01:00 UTC and back on 25 October at 01:00 UTC.
@pytest.mark.parametrize(
    ("closes_in_london", "closes_in_utc"),
    [
        ("2026-03-28T23:59:00", "2026-03-28T23:59:00"),
        ("2026-03-29T23:59:00", "2026-03-29T22:59:00"),
        ("2026-10-24T23:59:00", "2026-10-24T22:59:00"),
        ("2026-10-25T23:59:00", "2026-10-25T23:59:00"),
    ],
)
def test_london_deadline_holds_on_days_the_clocks_change(closes_in_london, closes_in_utc):
    call = a_call(OPENS, moment(closes_in_london, LONDON))
    closes = moment(closes_in_utc)

    for zone in (UTC, LONDON):
        assert call.openness((closes - SECOND).astimezone(zone)) == Openness.OPEN
        assert call.openness(closes.astimezone(zone)) == Openness.GRACE
        assert call.openness((closes + 15 * MINUTE).astimezone(zone)) == Openness.CLOSED


@pytest.mark.parametrize("read_again", [True, False])
def test_grace_keeps_its_length_when_the_clocks_go_back(read_again):
    """01:55 is followed by 01:00 an hour later: a quarter of an hour stays a quarter."""
    closes = moment("2026-10-25T00:55:00")
    made = CallFactory(opens_at=OPENS, closes_at=closes.astimezone(LONDON))
    call = Call.objects.get(pk=made.pk) if read_again else made

    for zone in (UTC, LONDON):
        assert call.openness((closes + 14 * MINUTE).astimezone(zone)) == Openness.GRACE
        assert call.openness((closes + 16 * MINUTE).astimezone(zone)) == Openness.CLOSED


@pytest.mark.parametrize("typed", ["2026-03-29T01:30", "2026-10-25T01:30"])
def test_nonexistent_or_ambiguous_deadline_is_refused(typed):
    call = a_call(OPENS, CLOSES)
    client = signed_in(a_member(call.inquiry))
    page = reverse("admin:inquiry_call_change", args=[call.pk])
    form = client.get(page).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields}

    answer = client.post(page, {**fields, "opens_at": "2026-03-02T09:00", "closes_at": typed})

    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {"closes_at"}
    call.refresh_from_db()
    assert call.closes_at == CLOSES


# --- Inquiries -----------------------------------------------------------------------------------


def test_inquiry_can_be_part_of_a_wider_one_but_not_of_itself():
    wide = InquiryFactory()
    narrow = InquiryFactory(parent=wide)
    narrow.full_clean()

    assert list(wide.children.all()) == [narrow]
    wide.parent = narrow
    with pytest.raises(ValidationError, match="part of itself"):
        wide.full_clean()


def test_wider_inquiry_with_children_is_not_deleted():
    narrow = InquiryFactory(parent=InquiryFactory())

    with pytest.raises(ProtectedError):
        narrow.parent.delete()


def test_role_is_not_inherited_from_a_wider_inquiry():
    wide = InquiryFactory()
    narrow = InquiryFactory(parent=wide)
    clerk = a_member(wide)

    assert set(Inquiry.objects.filter(memberships__user=clerk)) == {wide}
    assert narrow.memberships.count() == 0


@pytest.mark.parametrize("prefix", ["F", "fia", "FIA1", "ABCDEFG", "F A", ""])
def test_evidence_number_prefix_is_two_to_six_capitals(prefix):
    with pytest.raises(ValidationError):
        InquiryFactory.build(committee=InquiryFactory().committee, prefix=prefix).full_clean()


def test_each_inquiry_numbers_its_own_evidence(work):
    first, second = (CallFactory(inquiry__prefix=prefix) for prefix in ("ONE", "TWO"))
    clerks = {call.pk: a_member(call.inquiry) for call in (first, second)}
    submissions = [a_submission(call) for call in (first, second, first)]
    work()

    references = [
        decide(submission, Act.ACCEPT, by=clerks[submission.call_id]).reference
        for submission in submissions
    ]

    assert references == ["ONE0001", "TWO0001", "ONE0002"]


def test_calls_are_sorted_by_closing_time():
    late = a_call(OPENS, CLOSES + SECOND)
    early = a_call(OPENS, CLOSES)

    assert list(Call.objects.all()) == [early, late]
    assert timezone.is_aware(early.closes_at)
