"""Ways of having jobs fail, for tests."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from evidence.jobs.models import Job
from evidence.jobs.retry import Retry
from evidence.tasks.registry import JOBS


def replace_job(monkeypatch, name: str, run: Callable[..., Any]) -> None:
    """This is done in place of what the job runs."""
    monkeypatch.setitem(JOBS, name, replace(JOBS[name], run=run))


def without_pauses(monkeypatch) -> None:
    """What failed is tried again at once."""
    monkeypatch.setattr(Retry, "pause", lambda _retry, _attempt: datetime.timedelta())


def breaks(*_args: object, **_options: object) -> None:
    raise MemoryError


def lease_runs_out(**which: object) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    Job.objects.filter(state=Job.State.RUNNING, **which).update(lease_until=past)
