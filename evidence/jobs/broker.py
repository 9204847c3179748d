"""Notifies the broker that a job is due.

If the broker is down, nothing is lost: the job's row is the queue, and the poller finds it.
"""

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def notify(job_id: int, name: str, *, always: bool = False) -> None:
    """Notify the workers that a job is due. `always`: also where workers poll."""
    if not (settings.NOTIFY_BROKER or always):
        return
    try:
        current_app.send_task(f"evidence.tasks.{name}", args=[job_id], retry=False)
    except (OperationalError, OSError):
        log.warning("broker.unreachable", job=job_id, name=name)
