"""Schedules long jobs fairly: none takes all workers and none waits for ever.

A job that has a weight (a bundle: its pages) is long. At most `settings.BUILDS_AT_ONCE` of them
are worked on at a time; all other workers are left to short jobs. The next is the one with the
lowest score: its pages, plus the pages made for the same person in the last hour, less `CREDIT`
for each second it has waited. So small jobs overtake large ones, and one person's twenty do not
keep another's waiting. After weight / `CREDIT` seconds at most, no later job overtakes it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, Sum
from django.utils import timezone

from evidence.jobs.models import Job, Lock

# How many pages a second of waiting takes off the score.
CREDIT = 50
# For how long the pages made for a person count.
MEMORY = timedelta(hours=1)
# Of jobs with this weight or more, only one is begun while smaller ones wait.
LARGE = 2000
# While a long job runs, jobs that are this many times lighter may overtake it.
LIGHTER = 4


def take_lock(name: str) -> None:
    """Takes a lock until the transaction ends. Must be called inside a transaction."""
    if not Lock.objects.filter(pk=name).update(taken=F("taken") + 1):
        Lock.objects.get_or_create(pk=name)
        Lock.objects.filter(pk=name).update(taken=F("taken") + 1)


@dataclass(frozen=True)
class LongJobQueue:
    """The long jobs at one moment: those that run, and those that are due."""

    now: datetime
    running: list[Job]
    due: list[Job]
    used: dict[str, int] = field(default_factory=dict)

    def score(self, job: Job, *, beside: Job | None = None) -> float:
        """The lowest goes first. A job that runs `beside` does not count against its owner."""
        used = self.used.get(job.owner, 0)
        if beside is not None and beside.owner == job.owner:
            used -= beside.weight
        waited = (self.now - job.requested_at).total_seconds()
        return job.weight + used - CREDIT * waited

    def next(self, *, beside: int = 0) -> Job | None:
        """The job whose turn it is, or None. `beside` is the key of a running job that lets
        lighter jobs with a lower score overtake it."""
        if len(self.running) >= settings.BUILDS_AT_ONCE * (2 if beside else 1):
            return None
        outer = next((job for job in self.running if job.pk == beside), None)
        candidates = self._allowed()
        if outer is not None:
            mine = self.score(outer, beside=outer)
            candidates = [
                job
                for job in candidates
                if job.weight * LIGHTER <= outer.weight and self.score(job, beside=outer) < mine
            ]
        elif beside:
            return None
        return min(
            candidates, key=lambda job: (self.score(job, beside=outer), job.pk), default=None
        )

    def before(self, job: Job) -> list[Job]:
        """The jobs that go before a waiting one, as it looks now. The caller must show a reader
        only those that the reader may know of."""
        mine = self.score(job)
        ahead = [other for other in self.due if other.pk != job.pk and self.score(other) < mine]
        return [*(other for other in self.running if other.pk != job.pk), *ahead]

    def _allowed(self) -> list[Job]:
        """Due jobs that no running job duplicates; while a large one runs, small ones first."""
        made = {job.dedup_key for job in self.running if job.dedup_key}
        allowed = [job for job in self.due if job.dedup_key not in made]
        small = [job for job in allowed if job.weight < LARGE]
        return (
            small if small and any(active.weight >= LARGE for active in self.running) else allowed
        )


def long_jobs(now: datetime | None = None) -> LongJobQueue:
    """The long jobs as they are now."""
    now = now or timezone.now()
    long = Job.objects.filter(weight__gt=0)
    running = long.filter(state=Job.State.RUNNING, lease_until__gte=now)
    due = list(long.due(now))
    if not due:
        return LongJobQueue(now, list(running), due)
    lately = long.filter(Q(finished_at__gte=now - MEMORY) | Q(pk__in=running.values("pk")))
    used = lately.values_list("owner").annotate(Sum("weight")).order_by()
    return LongJobQueue(now, list(running), due, dict(used))
