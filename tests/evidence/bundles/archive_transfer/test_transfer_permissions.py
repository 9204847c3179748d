"""Who may hand evidence over to an archive."""

import pytest

from evidence.bundles.archive_transfer.transfer import write
from evidence.custody.models import CustodyEntry
from evidence.errors import NotPermittedError
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.evidence.bundles.archive_transfer.bag_contents import TODAY, all_words_in, bagged, make
from tests.factories import (
    CallFactory,
    UserFactory,
    a_member,
)
from tests.shared_data import made_once, part

pytestmark = pytest.mark.django_db

_world = made_once(make)
call, clerk, evidence = part("call"), part("clerk"), part("evidence")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
def test_only_clerks_transfer_evidence_whatever_the_clearance(call, evidence, tmp_path, role):
    person = a_member(call.inquiry, role, sees_confidential=True, sees_identities=True)

    with pytest.raises(NotPermittedError, match="transfer evidence to the archive"):
        bagged(call, tmp_path / "bag", by=person)
    assert [path.name for path in tmp_path.iterdir()] == ["stores"]
    assert not CustodyEntry.objects.filter(act__contains="archive").exists()


def test_clerk_of_another_inquiry_and_superuser_cannot_transfer(call, evidence, tmp_path):
    for person in (a_member(CallFactory().inquiry), UserFactory(is_superuser=True)):
        with pytest.raises(NotPermittedError):
            bagged(call, tmp_path / "bag", by=person)
    assert not (tmp_path / "bag").exists()


def test_requested_submissions_are_limited_to_transferable_ones(call, clerk, evidence, tmp_path):
    every = Submission.objects.all()
    transfer = write(every, tmp_path / "bag", inquiry=call.inquiry, by=clerk, on=TODAY)
    assert transfer.submissions == 2
    chosen = every.filter(pk=evidence["open"].pk)
    transfer = write(chosen, tmp_path / "one", inquiry=call.inquiry, by=clerk, on=TODAY)
    assert transfer.submissions == 1
    assert evidence["withheld"].label not in all_words_in(tmp_path / "one")


def test_transfer_is_recorded_in_custody(call, clerk, evidence, tmp_path):
    transfer = bagged(call, tmp_path / "bag", by=clerk, with_confidential=True)

    made = CustodyEntry.objects.get(act="archive bag written")
    assert (made.by, made.inquiry) == (clerk, call.inquiry)
    assert made.detail == {
        "submissions": 3,
        "files": transfer.files,
        "confidential": True,
        "bag": transfer.digest,
    }
    given = CustodyEntry.objects.filter(act="given to the archive").values_list(
        "subject_id", flat=True
    )
    assert set(given) == {str(evidence[name].pk) for name in ("withheld", "secret")}
