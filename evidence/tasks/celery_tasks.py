"""Celery tasks, one for each job, and the start and end of a worker."""

from typing import Any

from celery import Task, shared_task
from celery.signals import worker_init, worker_process_init, worker_ready, worker_shutting_down
from django.db import connections

from evidence.bundles.fragment_upgrades import ask_to_renew
from evidence.files.work_dir import work_here
from evidence.jobs.poller import Poller
from evidence.pdf.fonts.text_runs import get_ready
from evidence.tasks.periodic import keep_due
from evidence.tasks.registry import JOBS
from evidence.tasks.run import run_job


def _task(name: str) -> "Task[[int], None]":
    def task(job_id: int) -> None:
        run_job(job_id)

    return shared_task(name=f"evidence.tasks.{name}")(task)


CELERY_TASKS = {name: _task(name) for name in JOBS}
_pollers: list[Poller] = []


@worker_init.connect
def _work_here(**_: Any) -> None:
    work_here()


@worker_ready.connect
def _start_poller(**_: Any) -> None:
    poller = Poller(upkeep=keep_due)
    poller.start()
    _pollers.append(poller)
    # So that the first bundle is as fast as later ones.
    get_ready()
    # After the program was changed.
    ask_to_renew()


@worker_shutting_down.connect
def _stop_poller(**_: Any) -> None:
    for poller in _pollers:
        poller.stop()


@worker_process_init.connect
def _fresh_connections(**_: Any) -> None:
    connections.close_all()
