"""A job whose worker was killed or too slow is done by another worker from the start."""

import datetime

import pytest
from django.utils import timezone

from evidence.documents import original_layout
from evidence.files.storage import archive
from evidence.intake.examine import examine
from evidence.jobs.models import Job
from evidence.jobs.queue import Claim, LeaseLostError, claim_job
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from evidence.tasks.registry import JOBS
from evidence.tasks.run import run_job
from tests.evidence.test_tasks import fake_libreoffice, rows
from tests.factories import a_submission, docx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setattr(original_layout, "libreoffice_facsimile", fake_libreoffice)


@pytest.mark.parametrize("name", ["examine", "prepare"])
def test_worker_killed_at_the_end_of_its_job_leaves_the_submission_unchanged(
    name, monkeypatch, work
):
    """The work is done, its files are in storage, and the worker dies before it can say so."""
    submission = a_submission(content=docx(), file_name="a.docx")
    if name == "prepare":
        run_job(Job.objects.get(name="examine").pk)
    job, real = Job.objects.get(name=name), Claim.settle
    before = rows()

    def cut_off(_held):
        raise KeyboardInterrupt

    monkeypatch.setattr(Claim, "settle", cut_off)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk)
    monkeypatch.setattr(Claim, "settle", real)
    assert rows() == before

    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    Job.objects.filter(state=Job.State.WAITING).update(lease_until=None)
    work()
    submission.refresh_from_db()
    assert submission.status == Status.PREPARED
    assert archive().has(submission.attachments.get().sha256)
    assert list(submission.moves.values_list("after", flat=True)) == [
        "received",
        "checked",
        "prepared",
    ]


def test_worker_that_lost_its_job_writes_nothing():
    submission = a_submission()
    job = Job.objects.get(name="examine")
    slow = claim_job(job.pk)
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    quick = claim_job(job.pk)
    before = rows()

    with pytest.raises(LeaseLostError):
        examine(submission, within=slow.settle)

    assert rows() == before
    examine(Submission.objects.get(pk=submission.pk), within=quick.settle)
    assert Submission.objects.get(pk=submission.pk).status == Status.CHECKED


def test_worker_that_lost_its_job_cannot_put_it_back():
    a_submission()
    job = Job.objects.get(name="examine")
    slow = claim_job(job.pk)
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    quick = claim_job(job.pk)

    slow.put_back("It failed.", after=datetime.timedelta())

    job.refresh_from_db()
    assert (job.state, job.token) == (Job.State.RUNNING, quick.token)


def test_pause_before_the_next_attempt_grows():
    a_submission()
    job, pauses = Job.objects.get(name="examine"), []
    for _ in range(3):
        claim = claim_job(job.pk)
        claim.put_back("It failed.", after=JOBS["examine"].retry.pause(claim.attempt))
        job.refresh_from_db()
        pauses.append(job.due_at - timezone.now())
        Job.objects.update(due_at=timezone.now())

    assert pauses == sorted(pauses)
    assert pauses[0] < datetime.timedelta(seconds=2) < pauses[1] < pauses[2]
