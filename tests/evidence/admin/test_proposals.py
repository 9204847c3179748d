"""Proposing and deciding at the desk, without weaker protection than requested by accident."""

import itertools

import pytest
from django.urls import reverse

from evidence.decisions.models import Act, Decision
from evidence.decisions.propose import propose
from evidence.lifecycle import Disclosure, Status, is_freer
from evidence.publication.publish import take_down
from evidence.submissions.models import DisclosureRequest, Submission
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import (
    LIST,
    PROPOSE,
    PUBLISH,
    in_status,
    page_of,
    page_text,
    shown_after,
    signed_in,
)
from tests.factories import CallFactory, a_meeting, a_member, a_submission

pytestmark = pytest.mark.django_db

DISCLOSURES = {
    "open": Disclosure.OPEN,
    "withhold_name": Disclosure.NAME_WITHHELD,
    "keep_confidential": Disclosure.CONFIDENTIAL,
}
WHY = "The witness agreed on the telephone."
REASONS = "They watch my family."


def prepared(call, wish=Disclosure.OPEN, text="A text.") -> Submission:
    submission = a_submission(call, disclosure=wish, text=text)
    Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
    submission.refresh_from_db()
    return submission


def with_reasons(submission) -> Submission:
    DisclosureRequest.objects.update_or_create(submission=submission, defaults={"reasons": REASONS})
    return submission


def to(submission, what, *args) -> str:
    return reverse(f"admin:submission-{what}", args=[submission.pk, *args])


def meeting_page(meeting) -> str:
    return reverse("admin:evidence_meeting_change", args=[meeting.pk])


@pytest.mark.parametrize(("wish", "chosen"), [*itertools.product(Disclosure, DISCLOSURES)], ids=str)
def test_weaker_protection_needs_tick_and_reason_in_the_proposal_form(call, clerk, wish, chosen):
    submission = prepared(call, wish)
    client = signed_in(clerk)
    fields = {"acceptance": "accept", "publication": chosen}
    freer = is_freer(DISCLOSURES[chosen], than=wish)
    for missing in ({}, {"freer": "on"}, {"freer_reason": WHY}):
        answer = client.post(to(submission, "propose"), {**fields, **missing})
        assert (answer.status_code == 200) == freer
        if freer:
            assert "There is a problem" in answer.content.decode()
            assert not Decision.objects.exists()

    shown_after(client, to(submission, "propose"), {**fields, "freer": "on", "freer_reason": WHY})

    proposal = submission.decisions.proposed().get(act=chosen)
    assert proposal.freer_reason == (WHY if freer else "")


@pytest.mark.parametrize("wish", Disclosure)
def test_requested_protection_is_preselected(call, clerk, wish):
    page = page_text(signed_in(clerk), page_of(prepared(call, wish)))
    chosen = {DISCLOSURES[name]: name for name in DISCLOSURES}[wish]
    (line,) = [line for line in page.split("<input") if "checked" in line and "publication" in line]
    assert f'value="{chosen}"' in line
    assert "(as the witness asked)" in line


def test_refused_proposal_form_keeps_what_was_typed(call, clerk):
    submission = prepared(call, Disclosure.CONFIDENTIAL)
    fields = {
        "acceptance": "accept",
        "publication": "open",
        "freer_reason": WHY,
        "note": "Noteworthy.",
    }
    page = signed_in(clerk).post(to(submission, "propose"), fields).content.decode()
    assert WHY in page
    assert "Noteworthy." in page
    assert "Tick this to confirm" in page


def test_proposal_can_be_removed(call, clerk):
    submission = prepared(call)
    proposal = propose(submission, Act.ACCEPT, by=clerk)
    client = signed_in(clerk)
    assert to(submission, "drop", proposal.pk) in page_text(client, page_of(submission))

    text = shown_after(client, to(submission, "drop", proposal.pk), {})

    assert "Proposal removed: Accept as evidence." in text
    assert not submission.decisions.proposed().exists()


def test_second_clerk_confirms_and_the_proposer_cannot(call, clerk):
    submission = prepared(call, Disclosure.NAME_WITHHELD)
    proposal = propose(submission, Act.OPEN, by=clerk, freer_reason=WHY)
    confirm = to(submission, "confirm", proposal.pk)
    own = signed_in(clerk)
    assert confirm not in page_text(own, page_of(submission))
    assert "you proposed this" in shown_after(own, confirm, {})
    other = a_member(call.inquiry)

    page = page_text(signed_in(other), page_of(submission))
    assert confirm in page
    assert WHY in page
    shown_after(signed_in(other), confirm, {})

    proposal.refresh_from_db()
    assert proposal.confirmed_by == other


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
def test_reader_who_may_not_propose_changes_nothing(call, clerk, role):
    submission = prepared(call)
    proposal = propose(submission, Act.ACCEPT, by=clerk)
    person = a_member(call.inquiry, role, sees_confidential=True, sees_identities=True)
    client = signed_in(person)
    page = page_text(client, page_of(submission))
    fields = {"acceptance": "decline", "note": "No.", "publication": ""}
    for address in (
        to(submission, "propose"),
        to(submission, "drop", proposal.pk),
        to(submission, "confirm", proposal.pk),
    ):
        assert address not in page
        text = shown_after(client, address, fields)
        assert "You do not have permission to " in text or "nothing to confirm" in text
    assert [decision.act for decision in submission.decisions.proposed()] == [Act.ACCEPT]


