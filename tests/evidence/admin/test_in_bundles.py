"""The page of a submission says which bundles and copies hold it."""

import pytest

from evidence.bundles.models import Bundle
from evidence.bundles.numbered_copies import Recipient, issue_copies
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.lifecycle import Status
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import in_status, page_of, page_text, signed_in
from tests.factories import a_member

pytestmark = pytest.mark.django_db


def test_page_lists_bundles_and_copies_for_who_may_open_them(call, clerk, work):
    submission = in_status(Status.ACCEPTED, call, clerk, work)
    bundle = freeze(call.inquiry, Specification(title="Pack for Tuesday"), by=clerk)
    work()
    issue_copies(Bundle.objects.get(pk=bundle.pk), [Recipient("Dr A. Reader")], by=clerk)

    page = page_text(signed_in(clerk), page_of(submission))
    assert "Pack for Tuesday" in page
    assert "1 (Dr A. Reader)" in page

    other = page_text(signed_in(a_member(call.inquiry, Role.SPECIALIST)), page_of(submission))
    assert "Pack for Tuesday" not in other
    assert "Dr A. Reader" not in other
