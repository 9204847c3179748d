"""Rings the broker for a step. A broker that is down is no error: the row is the queue."""

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def notify(job_id: int, name: str, *, always: bool = False) -> None:
    """Tell the workers that a step is due. `always`: also where workers look for themselves."""
    if not (settings.NOTIFY_BROKER or always):
        return
    try:
        current_app.send_task(f"evidence.tasks.{name}", args=[job_id], retry=False)
    except (OperationalError, OSError):
        log.warning("broker.unreachable", job=job_id, name=name)
