"""Finds what is due and unclaimed and rings for it again, in every worker.

So a message that was lost, a broker that was emptied or a worker that died costs
seconds, and nothing else.
"""

import random
import threading
import time

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from evidence.work.doorbell import ring
from evidence.work.lane import lane
from evidence.work.models import Step

log = structlog.get_logger(__name__)
# How many bells may hang unanswered, and when an unanswered one is rung again.
MOST_AT_ONCE = 64
PATIENCE_SECONDS = 15.0
LONG_PATIENCE_SECONDS = 2.0


class Reconciler(threading.Thread):
    """A thread beside the worker's own. `stop()` ends it within one interval."""

    def __init__(self, *, every: float | None = None) -> None:
        super().__init__(name="reconciler", daemon=True)
        self.every = settings.RECONCILE_SECONDS if every is None else every
        self._stopped = threading.Event()
        self._rung: dict[int, float] = {}
        self._rung_for_long = float("-inf")

    def run(self) -> None:
        while not self._stopped.wait(self.every):
            try:
                self.look()
            except DatabaseError:
                log.exception("reconcile.database")
                connection.close()
        connection.close()

    def stop(self) -> None:
        self._stopped.set()

    def look(self) -> int:
        """Ring for what is due; return for how many."""
        now = time.monotonic()
        short = Step.objects.due(timezone.now()).short()
        due = list(short.values_list("pk", "verb")[: 4 * MOST_AT_ONCE])
        still_due = {pk for pk, _verb in due}
        self._rung = {
            pk: at
            for pk, at in self._rung.items()
            if pk in still_due and now - at < PATIENCE_SECONDS
        }
        fresh = [row for row in due if row[0] not in self._rung]
        # Workers that each look for themselves seldom reach for the same step.
        random.shuffle(fresh)
        for pk, verb in fresh[: MOST_AT_ONCE - len(self._rung)]:
            ring(pk, verb, always=True)
            self._rung[pk] = now
        return len(fresh) + self._look_for_long(now)

    def _look_for_long(self, now: float) -> int:
        """One bell for the long step whose turn it is; none while nobody could take it."""
        if now - self._rung_for_long < LONG_PATIENCE_SECONDS:
            return 0
        step = lane().next()
        if step is None:
            return 0
        ring(step.pk, step.verb, always=True)
        self._rung_for_long = now
        return 1