def test_proposals_for_hidden_submissions_return_404(call, clerk):
    submission = prepared(call, Disclosure.CONFIDENTIAL)
    proposal = propose(submission, Act.ACCEPT, by=clerk)
    for person in (a_member(CallFactory().inquiry), a_member(call.inquiry, Role.OPERATIONS)):
        client = signed_in(person)
        for address in (
            to(submission, "propose"),
            to(submission, "drop", proposal.pk),
            to(submission, "confirm", proposal.pk),
        ):
            assert client.post(address).status_code == 404


def test_proposal_is_not_reachable_through_another_submission(call, clerk):
    first, second = prepared(call), prepared(call, text="Another.")
    proposal = propose(second, Act.ACCEPT, by=clerk)
    text = shown_after(signed_in(clerk), to(first, "drop", proposal.pk), {})
    assert "no longer exists" in text
    assert second.decisions.proposed().exists()


@pytest.mark.parametrize("wish", [Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL])
def test_requested_protection_is_shown_beside_the_name_at_every_decision(call, clerk, work, wish):
    """With the reasons, for those who may read them."""
    submission = with_reasons(prepared(call, wish))
    propose(submission, Act.ACCEPT, by=clerk)
    meeting = a_meeting(call.inquiry, by=clerk)
    client = signed_in(clerk)
    fields = {"_selected_action": [str(submission.pk)]}
    pages = {
        "submission": page_text(client, page_of(submission)),
        "propose": client.post(PROPOSE, fields).content.decode(),
        "refused": client.post(to(submission, "propose"), {"publication": "x"}).content.decode(),
        "meeting": page_text(client, meeting_page(meeting)),
    }
    for name, page in pages.items():
        assert f'<span class="requested requested-{wish}">' in page, name
        assert REASONS.replace("'", "&#x27;") in page, name
    listed = page_text(client, LIST)
    assert f'<span class="protection protection-{wish}">' in listed
    assert REASONS not in client.post(PUBLISH, fields).content.decode()


def test_reasons_for_protection_are_hidden_without_contact_permission(call):
    submission = with_reasons(prepared(call, Disclosure.NAME_WITHHELD))
    person = a_member(call.inquiry, Role.SPECIALIST, sees_confidential=True, sees_identities=True)
    page = page_text(signed_in(person), page_of(submission))
    assert 'class="requested requested-name_withheld"' in page
    assert REASONS not in page


def test_meeting_page_ticks_all_proposals_of_a_submission_together(call, clerk):
    first, second = prepared(call), prepared(call, text="Two.")
    for act in (Act.ACCEPT, Act.OPEN, Act.REPORT):
        propose(first, act, by=clerk, note="Of weight.")
    propose(second, Act.ACCEPT, by=clerk)
    page = meeting_page(a_meeting(call.inquiry, by=clerk))
    client = signed_in(clerk)

    shown = page_text(client, page)

    assert shown.count('name="decision"') == 2
    assert shown.count("Of weight.") == 1
    assert shown.count('name="decision"') == shown.count(" checked aria-label")
    assert " checked aria-label" not in page_text(client, f"{page}?tick=none")


def test_proposal_awaiting_a_second_clerk_cannot_be_ticked(call, clerk):
    submission = prepared(call, Disclosure.CONFIDENTIAL)
    proposal = propose(submission, Act.WITHHOLD_NAME, by=clerk, freer_reason=WHY)
    meeting = a_meeting(call.inquiry, by=clerk)
    client = signed_in(clerk)
    page = page_text(client, meeting_page(meeting))
    assert 'name="decision"' not in page
    assert "A second clerk must agree." in page

    text = shown_after(
        client, reverse("admin:meeting-apply", args=[meeting.pk]), {"decision": proposal.pk.hex}
    )

    assert "Not recorded: 1." in text
    submission.refresh_from_db()
    assert submission.disclosure_decided is None


def test_decisions_of_a_meeting_are_reported_in_one_message(call, clerk):
    rows = [propose(prepared(call, text=f"Text {n}."), Act.ACCEPT, by=clerk) for n in range(3)]
    meeting = a_meeting(call.inquiry, by=clerk)
    answer = signed_in(clerk).post(
        reverse("admin:meeting-apply", args=[meeting.pk]),
        {"decision": [row.pk.hex for row in rows]},
        follow=True,
    )
    assert [str(message) for message in answer.context["messages"]] == [
        "Recorded: 3 submissions (3 decisions)."
    ]


def test_next_meeting_is_preselected_even_for_a_clerk_of_two_inquiries(call, clerk):
    other = CallFactory()
    other.inquiry.memberships.create(user=clerk, role=Role.CLERK)
    a_meeting(call.inquiry, by=clerk)
    propose(prepared(call), Act.ACCEPT, by=clerk)

    page = page_text(signed_in(clerk), reverse("admin:evidence_meeting_add"))

    assert f'<option value="{call.inquiry.pk}" selected>' in page
    assert 'name="number" value="2"' in page


def test_page_of_a_taken_down_submission_does_not_say_published(call, clerk, work):
    submission = in_status(Status.PUBLISHED, call, clerk, work)
    take_down(submission, by=clerk, note="A mistake.")

    page = page_text(signed_in(clerk), page_of(submission))

    assert '<li class="here" aria-current="step">Taken down</li>' in page
    assert ">Published</li>" not in page
