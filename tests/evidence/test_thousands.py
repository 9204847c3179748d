"""An inquiry with 5,000 submissions of as many witnesses: every list and every way to a bundle.

`test_more_than_a_thousand.py` has its lists with fewer.
"""

import datetime

import pytest
from django.urls import reverse

from evidence.bundles.archive_transfer.transfer import write
from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Continuation, Specification
from evidence.decisions.models import Act
from evidence.decisions.propose import Proposal, propose_for_all
from evidence.errors import NotReadyError
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.many_submissions import all_are_listed, all_are_planned, many
from tests.factories import a_meeting
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = [pytest.mark.django_db, pytest.mark.campaign]

COUNT = 5000


def make() -> Parts:
    return many(COUNT)


_world = made_once(make)
call, clerk = part("call"), part("clerk")


def test_plan_includes_thousands_of_submissions(call, clerk):
    all_are_planned(call, clerk, COUNT)


def test_bundle_of_thousands_is_built_packed_and_continued(call, clerk, settings):
    # Beside the transaction the rows lie in, nobody can renew a lease in time.
    settings.LEASE_SECONDS = 3600
    bundle = freeze(call.inquiry, Specification(title="All"), by=clerk)
    do_all()
    bundle.refresh_from_db()
    assert (bundle.state, bundle.reason) == (Bundle.State.READY, "")
    client = signed_in(clerk)
    for name in ("bundle", "bundle-copies"):
        assert client.get(reverse(name, args=[bundle.pk])).status_code == 200

    following = freeze(
        call.inquiry,
        Specification(title="Again"),
        by=clerk,
        previous=bundle,
        continuation=Continuation.KEEP,
    )
    assert following.items.count() == COUNT
    with pytest.raises(NotReadyError, match="nothing new"):
        freeze(
            call.inquiry,
            Specification(title="More"),
            by=clerk,
            previous=bundle,
            continuation=Continuation.SUPPLEMENT,
        )


def test_lists_include_thousands_of_submissions(call, clerk):
    all_are_listed(call, clerk)


def test_thousands_of_submissions_are_proposed_and_put_to_a_meeting(call, clerk):
    keys = list(Submission.objects.values_list("pk", flat=True))

    proposed = propose_for_all(
        keys, Proposal(acceptance=Act.ACCEPT), by=clerk, publication_as_asked=True
    )

    assert (proposed.count, proposed.left_out) == (COUNT, ())
    meeting = a_meeting(call.inquiry, by=clerk)
    page = signed_in(clerk).get(reverse("admin:evidence_meeting_change", args=[meeting.pk]))
    assert page.content.decode().count('name="decision"') == COUNT


def test_archive_transfer_includes_thousands_of_submissions(call, clerk, tmp_path):
    Submission.objects.update(status=Status.CORRESPONDENCE, kind=Submission.Kind.CORRESPONDENCE)
    transfer = write(
        Submission.objects.all(),
        tmp_path / "bag",
        inquiry=call.inquiry,
        by=clerk,
        on=datetime.date(2026, 3, 17),
    )
    assert transfer.submissions == COUNT
