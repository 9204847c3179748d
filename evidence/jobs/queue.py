"""The queue in the database: adds jobs, claims them, and settles them once.

A claim is one conditional UPDATE. It succeeds if the job waits, or if the lease of the worker
that had it has run out. The attempt is counted before the work begins. Settling is one
transaction that first checks the token, so a worker that was thought dead and comes back
changes nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from evidence.jobs.broker import notify
from evidence.jobs.fair_scheduling import long_jobs, take_lock
from evidence.jobs.models import Job, new_token

log = structlog.get_logger(__name__)
Settle = Callable[[], AbstractContextManager[None]]


class LeaseLostError(Exception):
    """Another worker has this job now; the work done here must be discarded."""


@dataclass(frozen=True)
class Claim:
    job_id: int
    name: str
    subject_id: UUID
    token: UUID
    request_count: int
    attempt: int
    weight: int = 0
    first_tried_at: datetime = field(default_factory=timezone.now)
    # Whether the worker that had it before let the lease run out.
    crashed: bool = False

    @property
    def tried_for(self) -> timedelta:
        """How long ago the first of its attempts began."""
        return timezone.now() - self.first_tried_at

    def report(self, done: int, total: int, message: str) -> None:
        """Write progress and renew the lease; raise `LeaseLostError` if the job was lost."""
        self._still_mine(
            done=done, total=total, message=message[:100], lease_until=timezone.now() + _lease()
        )

    def renew(self) -> None:
        self._still_mine(lease_until=timezone.now() + _lease())

    @contextmanager
    def settle(self) -> Iterator[None]:
        """The transaction that ends the job. All effects of the job belong inside it."""
        with transaction.atomic():
            self._end(Job.State.DONE, "")
            yield

    @contextmanager
    def settle_held(self, reason: str) -> Iterator[None]:
        """The same for a job that is given up; `reason` is a sentence for staff."""
        with transaction.atomic():
            self._end(Job.State.HELD, reason)
            yield

    def put_back(self, reason: str, *, after: timedelta) -> None:
        """Let the job be tried again after a pause."""
        Job.objects.filter(pk=self.job_id, token=self.token).update(
            state=Job.State.WAITING,
            token=None,
            lease_until=None,
            reason=reason[:500],
            due_at=timezone.now() + after,
        )

    def _end(self, state: Job.State, reason: str) -> None:
        now = timezone.now()
        ended: dict[str, Any] = {"token": None, "lease_until": None, "message": ""}
        ended["reason"] = reason[:500]
        if state == Job.State.DONE:
            ended["first_tried_at"] = None
        mine = Job.objects.filter(pk=self.job_id, token=self.token)
        if mine.filter(request_count=self.request_count).update(
            state=state, finished_at=now, **ended
        ):
            return
        # It was asked for again while it ran, so it is done and due once more.
        ended |= {"attempts": 0, "first_tried_at": None}
        if not mine.update(state=Job.State.WAITING, due_at=now, **ended):
            raise LeaseLostError(f"job {self.job_id}")
        transaction.on_commit(partial(notify, self.job_id, self.name))

    def _still_mine(self, **values: object) -> None:
        if not Job.objects.filter(pk=self.job_id, token=self.token).update(**values):
            raise LeaseLostError(f"job {self.job_id}")


@dataclass(frozen=True)
class Long:
    """What a long job is scheduled by: its weight, its owner, and a key that jobs share which
    would make the same (`evidence.jobs.fair_scheduling`). An idle job has no weight, and waits
    until nothing else is due."""

    weight: int
    owner: str
    dedup_key: str = ""
    is_idle: bool = False


SHORT = Long(0, "")
IDLE = Long(0, "", is_idle=True)
AFRESH: dict[str, Any] = {
    "state": Job.State.WAITING,
    "attempts": 0,
    "first_tried_at": None,
    "reason": "",
    "done": 0,
    "total": 0,
}


def ask_first(name: str, subject_id: UUID, *, at: datetime | None = None) -> None:
    """As `ask`, for a subject made in this transaction, so that no job can exist yet."""
    now = timezone.now()
    with transaction.atomic(savepoint=False):
        job = Job.objects.create(
            key=f"{name}:{subject_id}", name=name, subject_id=subject_id, due_at=at or now
        )
        _notify_if_due(job, now)


def ask(name: str, subject_id: UUID, *, at: datetime | None = None, long: Long = SHORT) -> None:
    """Make a job due, once or once more; notify the broker when the transaction commits.

    There is one job for each name and subject. Asking while it waits changes only when it is
    due; asking while it runs has it done again afterwards. It is not done before `at` (by
    default, now).
    """
    key, now = f"{name}:{subject_id}", timezone.now()
    due_at = at or now
    kind = asdict(long)
    with transaction.atomic(savepoint=False):
        job, new = Job.objects.get_or_create(
            key=key, defaults={"name": name, "subject_id": subject_id, "due_at": due_at, **kind}
        )
        if not new:
            again = Job.objects.filter(pk=job.pk)
            again.update(request_count=F("request_count") + 1, requested_at=now, **kind)
            again.exclude(state=Job.State.RUNNING).update(due_at=due_at, **AFRESH)
            job.due_at = due_at
        _notify_if_due(job, now)


def _notify_if_due(job: Job, now: datetime) -> None:
    # Idle jobs are found by the poller, when nothing else is due.
    if job.due_at <= now and not job.is_idle:
        transaction.on_commit(partial(notify, job.pk, job.name))


def ask_once_more(job: Job) -> bool:
    """Make a job due now that failed or waits for its next try; False if it runs or is done."""
    now = timezone.now()
    stopped = Job.objects.filter(pk=job.pk, state__in=[Job.State.HELD, Job.State.WAITING])
    changed = stopped.update(
        request_count=F("request_count") + 1, requested_at=now, due_at=now, **AFRESH
    )
    if changed:
        transaction.on_commit(partial(notify, job.pk, job.name))
    return bool(changed)


def subjects_with_job(name: str) -> QuerySet[Job, UUID]:
    """The ids of subjects that have a waiting or running job of this name."""
    return Job.objects.live().filter(name=name).values_list("subject_id", flat=True)


def withdraw(name: str, subject_id: UUID) -> None:
    """Settle a waiting job that is no longer wanted. A running one ends by itself."""
    waiting = Job.objects.filter(key=f"{name}:{subject_id}", state=Job.State.WAITING)
    waiting.update(state=Job.State.DONE, finished_at=timezone.now(), reason="")


def claim_job(job_id: int) -> Claim | None:
    """Claim a job, or None if it is not due or another worker was quicker.

    For the id of any long job, claims the long job whose turn it is, or None.
    """
    if Job.objects.filter(pk=job_id, weight__gt=0).exists():
        return claim_turn()
    return _take(job_id)


def claim_turn(*, beside: Claim | None = None) -> Claim | None:
    """Claim the long job whose turn it is; with `beside`, a lighter one that may overtake that."""
    running = beside.job_id if beside else 0
    if long_jobs().next(beside=running) is None:
        return None
    with transaction.atomic():
        take_lock("long jobs")
        job = long_jobs().next(beside=running)
        return _take(job.pk) if job else None


def _take(job_id: int) -> Claim | None:
    now, token = timezone.now(), new_token()
    values = {
        "state": Job.State.RUNNING,
        "token": token,
        "lease_until": now + _lease(),
        "attempts": F("attempts") + 1,
        "first_tried_at": Coalesce("first_tried_at", Value(now, output_field=DateTimeField())),
        "done": 0,
        "message": "",
        "began_at": now,
    }
    due = Job.objects.due(now).filter(pk=job_id)
    crashed = False
    if not due.filter(state=Job.State.WAITING).update(**values):
        crashed = bool(due.filter(state=Job.State.RUNNING).update(**values))
    job = Job.objects.filter(pk=job_id, token=token).first()
    if job is None:
        return None
    return Claim(
        *(job.pk, job.name, job.subject_id, token, job.request_count, job.attempts, job.weight),
        first_tried_at=job.first_tried_at or now,
        crashed=crashed,
    )


@contextmanager
def kept_alive(claim: Claim) -> Iterator[None]:
    """Renew the lease in the background for as long as the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=_heartbeat, args=(claim, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _heartbeat(claim: Claim, stop: threading.Event) -> None:
    try:
        while not stop.wait(settings.LEASE_SECONDS / 3):
            _renew(claim)
    except LeaseLostError:
        return  # settling will raise the same error
    finally:
        connection.close()


def _renew(claim: Claim) -> None:
    try:
        claim.renew()
    except Error:
        # The database may answer again before the lease runs out.
        log.warning("lease.not_renewed", job=claim.job_id, name=claim.name)
        connection.close()


def _lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)
