"""A step whose worker was cut off, or was too slow, is done by another as if it never began."""

import datetime

import pytest
from django.utils import timezone

from evidence.files.shelves import archive
from evidence.house import prepare as preparing
from evidence.intake.examine import examine
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from evidence.tasks.registry import JOBS
from evidence.tasks.run import run_job
from evidence.work.claim import Claim, ClaimLost, claim
from evidence.work.models import Step
from tests.evidence.test_tasks import like_an_office, rows
from tests.factories import a_piece, docx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setattr(preparing, "libreoffice_facsimile", like_an_office)


@pytest.mark.parametrize("verb", ["examine", "prepare"])
def test_a_worker_cut_off_at_the_end_of_its_step_leaves_a_piece_as_if_it_never_began(
    verb, monkeypatch, work
):
    """The work is done, its files are on the shelf, and the worker dies before it can say so."""
    piece = a_piece(content=docx(), file_name="a.docx")
    if verb == "prepare":
        run_job(Step.objects.get(verb="examine").pk)
    step, real = Step.objects.get(verb=verb), Claim.settle
    before = rows()

    def cut_off(_held):
        raise KeyboardInterrupt

    monkeypatch.setattr(Claim, "settle", cut_off)
    with pytest.raises(KeyboardInterrupt):
        run_job(step.pk)
    monkeypatch.setattr(Claim, "settle", real)
    assert rows() == before

    Step.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    Step.objects.filter(state=Step.State.WAITING).update(lease_until=None)
    work()
    piece.refresh_from_db()
    assert piece.status == Status.PREPARED
    assert archive().has(piece.attachments.get().sha256)
    assert list(piece.moves.values_list("after", flat=True)) == ["received", "checked", "prepared"]


def test_a_worker_that_lost_its_step_writes_nothing_of_it():
    piece = a_piece()
    step = Step.objects.get(verb="examine")
    slow = claim(step.pk)
    Step.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    quick = claim(step.pk)
    before = rows()

    with pytest.raises(ClaimLost):
        examine(piece, within=slow.settle)

    assert rows() == before
    examine(Submission.objects.get(pk=piece.pk), within=quick.settle)
    assert Submission.objects.get(pk=piece.pk).status == Status.CHECKED


def test_a_worker_that_lost_its_step_takes_nothing_back_either():
    a_piece()
    step = Step.objects.get(verb="examine")
    slow = claim(step.pk)
    Step.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    quick = claim(step.pk)

    slow.put_back("It failed.", after=datetime.timedelta())

    step.refresh_from_db()
    assert (step.state, step.token) == (Step.State.RUNNING, quick.token)


def test_the_pause_before_the_next_try_grows():
    a_piece()
    step, pauses = Step.objects.get(verb="examine"), []
    for _ in range(3):
        held = claim(step.pk)
        held.put_back("It failed.", after=JOBS["examine"].retry.pause(held.attempt))
        step.refresh_from_db()
        pauses.append(step.due_at - timezone.now())
        Step.objects.update(due_at=timezone.now())

    assert pauses == sorted(pauses)
    assert pauses[0] < datetime.timedelta(seconds=2) < pauses[1] < pauses[2]
