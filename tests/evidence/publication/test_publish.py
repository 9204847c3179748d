"""Publishing: only what was ordered, frozen as it was shown, and taken down on the record."""

import pytest
from django.db import IntegrityError, transaction

from evidence.decisions.decide import withdraw
from evidence.decisions.models import Act
from evidence.errors import MoveNotAllowed, NotReady
from evidence.files.shelves import archive
from evidence.house.models import Rendition
from evidence.lifecycle import Status
from evidence.publication.models import Publication, PublishedFile
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from evidence.work.models import Step
from tests.factories import a_member, a_piece, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(work):
    piece = a_piece(text="Words of evidence.")
    work()
    clerk = a_member(piece.inquiry)
    decide(piece, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    piece.refresh_from_db()
    return piece, clerk


@pytest.mark.parametrize("acts", [(), (Act.ACCEPT,), (Act.ACCEPT, Act.OPEN)], ids=len)
def test_what_no_meeting_ordered_to_be_published_is_not(acts, work):
    piece = a_piece()
    work()
    clerk = a_member(piece.inquiry)
    if acts:
        decide(piece, *acts, by=clerk)

    with pytest.raises(NotReady, match="no meeting has ordered"):
        publish(piece, by=clerk)
    assert not Publication.objects.exists()


def test_what_became_confidential_after_the_order_is_not_published(reported):
    piece, clerk = reported
    decide(piece, Act.KEEP_CONFIDENTIAL, by=clerk)

    with pytest.raises(NotReady, match="confidential"):
        publish(piece, by=clerk)
    assert not Publication.objects.exists()


def test_publishing_twice_publishes_once_and_the_second_clerk_is_told(reported):
    piece, clerk = reported
    publish(piece, by=clerk)

    with pytest.raises(MoveNotAllowed):
        publish(piece, by=clerk)
    assert Publication.objects.count() == 1


def test_what_was_shown_stays_as_it_was_whatever_is_made_later(reported, work):
    piece, clerk = reported
    file = publish(piece, by=clerk).files.get()
    piece.refresh_from_db()
    take_down(piece, by=clerk, note="An address stood in it.")
    decide(piece, Act.WITHHOLD_NAME, by=clerk)
    work()

    again = PublishedFile.objects.get(pk=file.pk)
    made = piece.renditions.get(form=Rendition.Form.PDF)
    assert again.pdf_sha256 == file.pdf_sha256 != made.sha256
    assert archive().has(file.pdf_sha256)

    second = publish(piece, by=clerk)
    assert "Name withheld" in second.heading
    assert "Name withheld" not in Publication.objects.get(pk=file.publication_id).heading
    assert Publication.objects.current().get() == second


def test_taking_down_needs_a_reason_and_is_written_down(reported):
    piece, clerk = reported
    publish(piece, by=clerk)
    piece.refresh_from_db()
    with pytest.raises(NotReady, match="Say why"):
        take_down(piece, by=clerk, note="  ")

    take_down(piece, by=clerk, note="An address stood in it.")

    ended = piece.publications.get()
    assert (ended.ended_by, ended.ended_note) == (clerk, "An address stood in it.")
    assert piece.moves.last().note == "An address stood in it."
    assert not Publication.objects.current().exists()


def test_a_published_piece_is_taken_down_before_it_is_withdrawn(reported):
    """Else its publication would stand on record as one that never ended."""
    piece, clerk = reported
    publish(piece, by=clerk)
    piece.refresh_from_db()

    with pytest.raises(NotReady, match="Take it down first"):
        withdraw(piece, by=clerk, note="by leave of the committee")
    assert Submission.objects.published().get() == piece

    take_down(piece, by=clerk, note="by leave of the committee")
    withdraw(piece, by=clerk, note="by leave of the committee")
    assert piece.status == Status.WITHDRAWN
    assert not Publication.objects.current().exists()


def test_two_publications_of_a_piece_at_a_time_the_database_refuses(reported):
    piece, clerk = reported
    first = publish(piece, by=clerk)
    piece.refresh_from_db()
    take_down(piece, by=clerk, note="a mistake")
    publish(piece, by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=first.pk).update(ended_at=None)


def test_pages_that_could_not_be_made_are_not_waited_for(prepared_by_decision):
    piece, clerk = prepared_by_decision
    with pytest.raises(NotReady, match="still being made"):
        publish(piece, by=clerk)

    Step.objects.filter(key=f"render:{piece.pk}").update(state=Step.State.HELD)

    with pytest.raises(NotReady, match="could not be made"):
        publish(piece, by=clerk)


@pytest.fixture
def prepared_by_decision(work):
    """Reported, its pages not yet made with the number they are to bear."""
    piece = a_piece()
    work()
    clerk = a_member(piece.inquiry)
    decide(piece, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    return piece, clerk
