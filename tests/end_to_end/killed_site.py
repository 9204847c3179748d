"""A separate site for the trials that kill workers."""

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from evidence.management.commands.serve import Child, workers

PATIENCE = 240.0
# As docs/production/evidence-worker@.service starts it.
PREFORK = [
    *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "inquiry.config.celery", "worker"),
    *("--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
]
POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
REDIS = os.environ.get("CELERY_BROKER_URL", "").startswith("redis")


class Redis:
    """A Redis of the trial's own, that may be stopped and emptied."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", *options, "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers, "Redis answers")

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def flush(self) -> None:
        subprocess.run(["redis-cli", "-p", str(self.port), "flushall"], check=True)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def wait_until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s in vain: {what}"
        time.sleep(0.05)


def trial(
    site: dict[str, str], *what: str, script: str = "kill_worker.py"
) -> subprocess.Popen[bytes]:
    path = Path(__file__).with_name(script)
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", str(path), *what], env=site, stdout=subprocess.PIPE
    )


def run(site: dict[str, str], *what: str, script: str = "kill_worker.py") -> bytes:
    process = trial(site, *what, script=script)
    out, _ = process.communicate()
    assert process.returncode == 0, what
    return out


def jobs_done(site: dict[str, str]) -> int:
    return count(site, "evidence_job where state = 'done'")


def count(site: dict[str, str], rows: str) -> int:
    """How many rows there are, asked of the database itself."""
    query = f"select count(*) from {rows}"  # noqa: S608
    if POSTGRES:
        command = ["psql", "-tA", site["DATABASE_URL"], "-c", query]
        return int(subprocess.run(command, check=True, capture_output=True).stdout)
    with sqlite3.connect(Path(site["DATA_DIR"]) / "inquiry.sqlite3", timeout=20) as database:
        return int(database.execute(query).fetchone()[0])


class Hands:
    """Those who work: as `serve` runs them, or one prefork worker as production does."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.workers = [Child("worker", PREFORK)] if REDIS else workers(2)

    def start(self) -> None:
        for worker in self.workers:
            worker.start()

    def kill_all(self) -> None:
        for worker in self.workers:
            worker.end(signal.SIGKILL)
            worker.wait(time.monotonic() + 10)

    def kill_one(self) -> None:
        """One process of the pool, which the pool replaces; or one worker, which serve restarts."""
        if REDIS:
            if children := self.pool():
                os.kill(self.chance.choice(children), signal.SIGKILL)
            return
        worker = self.chance.choice(self.workers)
        worker.end(signal.SIGKILL)
        worker.wait(time.monotonic() + 10)
        worker.start()

    def pool(self) -> list[int]:
        process = self.workers[0].process
        assert process is not None
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return [int(child) for child in listed.split()]
