"""Registers workers; each reports every few seconds that it is running."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from evidence.jobs.models import Worker

# How old the last sign of life of a worker may be that still counts.
LATELY = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)


def sign_of_life(worker_id: uuid.UUID) -> None:
    """Note that this worker lives, and forget those that have long been gone."""
    now = timezone.now()
    if not Worker.objects.filter(pk=worker_id).update(seen_at=now):
        Worker.objects.get_or_create(pk=worker_id, defaults={"started_at": now, "seen_at": now})
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def sign_off(worker_id: uuid.UUID) -> None:
    """This worker ends now, so its missing sign of life is not reported."""
    Worker.objects.filter(pk=worker_id).delete()


def seen_lately(now: datetime) -> int:
    return Worker.objects.filter(seen_at__gte=now - LATELY).count()
