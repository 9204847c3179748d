"""Does jobs: claims one, loads its subject, runs it, and says what came of it."""

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
from evidence.jobs.fair_scheduling import lane
from evidence.jobs.models import Job
from evidence.jobs.queue import Claim, LeaseLostError, claim, claim_turn, kept_alive
from evidence.tasks.failure_reasons import DIED, in_plain_words, stopped
from evidence.tasks.job_type import JobType
from evidence.tasks.registry import JOBS

log = structlog.get_logger(__name__)
LEND_EVERY_SECONDS = 0.25
UNKNOWN = "This version of the program does not know this job."
UNKNOWN_PAUSE = timedelta(hours=1)


class Runs(Protocol):
    def __call__(self, job: JobType, held: Claim) -> None: ...


def work_one() -> bool:
    """Do one job that is due, in this process; False if there is none."""
    job = Job.objects.due(timezone.now()).short().first() or lane().next()
    if job is None:
        return False
    run_job(job.pk)
    return True


def run_job(job_id: int) -> None:
    """Do this job, if it is due and no other worker has it. Of a long one, the one whose turn
    it is."""
    held = claim(job_id)
    if held is None:
        return
    if held.name not in JOBS:
        # Asked for by a newer version of the program, or an older one.
        held.put_back(UNKNOWN, after=UNKNOWN_PAUSE)
        return
    _do(held, _run)
    if held.weight and (following := lane().next()):
        notify(following.pk, following.name, always=True)


def _run(job: JobType, held: Claim, *, lend: bool = True) -> None:
    subject = job.load(held.subject_id)
    if subject is None:
        job.gone(held.subject_id)
        _nothing_left(held)
    elif job.long:
        _run_long(job, subject, held, lend=lend)
    else:
        job.run(subject, within=held.settle)


def _run_long(job: JobType, subject: Any, held: Claim, *, lend: bool) -> None:
    """What is long, and may have been rung for in place of another whose turn it is."""
    asked_last = time.monotonic()

    def report(done: int, of: int, doing: str) -> None:
        nonlocal asked_last
        held.report(done, of, doing)
        if not lend or time.monotonic() - asked_last < LEND_EVERY_SECONDS:
            return
        while small := claim_turn(beside=held):
            # The worker is lent to small ones, so that they need not wait for the whole of this.
            # Nothing is said of it: they may be of an inquiry that whoever waits does not know of.
            _do(small, partial(_run, lend=False))
            held.report(done, of, doing)
        asked_last = time.monotonic()

    try:
        job.run(subject, within=held.settle, report=report)
    except DiskFullError as problem:
        _give_up(job, held, str(problem))
    except CancelledError:
        _nothing_left(held)


def _nothing_left(held: Claim) -> None:
    with held.settle():
        pass


def _do(held: Claim, runs: Runs) -> None:
    job = JOBS[held.name]
    bound = log.bind(job=held.job_id, name=held.name, subject=str(held.subject_id))
    try:
        if job.retry.is_over(held):
            last = Job.objects.values_list("reason", flat=True).get(pk=held.job_id)
            _give_up(job, held, stopped(held.attempt - 1, last))
            bound.error("job.held")
        elif job.retry.must_rest(held):
            held.put_back(DIED, after=job.retry.pause(held.attempt))
            bound.error("job.rests", attempt=held.attempt)
        else:
            with kept_alive(held):
                runs(job, held)
            bound.info("job.done", attempt=held.attempt)
    except LeaseLostError:
        bound.warning("job.lost")
    except EvidenceError as problem:
        # Said in words for a clerk and naming nobody.
        bound.warning("job.again", attempt=held.attempt, problem=type(problem).__name__)
        _after_failure(job, held, str(problem))
    except Exception as problem:  # noqa: BLE001  a poison document must not stop the worker
        # The kind of problem only: its text may quote the document.
        bound.error("job.failed", attempt=held.attempt, problem=type(problem).__name__)
        _after_failure(job, held, in_plain_words(problem))


def _after_failure(job: JobType, held: Claim, reason: str) -> None:
    """Have it tried again later, or give it up when it has failed for long enough.

    If the database takes neither, the lease runs out, and another worker takes the job.
    """
    bound = log.bind(job=held.job_id, name=held.name)
    try:
        if job.retry.is_spent(held):
            _give_up(job, held, stopped(held.attempt, reason))
            bound.error("job.held")
        else:
            held.put_back(reason, after=job.retry.pause(held.attempt))
    except LeaseLostError:
        bound.warning("job.lost")
    except Error as problem:
        bound.error("step.left", problem=type(problem).__name__)
        connection.close_if_unusable_or_obsolete()


def _give_up(job: JobType, held: Claim, reason: str) -> None:
    subject, within = job.load(held.subject_id), partial(held.settle_held, reason)
    if subject is None:
        with within():
            pass
    else:
        job.give_up(subject, reason=reason, within=within)
