"""Polls the table for jobs that are due and unclaimed, and notifies the broker of them again.

Every worker has a poller. A message that was lost, a broker that was emptied or a worker that
died costs seconds, and nothing else. The poller also gives its worker's sign of life, and makes
due what must happen regularly.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from evidence.jobs.broker import notify
from evidence.jobs.fair_scheduling import long_jobs
from evidence.jobs.models import Job
from evidence.jobs.workers import sign_of_life, sign_off

log = structlog.get_logger(__name__)
# How many notifications may be unanswered, and after how long one is sent again.
MOST_AT_ONCE = 64
PATIENCE_SECONDS = 15.0
LONG_PATIENCE_SECONDS = 2.0
# How often a worker gives a sign of life, and calls `upkeep`.
SIGN_OF_LIFE_SECONDS = 10.0
UPKEEP_SECONDS = 30.0


class Poller(threading.Thread):
    """A thread beside the worker's own. `stop()` ends it within one interval.

    `upkeep` makes due what must happen regularly. It is called at the first poll and every
    `UPKEEP_SECONDS` after it.
    """

    def __init__(
        self, *, every: float | None = None, upkeep: Callable[[], None] | None = None
    ) -> None:
        super().__init__(name="poller", daemon=True)
        self.every = settings.POLL_SECONDS if every is None else every
        self.worker_id = uuid.uuid4()
        self._upkeep = upkeep
        self._upkept = self._signed = float("-inf")
        self._stopped = threading.Event()
        self._notified_at: dict[int, float] = {}
        self._notified_long_at = float("-inf")

    def run(self) -> None:
        self.poll()
        while not self._stopped.wait(self.every):
            self.poll()
        self._try("worker.sign_off", lambda: sign_off(self.worker_id))
        connection.close()

    def poll(self) -> None:
        """One round. A part that fails does not stop the others."""
        now = time.monotonic()
        if now - self._signed >= SIGN_OF_LIFE_SECONDS and self._try(
            "worker.sign_of_life", lambda: sign_of_life(self.worker_id)
        ):
            self._signed = now
        if (
            self._upkeep is not None
            and now - self._upkept >= UPKEEP_SECONDS
            and self._try("upkeep", self._upkeep)
        ):
            self._upkept = now
        self._try("poll", self.look)

    def _try(self, what: str, part: Callable[[], object]) -> bool:
        """Run one part. If it fails, it is tried again at the next poll."""
        try:
            part()
        except Error:
            log.exception("poll.database", part=what)
            # A connection that was cut stays cut; the next poll opens a new one.
            connection.close()
        except Exception as problem:  # noqa: BLE001  this thread must not end
            log.bind(part=what).error("poll.failed", problem=type(problem).__name__)
        else:
            return True
        return False

    def stop(self) -> None:
        self._stopped.set()

    def look(self) -> int:
        """Notify the broker of jobs that are due; return of how many."""
        now = time.monotonic()
        at = timezone.now()
        short = Job.objects.due(at).short(at)
        due = list(short.values_list("pk", "name")[: 4 * MOST_AT_ONCE])
        still_due = {pk for pk, _name in due}
        self._notified_at = {
            pk: at
            for pk, at in self._notified_at.items()
            if pk in still_due and now - at < PATIENCE_SECONDS
        }
        fresh = [row for row in due if row[0] not in self._notified_at]
        # In random order, so that two workers seldom try to claim the same job.
        random.shuffle(fresh)
        for pk, name in fresh[: MOST_AT_ONCE - len(self._notified_at)]:
            notify(pk, name, always=True)
            self._notified_at[pk] = now
        quiet = 0 if due else self._look_for_idle(at)
        return len(fresh) + self._look_for_long(now) + quiet

    def _look_for_idle(self, at: datetime) -> int:
        """Notify the broker of one idle job, unless one is being done: the other workers stay free
        for what becomes due meanwhile."""
        idle = Job.objects.idle()
        if idle.filter(state=Job.State.RUNNING, lease_until__gte=at).exists():
            return 0
        job = idle.due(at).first()
        if job is None:
            return 0
        notify(job.pk, job.name, always=True)
        return 1

    def _look_for_long(self, now: float) -> int:
        """Notify the broker of the long job whose turn it is, unless no worker could take it
        now."""
        if now - self._notified_long_at < LONG_PATIENCE_SECONDS:
            return 0
        job = long_jobs().next()
        if job is None:
            return 0
        notify(job.pk, job.name, always=True)
        self._notified_long_at = now
        return 1
