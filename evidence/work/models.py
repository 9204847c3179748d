import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class StepQuerySet(models.QuerySet["Step"]):
    def due(self, at: datetime) -> Self:
        """Steps nobody has begun, and steps whose worker has surely died."""
        waiting = Q(state=Step.State.WAITING, due_at__lte=at)
        dropped = Q(state=Step.State.RUNNING, lease_until__lt=at)
        return self.filter(waiting | dropped)

    def short(self) -> Self:
        """Those no other has to wait for (`evidence.work.lane` has the others)."""
        return self.filter(weight=0)

    def unsettled(self) -> Self:
        """What is being worked on or is to be soon; not what was put off to a later day."""
        put_off = Q(state=Step.State.WAITING, attempts=0, due_at__gt=timezone.now())
        return self.filter(state__in=[Step.State.WAITING, Step.State.RUNNING]).exclude(put_off)


class Step(models.Model):
    """One thing that is due to be done out of sight. The row is the queue.

    The broker only rings for it. `asked` counts how often it was asked for, so that a
    step asked for again while it runs is done again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being worked on"
        DONE = "done", "Done"
        HELD = "held", "Stopped; needs a person"

    key = models.CharField(max_length=80, unique=True)
    verb = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=100, blank=True)
    finished_at = models.DateTimeField(null=True)
    # Of a long step (evidence.work.lane): its weight, for whom it is, and what two have in common
    # that would make the same.
    weight = models.PositiveIntegerField(default=0)
    whose = models.CharField(max_length=40, blank=True)
    alike = models.CharField(max_length=100, blank=True)
    began_at = models.DateTimeField(null=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["subject_id"]),
            models.Index(
                fields=["finished_at"], name="step_long_finished", condition=Q(weight__gt=0)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="step_runs_with_token_and_lease",
                violation_error_message="Work that runs needs a token and a lease.",
                condition=~Q(state="running") | Q(token__isnull=False, lease_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.of) if self.of else 0


class Lock(models.Model):
    """A row that a transaction changes so that it is the only one (`evidence.work.lane.locked`)."""

    name = models.CharField(max_length=20, primary_key=True)
    taken = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


def new_token() -> uuid.UUID:
    return uuid.uuid4()
