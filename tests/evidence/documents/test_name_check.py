"""Evidence published without the name does not identify the witness."""

import pytest
from django.urls import reverse

from evidence.bundles.requests import freeze
from evidence.bundles.specification import Kind, Specification
from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.documents.models import SubmissionText
from evidence.errors import NotPermittedError, NotReadyError
from evidence.intake.examine import release, settle, try_again
from evidence.intake.models import SubmissionFinding
from evidence.jobs.queue import ask
from evidence.lifecycle import Disclosure, Status
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from evidence.witnesses.models import Statement
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import page_of, page_text, shown_after, signed_in
from tests.factories import CallFactory, a_meeting, a_member, a_submission, decide, docx

pytestmark = pytest.mark.django_db

WITHHELD, CONFIDENTIAL = Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL
TELLING = "My name is Dr Quillfeather.\n\nWrite to quill@example.org or 020 7946 0123."
NAMES = SubmissionFinding.Stage.NAMES


@pytest.fixture
def call():
    return CallFactory(inquiry__prefix="FIA")


@pytest.fixture
def clerk(call):
    return a_member(call.inquiry)


def telling_submission(call, text=TELLING, wish=WITHHELD, **more) -> Submission:
    sender = {"name": "Dr Ada Quillfeather", "email": "quill@example.org", **more}
    return a_submission(call, text=text, disclosure=wish, **sender)


def fresh(submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def codes(submission) -> set[str]:
    return set(submission.findings.filter(stage=NAMES).values_list("code", flat=True))


def settle_all(submission, clerk) -> None:
    for finding in submission.findings.filter(stage=NAMES).holding():
        settle(finding, by=clerk, note="The witness agreed to it.")


def test_text_naming_its_witness_is_held_with_locations(call, work):
    submission = telling_submission(call)
    work()

    assert fresh(submission).status == Status.HELD
    assert codes(submission) == {"names-witness", "names-own-contact", "names-contact"}
    named = submission.findings.get(code="names-witness")
    assert (named.severity, named.words) == ("hold", "My name is Dr Quillfeather.")
    assert named.place == "paragraph 1"


@pytest.mark.parametrize("wish", [Disclosure.OPEN, CONFIDENTIAL])
def test_nothing_is_searched_when_the_name_or_nothing_is_published(call, work, wish):
    submission = telling_submission(call, wish=wish)
    work()
    assert fresh(submission).status == Status.PREPARED
    assert not codes(submission)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": "By Ada Quillfeather"}, "names-title"),
        ({"text": "As I wrote.\n\nYours sincerely,\n\nOne of them"}, "names-signature"),
        ({"content": docx("# Quillfeather on visas\n\nText."), "file_name": "e.docx"},
         "names-witness"),
        ({"content": docx("A text.[^1]\n\n[^1]: Seen by Quillfeather."), "file_name": "e.docx"},
         "names-witness"),
        ({"name": "Friend Helper", "kind": "proxy", "text": "Before Refugee came."}, None),
    ],
)  # fmt: skip
def test_titles_headings_notes_and_signatures_are_searched(call, work, more, code):
    submission = telling_submission(call, **{"text": "Nothing.", **more})
    work()
    assert codes(submission) == ({code} if code else set())


def test_person_represented_by_a_proxy_is_searched_for(call, work):
    submission = telling_submission(call, text="Before Zulfiya came here.", name="Friend Helper")
    Statement.objects.create(submission=submission, on_behalf_of="Zulfiya Abdu")
    work()
    assert codes(submission) == {"names-witness"}


def test_submission_continues_when_every_finding_is_resolved_with_a_reason(call, clerk, work):
    submission = telling_submission(call)
    work()
    first, *rest = submission.findings.filter(stage=NAMES)
    with pytest.raises(NotReadyError, match="Enter the reason"):
        settle(first, by=clerk, note=" ")
    with pytest.raises(NotPermittedError):
        settle(first, by=a_member(call.inquiry, Role.SPECIALIST), note="So.")

    settle(first, by=clerk, note="The witness agreed.")

    assert fresh(submission).status == Status.HELD
    for finding in rest:
        settle(finding, by=clerk, note="It is the office's.")
    work()
    assert fresh(submission).status == Status.PREPARED
    assert not submission.findings.holding().exists()
    with pytest.raises(NotReadyError, match="already been cleared"):
        settle(first, by=clerk, note="Again.")
    entry = CustodyEntry.objects.filter(act="finding settled").first()
    assert entry.detail == {"finding": first.code, "reason": "The witness agreed."}


