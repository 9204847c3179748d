"""Publishing: only after an order, fixed as shown, and taken down with a record."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evidence.custody.models import CustodyEntry
from evidence.decisions.decide import withdraw
from evidence.decisions.models import Act
from evidence.documents.models import Rendition
from evidence.errors import MoveNotAllowedError, NotPermittedError, NotReadyError
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.lifecycle import Status
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.publication.models import Publication, PublishedFile
from evidence.publication.publish import (
    NoNumberError,
    number_for_publication,
    publish,
    take_down,
)
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(work):
    submission = a_submission(text="Words of evidence.")
    work()
    clerk = a_member(submission.inquiry)
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    submission.refresh_from_db()
    return submission, clerk


@pytest.mark.parametrize("acts", [(), (Act.ACCEPT,), (Act.ACCEPT, Act.OPEN)], ids=len)
def test_submission_without_an_order_of_a_meeting_is_not_published(acts, work):
    submission = a_submission()
    work()
    clerk = a_member(submission.inquiry)
    if acts:
        decide(submission, *acts, by=clerk)

    with pytest.raises(NotReadyError, match="no meeting has ordered"):
        publish(submission, by=clerk)
    assert not Publication.objects.exists()


def test_submission_made_confidential_after_the_order_is_not_published(reported):
    submission, clerk = reported
    decide(submission, Act.KEEP_CONFIDENTIAL, by=clerk)

    with pytest.raises(NotReadyError, match="confidential"):
        publish(submission, by=clerk)
    assert not Publication.objects.exists()


def test_second_publication_by_another_clerk_gets_an_error(reported):
    submission, clerk = reported
    publish(submission, by=clerk)

    with pytest.raises(MoveNotAllowedError):
        publish(submission, by=clerk)
    assert Publication.objects.count() == 1


def test_published_file_stays_unchanged_after_later_renditions(reported, work):
    submission, clerk = reported
    file = publish(submission, by=clerk).files.get()
    submission.refresh_from_db()
    take_down(submission, by=clerk, note="An address stood in it.")
    decide(submission, Act.WITHHOLD_NAME, by=clerk)
    work()

    again = PublishedFile.objects.get(pk=file.pk)
    made = submission.renditions.get(form=Rendition.Form.PDF)
    assert again.pdf_sha256 == file.pdf_sha256 != made.sha256
    assert archive().has(file.pdf_sha256)

    second = publish(submission, by=clerk)
    assert "Name withheld" in second.heading
    assert "Name withheld" not in Publication.objects.get(pk=file.publication_id).heading
    assert Publication.objects.current().get() == second


def test_taking_down_needs_a_reason_and_is_recorded(reported):
    submission, clerk = reported
    publish(submission, by=clerk)
    submission.refresh_from_db()
    with pytest.raises(NotReadyError, match="Enter the reason"):
        take_down(submission, by=clerk, note="  ")

    take_down(submission, by=clerk, note="An address stood in it.")

    ended = submission.publications.get()
    assert (ended.ended_by, ended.ended_note) == (clerk, "An address stood in it.")
    assert submission.moves.last().note == "An address stood in it."
    assert not Publication.objects.current().exists()


def test_published_submission_must_be_taken_down_before_withdrawal(reported):
    """Else its publication would stand on record as one that never ended."""
    submission, clerk = reported
    publish(submission, by=clerk)
    submission.refresh_from_db()

    with pytest.raises(NotReadyError, match="Take it down first"):
        withdraw(submission, by=clerk, note="by leave of the committee")
    assert Submission.objects.published().get() == submission

    take_down(submission, by=clerk, note="by leave of the committee")
    withdraw(submission, by=clerk, note="by leave of the committee")
    assert submission.status == Status.WITHDRAWN
    assert not Publication.objects.current().exists()


def test_database_refuses_two_current_publications_of_a_submission(reported):
    submission, clerk = reported
    first = publish(submission, by=clerk)
    submission.refresh_from_db()
    take_down(submission, by=clerk, note="a mistake")
    publish(submission, by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=first.pk).update(ended_at=None)


def test_publishing_reports_pages_being_made_or_failed(prepared_by_decision):
    submission, clerk = prepared_by_decision
    with pytest.raises(NotReadyError, match="still being made"):
        publish(submission, by=clerk)

    Job.objects.filter(key=f"render:{submission.pk}").update(state=Job.State.HELD)

    with pytest.raises(NotReadyError, match="could not be made"):
        publish(submission, by=clerk)


@pytest.fixture
def prepared_by_decision(work):
    """Reported, its pages not yet made with the number they are to bear."""
    submission = a_submission()
    work()
    clerk = a_member(submission.inquiry)
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    return submission, clerk


@pytest.fixture
def unnumbered(work):
    """A submission ordered to be published in an inquiry that numbers on publication."""
    submission = a_submission(text="Words of evidence.")
    Inquiry.objects.update(numbered_on=Inquiry.NumberedOn.PUBLICATION)
    work()
    clerk = a_member(submission.inquiry)
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    submission.refresh_from_db()
    return submission, clerk


def test_inquiry_that_numbers_on_publication_gives_no_number_on_acceptance(unnumbered):
    submission, clerk = unnumbered
    assert (submission.status, submission.number) == (Status.REPORTED, None)
    with pytest.raises(NoNumberError, match="has no evidence number yet"):
        publish(submission, by=clerk)


def test_number_is_given_and_printed_before_publication(unnumbered, work):
    submission, clerk = unnumbered
    number_for_publication(submission, by=clerk)
    number_for_publication(submission, by=clerk)
    submission.refresh_from_db()
    assert submission.number == 1
    with pytest.raises(NotReadyError, match="still being made"):
        publish(submission, by=clerk)
    work()
    publication = publish(submission, by=clerk)
    with archive().local(publication.files.get().pdf_sha256) as path:
        assert submission.reference in "".join(extract_text(path).pages)
    assert CustodyEntry.objects.filter(act="evidence number given").count() == 1


def test_confidential_submissions_leave_no_gap_between_numbers_given_on_publication(
    unnumbered, work
):
    first, clerk = unnumbered
    hidden, last = (a_submission(first.call, text=f"Text {n}.") for n in range(2))
    work()
    decide(hidden, Act.ACCEPT, Act.KEEP_CONFIDENTIAL, by=clerk)
    decide(last, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    for submission in (first, last):
        number_for_publication(submission, by=clerk)
    assert list(
        Submission.objects.order_by("number").exclude(number=None).values_list("pk", "number")
    ) == [(first.pk, 1), (last.pk, 2)]


def test_submission_that_may_not_be_published_gets_no_number(unnumbered):
    submission, clerk = unnumbered
    decide(submission, Act.KEEP_CONFIDENTIAL, by=clerk)
    with pytest.raises(NotReadyError, match="confidential"):
        number_for_publication(submission, by=clerk)
    with pytest.raises(NotPermittedError):
        number_for_publication(submission, by=a_member(submission.inquiry, role="member"))
    submission.refresh_from_db()
    assert submission.number is None


def test_clerk_gives_numbers_and_publishes_on_one_page(unnumbered, work, client):
    submission, clerk = unnumbered
    client.force_login(clerk)
    page = reverse("admin:publish-selected")
    chosen = {"_selected_action": str(submission.pk)}
    assert "needs its evidence number first" in client.post(page, chosen).content.decode()
    after = client.post(page, {**chosen, "number": "1"}).content.decode()
    assert "its pages are still being made" in after
    work()
    ready = client.post(page, {**chosen, "look": "1"}).content.decode()
    digest = re.search(rf'name="seen-{submission.pk}" value="(\w+)"', ready)
    client.post(page, {**chosen, "publish": "1", f"seen-{submission.pk}": digest[1]})
    submission.refresh_from_db()
    assert submission.status == Status.PUBLISHED


def test_call_page_says_when_evidence_numbers_are_given(client):
    call = CallFactory()
    page = reverse("call", args=[call.code])
    assert "when the committee accepts it" in client.get(page).content.decode()
    Inquiry.objects.update(numbered_on=Inquiry.NumberedOn.PUBLICATION)
    assert "when it is published" in client.get(page).content.decode()
