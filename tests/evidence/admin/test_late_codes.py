"""Late codes at the desk: created, seen and withdrawn only by clerks of the inquiry."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.drafts import late_codes
from evidence.drafts.models import LateCode
from evidence.errors import NotPermittedError
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import page_text, shown_after, signed_in
from tests.factories import CallFactory, a_member

pytestmark = pytest.mark.django_db
ADD = "admin:evidence_latecode_add"


def fields_of(call, **changed: object) -> dict[str, object]:
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    return {
        "call": call.pk,
        "expires_at": f"{tomorrow:%Y-%m-%dT%H:%M}",
        "uses_allowed": "2",
        "for_whom": "A student",
        **changed,
    }


@pytest.fixture
def call():
    return CallFactory()


def test_clerk_creates_shows_and_withdraws_a_late_code(call):
    client = signed_in(a_member(call.inquiry))
    page = shown_after(client, reverse(ADD), fields_of(call))
    code = LateCode.objects.get()
    assert code.code in page
    assert "A student" in page
    assert code.uses_allowed == 2

    client.post(reverse("admin:late-code-withdraw", args=[code.pk]))

    code.refresh_from_db()
    assert not code.lasts(timezone.now())
    acts = set(CustodyEntry.objects.values_list("act", flat=True))
    assert {"late code made", "late code withdrawn"} <= acts


def test_late_code_that_ends_at_once_is_refused_with_a_message(call):
    past = timezone.localtime() - datetime.timedelta(hours=1)
    client = signed_in(a_member(call.inquiry))
    page = shown_after(client, reverse(ADD), fields_of(call, expires_at=f"{past:%Y-%m-%dT%H:%M}"))
    assert "must expire in the future" in page
    assert not LateCode.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLERK}))
def test_only_clerks_create_late_codes(call, role):
    person = a_member(call.inquiry, role)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    with pytest.raises(NotPermittedError):
        late_codes.make(call, by=person, expires_at=tomorrow)
    assert signed_in(person).post(reverse(ADD), fields_of(call)).status_code in {302, 403, 404}
    assert not LateCode.objects.exists()


def test_clerk_of_another_inquiry_cannot_see_or_create_late_codes(call):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    code = late_codes.make(call, by=a_member(call.inquiry), expires_at=tomorrow)
    stranger = signed_in(a_member(CallFactory().inquiry))

    assert code.code not in page_text(stranger, reverse("admin:evidence_latecode_changelist"))
    answer = stranger.post(reverse("admin:late-code-withdraw", args=[code.pk]))
    assert answer.status_code == 404
    shown_after(stranger, reverse(ADD), fields_of(call))
    assert LateCode.objects.count() == 1
    code.refresh_from_db()
    assert code.withdrawn_at is None
