"""Finds what is due and unclaimed and rings for it again, in every worker.

So a message that was lost, a broker that was emptied or a worker that died costs
seconds, and nothing else. Now and then it gives a sign of life of its worker, and sees to
it that what must happen regularly is due.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from evidence.jobs.broker import notify
from evidence.jobs.fair_scheduling import lane
from evidence.jobs.models import Job
from evidence.jobs.workers import sign_of_life, sign_off

log = structlog.get_logger(__name__)
# How many bells may hang unanswered, and when an unanswered one is rung again.
MOST_AT_ONCE = 64
PATIENCE_SECONDS = 15.0
LONG_PATIENCE_SECONDS = 2.0
# How often a worker gives a sign of life, and sees to what must be due.
SIGN_OF_LIFE_SECONDS = 10.0
UPKEEP_SECONDS = 30.0


class Poller(threading.Thread):
    """A thread beside the worker's own. `stop()` ends it within one interval.

    `upkeep` makes due what must be; it is called at the first look and now and then after it.
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
        self._rung: dict[int, float] = {}
        self._rung_for_long = float("-inf")

    def run(self) -> None:
        self.poll()
        while not self._stopped.wait(self.every):
            self.poll()
        self._try("worker.sign_off", lambda: sign_off(self.worker_id))
        connection.close()

    def poll(self) -> None:
        """One round. Each part is tried whatever became of the one before."""
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
        """Whatever fails here is tried again at the next look; this thread must not end."""
        try:
            part()
        except Error:
            log.exception("poll.database", part=what)
            # A connection that was cut stays cut; the next look has a new one.
            connection.close()
        except Exception as problem:  # noqa: BLE001  the worker would be deaf from then on
            log.bind(part=what).error("poll.failed", problem=type(problem).__name__)
        else:
            return True
        return False

    def stop(self) -> None:
        self._stopped.set()

    def look(self) -> int:
        """Ring for what is due; return for how many."""
        now = time.monotonic()
        short = Job.objects.due(timezone.now()).short()
        due = list(short.values_list("pk", "name")[: 4 * MOST_AT_ONCE])
        still_due = {pk for pk, _verb in due}
        self._rung = {
            pk: at
            for pk, at in self._rung.items()
            if pk in still_due and now - at < PATIENCE_SECONDS
        }
        fresh = [row for row in due if row[0] not in self._rung]
        # Workers that each look for themselves seldom reach for the same step.
        random.shuffle(fresh)
        for pk, name in fresh[: MOST_AT_ONCE - len(self._rung)]:
            notify(pk, name, always=True)
            self._rung[pk] = now
        return len(fresh) + self._look_for_long(now)

    def _look_for_long(self, now: float) -> int:
        """One bell for the long step whose turn it is; none while nobody could take it."""
        if now - self._rung_for_long < LONG_PATIENCE_SECONDS:
            return 0
        job = lane().next()
        if job is None:
            return 0
        notify(job.pk, job.name, always=True)
        self._rung_for_long = now
        return 1
