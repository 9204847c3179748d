import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

# Jobs due within this time count as unsettled.
SOON = timedelta(minutes=2)
# For how long a job that waits for a quiet moment lets all others go first.
MOST_PATIENT = timedelta(minutes=10)


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, at: datetime) -> Self:
        """Waiting jobs, and running jobs whose lease has run out: their worker has died."""
        waiting = Q(state=Job.State.WAITING, due_at__lte=at)
        dropped = Q(state=Job.State.RUNNING, lease_until__lt=at)
        return self.filter(waiting | dropped)

    def short(self, at: datetime) -> Self:
        """Jobs without a weight; of those that wait for a quiet moment, only those that waited for
        long. `evidence.jobs.fair_scheduling` schedules those with a weight."""
        return self.filter(
            Q(is_idle=False) | Q(due_at__lte=at - MOST_PATIENT, state=Job.State.WAITING), weight=0
        )

    def idle(self) -> Self:
        """Jobs that wait until nothing else is due."""
        return self.filter(is_idle=True)

    def live(self) -> Self:
        """Jobs that wait or run."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def unsettled(self) -> Self:
        """Jobs that run or will soon; not those postponed to a later day or in a long pause after a
        failure."""
        now = timezone.now()
        put_off = Q(attempts=0, due_at__gt=now) | Q(due_at__gt=now + SOON)
        return self.live().exclude(put_off, state=Job.State.WAITING)

    def late(self, at: datetime, *, by: timedelta) -> Self:
        """Jobs that have been failing, waiting or abandoned for at least `by`."""
        waiting = Q(first_tried_at__lt=at - by) | Q(due_at__lt=at - by)
        left = Q(state=Job.State.RUNNING, lease_until__lt=at - by)
        return self.filter(Q(state=Job.State.WAITING) & waiting | left)


class Job(models.Model):
    """A background task. The row is the queue; the broker only carries notifications of it.

    `request_count` counts how often the job was asked for, so that a job asked for again while
    it runs is done again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        HELD = "held", "Failed"
        DISMISSED = "dismissed", "Dismissed"

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    request_count = models.PositiveIntegerField(default=1)
    requested_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    # When the first of these attempts began.
    first_tried_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=100, blank=True)
    finished_at = models.DateTimeField(null=True)
    # Whether it is done when nothing else is due.
    is_idle = models.BooleanField(default=False)
    # For a long job (evidence.jobs.fair_scheduling): its weight in pages, its owner, and a key
    # shared by jobs with the same result.
    weight = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=40, blank=True)
    dedup_key = models.CharField(max_length=100, blank=True)
    began_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["subject_id"]),
            models.Index(
                fields=["finished_at"], name="job_long_finished", condition=Q(weight__gt=0)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_runs_with_token_and_lease",
                violation_error_message="A running job needs a token and a lease.",
                condition=~Q(state="running") | Q(token__isnull=False, lease_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class Worker(models.Model):
    """A worker process, and when it last gave a sign of life (`evidence.jobs.workers`)."""

    id = models.UUIDField(primary_key=True, editable=False)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"worker since {self.started_at:%d %b %H:%M}"


class Lock(models.Model):
    """A row that a transaction updates to hold a lock (`fair_scheduling.take_lock`)."""

    name = models.CharField(max_length=20, primary_key=True)
    taken = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


def new_token() -> uuid.UUID:
    return uuid.uuid4()
