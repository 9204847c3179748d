"""Publishing: only what was ordered, frozen as it was shown, and taken down on the record."""

import pytest
from django.db import IntegrityError, transaction

from evidence.decisions.decide import withdraw
from evidence.decisions.models import Act
from evidence.documents.models import Rendition
from evidence.errors import MoveNotAllowedError, NotReadyError
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.lifecycle import Status
from evidence.publication.models import Publication, PublishedFile
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from tests.factories import a_member, a_submission, decide

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
def test_what_no_meeting_ordered_to_be_published_is_not(acts, work):
    submission = a_submission()
    work()
    clerk = a_member(submission.inquiry)
    if acts:
        decide(submission, *acts, by=clerk)

    with pytest.raises(NotReadyError, match="no meeting has ordered"):
        publish(submission, by=clerk)
    assert not Publication.objects.exists()


def test_what_became_confidential_after_the_order_is_not_published(reported):
    submission, clerk = reported
    decide(submission, Act.KEEP_CONFIDENTIAL, by=clerk)

    with pytest.raises(NotReadyError, match="confidential"):
        publish(submission, by=clerk)
    assert not Publication.objects.exists()


def test_publishing_twice_publishes_once_and_the_second_clerk_gets_an_error(reported):
    submission, clerk = reported
    publish(submission, by=clerk)

    with pytest.raises(MoveNotAllowedError):
        publish(submission, by=clerk)
    assert Publication.objects.count() == 1


def test_what_was_shown_stays_as_it_was_whatever_is_made_later(reported, work):
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


def test_taking_down_needs_a_reason_and_is_written_down(reported):
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


def test_a_published_submission_is_taken_down_before_it_is_withdrawn(reported):
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


def test_two_publications_of_a_submission_at_a_time_the_database_refuses(reported):
    submission, clerk = reported
    first = publish(submission, by=clerk)
    submission.refresh_from_db()
    take_down(submission, by=clerk, note="a mistake")
    publish(submission, by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=first.pk).update(ended_at=None)


def test_pages_that_could_not_be_made_are_not_waited_for(prepared_by_decision):
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
