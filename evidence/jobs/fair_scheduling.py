"""Whose turn it is among the long steps, so that none takes all hands and none waits for ever.

A step that has a weight (a bundle: its pages) is long. At most `settings.BUILDS_AT_ONCE` of them
are worked on at a time; all other workers are left to what is short. The next is the one with the
least pages, counting what was made for the same person of late, less what waiting has earned it.
So small ones pass large ones, nobody's twenty keep another's one waiting, and after
weight / `CREDIT` seconds at the latest nothing that comes later passes any more.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, Sum
from django.utils import timezone

from evidence.jobs.models import Job, Lock

# What a second of waiting is worth, in pages.
CREDIT = 50
# For how long what was made for somebody counts.
MEMORY = timedelta(hours=1)
# Of those that are as heavy as this only one is begun while others wait.
LARGE = 2000
# A long step lets those pass while it runs that are so many times lighter.
LIGHTER = 4


def locked(name: str) -> None:
    """Let one transaction at a time go on from here; must be called inside one."""
    if not Lock.objects.filter(pk=name).update(taken=F("taken") + 1):
        Lock.objects.get_or_create(pk=name)
        Lock.objects.filter(pk=name).update(taken=F("taken") + 1)


@dataclass(frozen=True)
class Lane:
    """The long steps at one moment: those that are worked on, and those that are due."""

    now: datetime
    running: list[Job]
    due: list[Job]
    used: dict[str, int] = field(default_factory=dict)

    def score(self, job: Job, *, beside: Job | None = None) -> float:
        """The least goes first. What runs `beside` does not count against whoever it is for."""
        used = self.used.get(job.owner, 0)
        if beside is not None and beside.owner == job.owner:
            used -= beside.weight
        waited = (self.now - job.requested_at).total_seconds()
        return job.weight + used - CREDIT * waited

    def next(self, *, beside: int = 0) -> Job | None:
        """Whose turn it is, or None. `beside` is the key of a step that runs and lets those pass
        that are lighter and go first by the same measure."""
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
        """What is made before a step that waits, as it looks now. Whoever tells of it tells only
        what its reader may know of."""
        mine = self.score(job)
        ahead = [other for other in self.due if other.pk != job.pk and self.score(other) < mine]
        return [*(other for other in self.running if other.pk != job.pk), *ahead]

    def _allowed(self) -> list[Job]:
        """Not what is being made already, and of large ones only one while small ones wait."""
        made = {job.dedup_key for job in self.running if job.dedup_key}
        allowed = [job for job in self.due if job.dedup_key not in made]
        small = [job for job in allowed if job.weight < LARGE]
        return (
            small if small and any(active.weight >= LARGE for active in self.running) else allowed
        )


def lane(now: datetime | None = None) -> Lane:
    """The long steps as they are now."""
    now = now or timezone.now()
    long = Job.objects.filter(weight__gt=0)
    running = long.filter(state=Job.State.RUNNING, lease_until__gte=now)
    due = list(long.due(now))
    if not due:
        return Lane(now, list(running), due)
    lately = long.filter(Q(finished_at__gte=now - MEMORY) | Q(pk__in=running.values("pk")))
    used = lately.values_list("owner").annotate(Sum("weight")).order_by()
    return Lane(now, list(running), due, dict(used))
