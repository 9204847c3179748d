"""Celery tasks, one for each job, and the start and end of a worker."""

import os
import resource
import signal
from typing import Any

from celery import Task, shared_task
from celery.concurrency import solo
from celery.signals import worker_init, worker_process_init, worker_ready, worker_shutting_down
from django.conf import settings
from django.db import connections

from evidence.bundles.fragment_upgrades import ask_to_renew
from evidence.files.work_dir import work_here
from evidence.jobs.poller import Poller
from evidence.pdf.fonts.text_runs import get_ready
from evidence.sandbox.fork_client import keep_ready
from evidence.tasks.periodic import keep_due
from evidence.tasks.reader_modules import READERS
from evidence.tasks.registry import JOBS
from evidence.tasks.run import run_job


def _task(name: str) -> "Task[[int], None]":
    def task(job_id: int) -> None:
        run_job(job_id)
        _end_if_grown()

    return shared_task(name=f"evidence.tasks.{name}")(task)


def _end_if_grown() -> None:
    """End a worker without a pool once it has grown; what started it starts it again.

    Celery looks after the processes of a pool itself, and of those only.
    """
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if _workers_without_pool and grown > settings.CELERY_WORKER_MAX_MEMORY_PER_CHILD:
        os.kill(os.getpid(), signal.SIGTERM)


CELERY_TASKS = {name: _task(name) for name in JOBS}
_pollers: list[Poller] = []
# Its process, if a worker does its jobs in its own.
_workers_without_pool: list[int] = []


@worker_init.connect
def _work_here(**_: Any) -> None:
    work_here()


@worker_ready.connect
def _note_pool(sender: Any = None, **_: Any) -> None:
    if isinstance(sender.pool, solo.TaskPool):
        _workers_without_pool.append(os.getpid())


@worker_ready.connect
def _start_poller(**_: Any) -> None:
    poller = Poller(upkeep=keep_due)
    poller.start()
    _pollers.append(poller)
    # So that the first bundle is as fast as later ones.
    get_ready()
    # The program may have been updated.
    ask_to_renew()


@worker_shutting_down.connect
def _stop_poller(**_: Any) -> None:
    for poller in _pollers:
        poller.stop()


@worker_process_init.connect
def _fresh_connections(**_: Any) -> None:
    connections.close_all()


@worker_process_init.connect
def _keep_readers_ready(**_: Any) -> None:
    keep_ready(READERS)