def test_submission_cleared_to_stay_confidential_is_not_published(call, clerk, work):
    submission = telling_submission(call)
    work()
    release(fresh(submission), by=clerk, note="The committee will keep it confidential.")
    work()
    assert fresh(submission).status == Status.PREPARED
    assert submission.findings.filter(stage=NAMES).holding().count() == 3

    decide(fresh(submission), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    with pytest.raises(NotReadyError, match="3 things may say who the witness is"):
        publish(fresh(submission), by=clerk)
    decide(fresh(submission), Act.KEEP_CONFIDENTIAL, by=clerk)
    assert fresh(submission).disclosure == CONFIDENTIAL


def test_trying_again_resolves_no_finding(call, clerk, work):
    submission = telling_submission(call)
    work()
    try_again(fresh(submission), by=clerk)
    work()
    assert fresh(submission).status == Status.HELD
    assert submission.findings.filter(stage=NAMES).holding().count() == 3


def test_submission_with_name_withheld_by_decision_is_searched(call, clerk, work):
    submission = telling_submission(call, wish=Disclosure.OPEN)
    work()
    decide(fresh(submission), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    with pytest.raises(NotReadyError, match="still being"):
        publish(fresh(submission), by=clerk)
    work()

    with pytest.raises(NotReadyError, match="3 things may say who the witness is"):
        publish(fresh(submission), by=clerk)
    assert fresh(submission).status == Status.REPORTED
    settle_all(submission, clerk)
    publish(fresh(submission), by=clerk)
    assert fresh(submission).status == Status.PUBLISHED


def test_decision_to_publish_the_name_leaves_no_open_findings(call, clerk, work):
    submission = telling_submission(call)
    work()
    settle(submission.findings.get(code="names-contact"), by=clerk, note="The office's number.")
    Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
    decide(fresh(submission), Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    assert codes(submission) == {"names-contact"}  # what a clerk said stays on record
    publish(fresh(submission), by=clerk)


@pytest.mark.parametrize("field", ["title", "display_name"])
def test_correction_naming_the_witness_is_found_before_publication(call, clerk, work, field):
    submission = telling_submission(call, text="Nothing telling.")
    work()
    decide(fresh(submission), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    Submission.objects.filter(pk=submission.pk).update(**{field: "Quillfeather"})
    with pytest.raises(NotReadyError, match="still being"):
        publish(fresh(submission), by=clerk)

    ask("render", submission.pk)
    work()

    with pytest.raises(NotReadyError, match="one thing may say who the witness is"):
        publish(fresh(submission), by=clerk)


def test_submission_taken_down_is_searched_before_it_is_published_again(call, clerk, work):
    submission = telling_submission(call, text="Nothing telling.")
    work()
    decide(fresh(submission), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    publish(fresh(submission), by=clerk)
    take_down(fresh(submission), by=clerk, note="A mistake.")
    SubmissionText.objects.filter(submission=submission).update(names_checked="")
    with pytest.raises(NotReadyError, match="still being"):
        publish(fresh(submission), by=clerk)


def test_clerk_resolves_findings_on_the_page_linked_from_the_meeting(call, clerk, work):
    submission = telling_submission(call, wish=Disclosure.OPEN)
    work()
    decide(fresh(submission), Act.WITHHOLD_NAME, by=clerk)
    work()
    from_meeting = seen_at_meeting(call, clerk, submission)
    finding = submission.findings.get(code="names-witness")
    client, page = signed_in(clerk), page_of(submission)
    address = reverse("admin:submission-settle", args=[submission.pk, finding.pk])

    assert "3 findings may identify the witness." in from_meeting
    assert address in page_text(client, page)
    shown = shown_after(client, address, {f"reason-{finding.pk}": "  "})
    assert "Enter the reason for clearing this finding" in shown
    shown = shown_after(client, address, {f"reason-{finding.pk}": "The witness agreed."})
    assert "The witness agreed." in shown
    assert address not in shown


def seen_at_meeting(call, clerk, submission) -> str:
    fresh(submission).decisions.create(act=Act.ACCEPT, proposed_by=clerk)
    meeting = a_meeting(call.inquiry, by=clerk)
    return page_text(signed_in(clerk), reverse("admin:evidence_meeting_change", args=[meeting.pk]))


def test_readers_who_may_not_know_the_witness_do_not_see_the_findings(call, clerk, work):
    submission = telling_submission(call)
    work()
    finding = submission.findings.get(code="names-witness")
    address = reverse("admin:submission-settle", args=[submission.pk, finding.pk])
    officer = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    stranger = signed_in(a_member(CallFactory().inquiry))
    assert "Quillfeather" not in page_text(officer, page_of(submission))
    assert "no longer exists" in shown_after(officer, address, {"note": "So."})
    assert stranger.post(address, {"note": "So."}).status_code == 404
    finding.refresh_from_db()
    assert finding.settled_at is None


def test_submission_with_open_name_findings_is_in_no_bundle_for_outside_readers(call, clerk, work):
    """An evidence volume takes what is reported, before anybody has published it."""
    submission = telling_submission(call)
    work()
    release(fresh(submission), by=clerk, note="To be looked at later.")
    work()
    decide(fresh(submission), Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()
    volume = Specification(title="Volume", kind=Kind.VOLUME)
    with pytest.raises(NotReadyError, match="cannot go to readers outside"):
        freeze(call.inquiry, volume, by=clerk)

    assert (
        freeze(call.inquiry, Specification(title="For the committee"), by=clerk).items.count() == 1
    )
    settle_all(submission, clerk)
    assert freeze(call.inquiry, volume, by=clerk).items.count() == 1


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("I saw it at the University of Nowhere.", {"names-organisation": "warn"}),
        ("As a Reader in Law I saw it.", {"names-role": "warn"}),
        (
            "As a Reader in Law I saw it.\n\nIt was at the University of Nowhere.",
            {"names-organisation": "hold", "names-role": "hold"},
        ),
    ],
)
def test_organisation_and_role_together_hold_a_submission(call, work, text, severities):
    submission = telling_submission(
        call, text=text, organisation="University of Nowhere", role="Reader in Law"
    )
    work()
    rows = submission.findings.filter(code__startswith="names-")
    assert {row.code: row.severity for row in rows} == severities
    is_held = "hold" in severities.values()
    assert fresh(submission).status == (Status.HELD if is_held else Status.PREPARED)
