"""The decision paper before a meeting, and the minute extract after it."""

import io
import re
import zipfile

import pypdfium2
import pytest
from django.urls import reverse

from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import apply
from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.lifecycle import Disclosure
from evidence.submissions.models import DisclosureRequest
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import page_text, signed_in
from tests.factories import CallFactory, a_meeting, a_member, a_submission

pytestmark = pytest.mark.django_db


def a_proposed(call, work, clerk, *acts: Act, **details):
    submission = a_submission(call, **details)
    work()
    submission.refresh_from_db()
    for act in acts:
        propose(submission, act, by=clerk, note="In scope." if act == Act.ACCEPT else "")
    return submission


def paper(client, meeting, name: str) -> bytes:
    answer = client.get(
        reverse("admin:meeting-paper", args=[meeting.pk, name.partition("?")[0]])
        + ("?reasons=yes" if "?" in name else "")
    )
    assert answer.status_code == 200, name
    return answer.content


def words_of_docx(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read("word/document.xml").decode()


@pytest.fixture
def meeting(call, clerk):
    meeting = a_meeting(call.inquiry, by=clerk)
    meeting.members_present = "Alpha One (Chair)\nBeta Two"
    meeting.interests = "Beta Two declared an interest in a university."
    meeting.save()
    return meeting


def test_decision_paper_names_as_the_public_would_see_and_says_what_is_asked(
    call, clerk, work, meeting
):
    a_proposed(call, work, clerk, Act.ACCEPT, Act.OPEN, name="Dr Known")
    hidden = a_proposed(
        call, work, clerk, Act.ACCEPT, Act.WITHHOLD_NAME, name="Dr Secret", text="Other words.",
        disclosure=Disclosure.NAME_WITHHELD,
    )  # fmt: skip
    DisclosureRequest.objects.update_or_create(
        submission=hidden, defaults={"reasons": "My sister lives there."}
    )
    client = signed_in(clerk)

    words = words_of_docx(paper(client, meeting, "decision-paper.docx"))

    assert "Dr Known" in words
    assert "Name withheld" in words
    assert hidden.receipt in words
    assert "Accept as evidence; Publish with the name" in words
    assert "In scope." in words
    assert "Witness asked: name withheld" in words
    assert "Dr Secret" not in words
    assert "sister" not in words
    with_reasons = words_of_docx(paper(client, meeting, "decision-paper.docx?"))
    assert "My sister lives there." in with_reasons
    assert "Dr Secret" not in with_reasons


def test_decision_paper_is_a_pdf_too(call, clerk, work, meeting):
    submission = a_proposed(call, work, clerk, Act.ACCEPT, name="Dr Known")
    pdf = pypdfium2.PdfDocument(paper(signed_in(clerk), meeting, "decision-paper.pdf"))
    text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "Decision paper" in text
    # In a narrow column a number may stand on two lines, and words are hyphenated.
    assert submission.receipt.replace("-", "") in re.sub(r"[-\s\x02]", "", text)


def test_minute_extract_says_what_was_decided_and_names_nobody_protected(
    call, clerk, work, meeting
):
    reported = (Act.ACCEPT, Act.OPEN, Act.REPORT)
    a_proposed(call, work, clerk, *reported, name="Dr Known", text="First.")
    a_proposed(
        call, work, clerk, Act.ACCEPT, Act.KEEP_CONFIDENTIAL, name="Dr Secret", text="Second.",
        disclosure=Disclosure.CONFIDENTIAL,
    )  # fmt: skip
    declined = a_submission(call, name="Dr Declined", text="Third.")
    work()
    declined.refresh_from_db()
    propose(declined, Act.DECLINE, by=clerk, note="Out of scope.")
    apply(meeting, by=clerk)
    client = signed_in(clerk)

    words = words_of_docx(paper(client, meeting, "minute-extract.docx"))

    for sentence in (
        "Alpha One (Chair), in the Chair",
        "Beta Two declared an interest in a university.",
        "Ordered, That the following be reported to the House for publication:",
        "Dr Known, University of X (FIA0001)",
        "FIA0002",
        "be kept confidential",
        "Resolved, That 1 submission be not accepted as evidence.",
    ):
        assert sentence in words, sentence
    for secret in ("Dr Secret", "Dr Declined", "Out of scope", declined.receipt):
        assert secret not in words
    assert "Ordered, That the following" in page_text(
        client, reverse("admin:evidence_meeting_change", args=[meeting.pk])
    )
    assert CustodyEntry.objects.filter(act="meeting paper made").count() == 1


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
def test_papers_are_for_those_who_record_decisions(call, clerk, work, meeting, role):
    a_proposed(call, work, clerk, Act.ACCEPT)
    others = (a_member(call.inquiry, role), a_member(CallFactory().inquiry))
    for person in others:
        for name in ("decision-paper.docx", "minute-extract.pdf"):
            address = reverse("admin:meeting-paper", args=[meeting.pk, name])
            assert signed_in(person).get(address).status_code in {403, 404}
    assert not CustodyEntry.objects.filter(act="meeting paper made").exists()


@pytest.mark.parametrize("name", ["agenda.docx", "decision-paper.exe", "minute-extract", "x"])
def test_papers_that_do_not_exist_are_not_found(clerk, meeting, name):
    address = reverse("admin:meeting-paper", args=[meeting.pk, name])
    assert signed_in(clerk).get(address).status_code == 404
