"""Runs jobs: claims one, loads its subject, runs it, and records the result."""

import time
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from django.db import Error, connection
from django.utils import timezone

from evidence.bundles.build.build import CancelledError
from evidence.bundles.build.workspace import DiskFullError
from evidence.errors import EvidenceError
from evidence.jobs.broker import notify
from evidence.jobs.fair_scheduling import long_jobs
from evidence.jobs.models import Job
from evidence.jobs.queue import Claim, LeaseLostError, claim_job, claim_turn, kept_alive
from evidence.pdf.exceptions import SanitizeError, TextExtractionError, UnusableItemError
from evidence.tasks.failure_reasons import DIED, in_plain_words, stopped
from evidence.tasks.job_type import JobType
from evidence.tasks.registry import JOBS

log = structlog.get_logger(__name__)
OVERTAKE_EVERY_SECONDS = 0.25
UNKNOWN = "This version of the program does not know this job."
UNKNOWN_PAUSE = timedelta(hours=1)
# The same file fails in the same way each time.
OF_THE_FILE = (SanitizeError, TextExtractionError, UnusableItemError)


class Runs(Protocol):
    def __call__(self, job: JobType, claim: Claim) -> None: ...


def work_one() -> bool:
    """Do one due job in this process. Returns False if there is none."""
    now = timezone.now()
    due = Job.objects.due(now)
    job = due.short(now).first() or long_jobs().next() or due.idle().first()
    if job is None:
        return False
    run_job(job.pk)
    return True


def run_job(job_id: int) -> None:
    """Do this job, if it is due and no other worker has it. For a long job, the long job whose turn
    it is is done instead."""
    claim = claim_job(job_id)
    if claim is None:
        return
    if claim.name not in JOBS:
        # Asked for by a newer version of the program, or an older one.
        claim.put_back(UNKNOWN, after=UNKNOWN_PAUSE)
        return
    _do(claim, _run)
    if claim.weight and (following := long_jobs().next()):
        notify(following.pk, following.name, always=True)


def _run(job: JobType, claim: Claim, *, may_be_overtaken: bool = True) -> None:
    subject = job.load(claim.subject_id)
    if subject is None:
        job.gone(claim.subject_id)
        _nothing_left(claim)
    elif job.long:
        _run_long(job, subject, claim, may_be_overtaken=may_be_overtaken)
    else:
        job.run(subject, within=claim.settle)


def _run_long(job: JobType, subject: Any, claim: Claim, *, may_be_overtaken: bool) -> None:
    """Runs a long job. At its reports the worker may do lighter jobs in between."""
    checked_last = time.monotonic()

    def report(done: int, total: int, message: str) -> None:
        nonlocal checked_last
        claim.report(done, total, message)
        if not may_be_overtaken or time.monotonic() - checked_last < OVERTAKE_EVERY_SECONDS:
            return
        while small := claim_turn(beside=claim):
            # Smaller jobs overtake this one here. The progress message does not mention them:
            # they may belong to an inquiry that its reader may not know of.
            _do(small, partial(_run, may_be_overtaken=False))
            claim.report(done, total, message)
        checked_last = time.monotonic()

    try:
        job.run(subject, within=claim.settle, report=report)
    except DiskFullError as problem:
        _give_up(job, claim, str(problem))
    except CancelledError:
        _nothing_left(claim)


def _nothing_left(claim: Claim) -> None:
    with claim.settle():
        pass


def _do(claim: Claim, runs: Runs) -> None:
    job = JOBS[claim.name]
    bound = log.bind(job=claim.job_id, name=claim.name, subject=str(claim.subject_id))
    try:
        if job.retry.is_over(claim):
            last = Job.objects.values_list("reason", flat=True).get(pk=claim.job_id)
            _give_up(job, claim, stopped(claim.attempt - 1, last))
            bound.error("job.held")
        elif job.retry.must_rest(claim):
            claim.put_back(DIED, after=job.retry.pause(claim.attempt))
            bound.error("job.rests", attempt=claim.attempt)
        else:
            with kept_alive(claim):
                runs(job, claim)
            bound.info("job.done", attempt=claim.attempt)
    except LeaseLostError:
        bound.warning("job.lost")
    except OF_THE_FILE as problem:
        bound.warning("job.held", attempt=claim.attempt, problem=type(problem).__name__)
        _after_failure(job, claim, str(problem), is_final=job.retry.counted)
    except EvidenceError as problem:
        # The text of such an error is for clerks and names nobody.
        bound.warning("job.again", attempt=claim.attempt, problem=type(problem).__name__)
        _after_failure(job, claim, str(problem))
    except Exception as problem:  # noqa: BLE001  a poison document must not stop the worker
        # The kind of problem only: its text may quote the document.
        bound.error("job.failed", attempt=claim.attempt, problem=type(problem).__name__)
        _after_failure(job, claim, in_plain_words(problem))


def _after_failure(job: JobType, claim: Claim, reason: str, *, is_final: bool = False) -> None:
    """Put the job back to be retried, or give it up if that is final or has failed for long enough.

    If the database fails too, the lease runs out, and another worker takes the job.
    """
    bound = log.bind(job=claim.job_id, name=claim.name)
    try:
        if is_final:
            _give_up(job, claim, reason)
        elif job.retry.is_spent(claim):
            _give_up(job, claim, stopped(claim.attempt, reason))
            bound.error("job.held")
        else:
            claim.put_back(reason, after=job.retry.pause(claim.attempt))
    except LeaseLostError:
        bound.warning("job.lost")
    except Error as problem:
        bound.error("job.left", problem=type(problem).__name__)
        connection.close_if_unusable_or_obsolete()


def _give_up(job: JobType, claim: Claim, reason: str) -> None:
    subject, within = job.load(claim.subject_id), partial(claim.settle_held, reason)
    if subject is None:
        with within():
            pass
    else:
        job.give_up(subject, reason=reason, within=within)
