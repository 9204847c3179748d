"""Runs web server and worker together, on nothing but this machine."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

CALM_SECONDS = 10.0
GRACE_SECONDS = 12.0
MANY_THREADS, FEW_THREADS = 128, 40
# Workers yield the processor to the web, as docs/production/evidence-worker@.service has it.
WORKER_NICE, NICEST = 10, 19


def threads() -> int:
    """Requests read and answered at once.

    No proxy is in front of this server, so a client that sends a byte at a time holds a thread. So
    there are many threads. With PostgreSQL there are fewer: each keeps a connection, and PostgreSQL
    allows a hundred.
    """
    return MANY_THREADS if connection.vendor == "sqlite" else FEW_THREADS


def worker_command(name: str) -> list[str]:
    """One Celery worker that works one job at a time in its own process.

    Not a pool: with a broker that lives inside the worker, Celery's pool shares one pipe behind
    one lock, and a process killed while it holds the lock stops all the others for good.
    """
    return [
        *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "inquiry.config.celery"),
        *("worker", "--pool", "solo", "--hostname", f"{name}@%h", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def make_nicer(pid: int, *, by: int) -> None:
    """Lower the priority of a program that was just started, and of its child processes."""
    if by:
        with contextlib.suppress(ProcessLookupError):
            now = os.getpriority(os.PRIO_PROCESS, pid)
            os.setpriority(os.PRIO_PROCESS, pid, min(now + by, NICEST))


def workers(count: int) -> list["Child"]:
    """As many workers as jobs are to be worked at once, each supervised by itself."""
    names = [f"worker{number}" for number in range(1, count + 1)]
    return [Child(name, worker_command(name), nice=WORKER_NICE) for name in names]


class Child:
    """One supervised program. It leads a process group of its own, which is ended as a whole.

    The session is the same for all: Linux weighs sessions against each other, and `nice`, by which
    a program yields to others, counts within one (sched(7), “autogroup”).
    """

    def __init__(self, name: str, command: list[str], *, nice: int = 0) -> None:
        self.name, self.command, self.nice = name, command, nice
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, process_group=0)  # noqa: S603
        make_nicer(self.process.pid, by=self.nice)

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def too_soon(self) -> bool:
        return time.monotonic() - self.started < CALM_SECONDS

    def end(self, how: int) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, how)
        except ProcessLookupError:
            return

    def wait(self, until: float) -> bool:
        if self.process is None:
            return True
        try:
            self.process.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True


class Command(BaseCommand):
    help = (
        "Runs the web server and Celery workers, and starts again whichever dies. "
        "Ctrl-C or SIGTERM ends them all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="Address and port.")
        parser.add_argument("--workers", type=int, default=2, help="Jobs worked at once.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        children = self._children(options)
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(how, self._stop)
        for child in children:
            child.start()
        self.stdout.write(f"Serving on http://{options['bind']}/ (Ctrl-C stops)")
        self.stdout.flush()
        try:
            while not self.stopping:
                self._look_after(children)
                time.sleep(0.2)
        finally:
            self._end(children)
        self.stdout.write("Stopped.")

    def _children(self, options: dict[str, Any]) -> list[Child]:
        web = [
            *("-m", "gunicorn", "inquiry.config.wsgi:application", "--bind", options["bind"]),
            *("--worker-class", "gthread", "--threads", str(threads()), "--workers", "1"),
            *("--timeout", "120", "--graceful-timeout", "5", "--no-control-socket"),
            *("--log-level", "warning"),
        ]
        os.chdir(settings.BASE_DIR)
        return [
            Child("web server", [sys.executable, *web]),
            *workers(options["workers"]),
        ]

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _look_after(self, children: list[Child]) -> None:
        for child in children:
            if child.died() and not self.stopping:
                self.stderr.write(f"The {child.name} died and is started again.")
                # Processes left in its group are ended too.
                child.end(signal.SIGKILL)
                if child.too_soon():
                    time.sleep(1)
                child.start()

    def _end(self, children: list[Child]) -> None:
        for child in children:
            child.end(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for child in children:
            child.wait(until)
            child.end(signal.SIGKILL)
            child.wait(until + 5)
