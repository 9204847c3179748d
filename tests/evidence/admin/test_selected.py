"""What is done with several submissions selected in the list of evidence."""

import pytest

from evidence.decisions.models import Act, Decision
from evidence.decisions.propose import propose
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import (
    LIST,
    PROPOSE,
    PUBLISH,
    hidden_fields,
    in_status,
    shown_after,
    signed_in,
)
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


def test_selected_submissions_are_proposed_together_and_exclusions_are_named(call, clerk, work):
    ready, early = in_status(Status.PREPARED, call, clerk, work), a_submission(call, text="Early.")
    chosen = [str(ready.pk), str(early.pk)]
    fields = {"_selected_action": chosen}
    client = signed_in(clerk)

    asks = client.post(PROPOSE, fields).content.decode()
    proposed = {"acceptance": "accept", "publication": "as_asked", "propose": "1"}
    done = shown_after(client, PROPOSE, {**fields, **proposed})

    assert ready.receipt in asks
    assert "Proposed for 1 submission." in done
    assert f"Left out: 1. {early.receipt} is “Received”" in done
    assert set(Decision.objects.values_list("submission", "act")) == {
        (ready.pk, "accept"),
        (ready.pk, "open"),
    }


def test_bulk_proposal_does_not_replace_a_single_proposal(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    propose(submission, Act.KEEP_CONFIDENTIAL, by=clerk)
    fields = {"_selected_action": [str(submission.pk)], "propose": "1"}

    text = shown_after(signed_in(clerk), PROPOSE, {**fields, "publication": "open"})

    assert "“Keep confidential” is already proposed" in text
    assert [decision.act for decision in submission.decisions.proposed()] == [Act.KEEP_CONFIDENTIAL]


@pytest.mark.parametrize("chosen", [{}, {"acceptance": "nonsense"}])
def test_bulk_proposal_of_nothing_or_unknown_choice_proposes_nothing(call, clerk, work, chosen):
    submission = in_status(Status.PREPARED, call, clerk, work)
    fields = {"_selected_action": [str(submission.pk)], "propose": "1"}
    answer = signed_in(clerk).post(PROPOSE, {**fields, **chosen})
    assert "There is a problem" in answer.content.decode()
    assert not Decision.objects.exists()


def test_publication_page_shows_what_will_be_public(call, clerk, work):
    submission = in_status(Status.REPORTED, call, clerk, work)
    early = in_status(Status.PREPARED, call, clerk, work)
    chosen = [str(submission.pk), str(early.pk)]
    fields = {"_selected_action": chosen}
    client = signed_in(clerk)

    page = client.post(PUBLISH, fields).content.decode()

    assert "1 submission to publish" in page
    assert f"Written evidence submitted by Dr A. Name, University of X ({submission.label})" in page
    assert "no meeting has ordered it to be published" in page
    submission.refresh_from_db()
    assert submission.status == Status.REPORTED
    page = shown_after(client, PUBLISH, {**fields, "publish": "1", **hidden_fields(page)})
    assert f"Published: {submission.label}." in page
    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED


@pytest.mark.parametrize("address", [PROPOSE, PUBLISH])
def test_acts_on_selected_submissions_are_refused_without_permission(call, clerk, work, address):
    submission = in_status(Status.REPORTED, call, clerk, work)
    fields = {"_selected_action": [str(submission.pk)], "acceptance": "accept"}
    posted = {**fields, "propose": "1", "publish": "1"}
    specialist = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    assert specialist.post(address, posted).status_code == 403
    elsewhere = signed_in(a_member(CallFactory().inquiry))
    assert "Nothing is selected" in shown_after(elsewhere, address, posted)
    fresh = Submission.objects.get(pk=submission.pk)
    assert fresh.status == Status.REPORTED
    assert not fresh.decisions.filter(state=Decision.State.PROPOSED).exists()


def test_acts_on_nothing_selected_lead_back_to_the_list_with_its_filters(clerk):
    client = signed_in(clerk)
    for address in (PROPOSE, PUBLISH):
        assert client.get(f"{address}?status=held")["Location"] == f"{LIST}?status=held"
        answer = client.post(f"{address}?status=held", {"_selected_action": "rubbish"})
        assert answer["Location"] == f"{LIST}?status=held"
