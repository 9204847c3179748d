"""The health of the installation, for its operators. Only counts and sizes; nothing is named."""

import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import Error
from django.utils import timezone
from kombu.exceptions import OperationalError

from evidence.jobs.models import Job
from evidence.jobs.workers import seen_lately
from evidence.tasks.job_type import SHORT_GRACE
from evidence.tasks.registry import JOBS

BROKER_SECONDS = 1
LEAST_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Health:
    """The state of the installation. A number is None if the database does not answer."""

    status: str
    database: str
    broker: str
    disk: str
    free_disk_bytes: int
    free_disk_percent: int
    workers_seen_lately: int | None = None
    oldest_due_job_seconds: int | None = None
    late_jobs: int | None = None
    failed_jobs: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def works() -> bool:
    """Whether database and workers are running. This is all the public can see."""
    try:
        return seen_lately(timezone.now()) > 0
    except Error:
        return False


def health() -> Health:
    """`ok`, `late` while jobs fail or wait or disks fill up, or `failing` without database or
    workers. A missing broker is no failure: workers poll the database."""
    broker, (free, total) = _broker(), _room()
    has_room = free >= LEAST_FREE_BYTES
    here = Health(
        status="failing",
        database="not answering",
        broker=broker,
        disk="ok" if has_room else "low",
        free_disk_bytes=free,
        free_disk_percent=100 * free // total,
    )
    try:
        workers, oldest, late, failed = _of_jobs()
    except Error:
        return here
    troubled = late or failed or not has_room or broker == "not answering"
    return replace(
        here,
        status="failing" if not workers else "late" if troubled else "ok",
        database="ok",
        workers_seen_lately=workers,
        oldest_due_job_seconds=oldest,
        late_jobs=late,
        failed_jobs=failed,
    )


def _of_jobs() -> tuple[int, int, int, int]:
    now = timezone.now()
    oldest = Job.objects.due(now).order_by("due_at").values_list("due_at", flat=True).first()
    seconds = int((now - oldest).total_seconds()) if oldest else 0
    late = Job.objects.exclude(name__in=JOBS).late(now, by=SHORT_GRACE).count()
    failed = 0
    for job in JOBS.values():
        jobs = Job.objects.filter(name=job.name)
        late += jobs.late(now, by=job.grace).count()
        given_up = jobs.filter(state=Job.State.HELD)
        if job.subjects is not None:
            rows = job.subjects.rows().filter(job.still_failed)
            given_up = given_up.filter(subject_id__in=rows.values("pk"))
        failed += given_up.count()
    return seen_lately(now), seconds, late, failed


def _room() -> tuple[int, int]:
    """Free and total bytes of the fullest disk."""
    stores = (store.get("OPTIONS", {}).get("location") for store in settings.STORAGES.values())
    folders = [settings.WORK_DIR, settings.DATA_DIR, *(folder for folder in stores if folder)]
    disks = [shutil.disk_usage(folder) for folder in folders if Path(folder).exists()]
    return min(((disk.free, disk.total) for disk in disks), default=(0, 1))


def _broker() -> str:
    if not settings.NOTIFY_BROKER:
        return "embedded"
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except (OperationalError, OSError):
        return "not answering"
    return "ok"
