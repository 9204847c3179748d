"""Whatever dies, nothing is lost and nothing is done twice.

Sixty documents and a bundle are in flight while the worker, or one of its processes, is killed
ten times, and Redis, where there is one, is emptied once and gone for a while once. The moments
are drawn by chance from a fixed seed, counted in finished steps, not in seconds.
"""

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from evidence.management.commands.serve import Child, workers

pytestmark = [pytest.mark.campaign]
TRIAL = Path(__file__).with_name("kill_trial.py")
PIECES, KILLS = 60, 10
PATIENCE = 60.0
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
        until(self._answers, "Redis answers")

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


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s in vain: {what}"
        time.sleep(0.05)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis | None]:
    if not REDIS:
        yield None
        return
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(tmp_path: Path, redis: Redis | None) -> Iterator[dict[str, str]]:
    """The environment of a site of its own, with an empty database."""
    given = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment = {
        **given,
        "DATA_DIR": str(tmp_path / "data"),
        "LEASE_SECONDS": "3",
        # A worker that is killed ten times costs a step more tries than it would in life.
        "ATTEMPTS": "12",
        "LOG_LEVEL": "ERROR",
        "CELERY_BROKER_URL": redis.url if redis else "memory://",
    }
    (tmp_path / "data").mkdir()
    if not POSTGRES:
        yield environment
        return
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"kill_trial_{os.getpid()}"
    server = ["-h", parts.hostname or "", "-p", str(parts.port or 5432), "-U", parts.username or ""]
    subprocess.run(["createdb", *server, name], check=True)
    yield {**environment, "DATABASE_URL": parts._replace(path=f"/{name}").geturl()}
    subprocess.run(["dropdb", "--force", *server, name], check=True)


def trial(site: dict[str, str], *what: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", str(TRIAL), *what], env=site, stdout=subprocess.PIPE
    )


def run(site: dict[str, str], *what: str) -> bytes:
    process = trial(site, *what)
    out, _ = process.communicate()
    assert process.returncode == 0, what
    return out


def steps_done(site: dict[str, str]) -> int:
    query = "select count(*) from evidence_step where state = 'done'"
    if POSTGRES:
        asked = ["psql", "-tA", site["DATABASE_URL"], "-c", query]
        return int(subprocess.run(asked, check=True, capture_output=True).stdout)
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
            if children := self._pool():
                os.kill(self.chance.choice(children), signal.SIGKILL)
            return
        worker = self.chance.choice(self.workers)
        worker.end(signal.SIGKILL)
        worker.wait(time.monotonic() + 10)
        worker.start()

    def _pool(self) -> list[int]:
        process = self.workers[0].process
        assert process is not None
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return [int(child) for child in listed.split()]


class Senders:
    """Two halves of the pieces, the second sent while Redis is away."""

    def __init__(self, site: dict[str, str]) -> None:
        self.site = site
        self.first = trial(site, "send", "0", str(PIECES // 2))

    def second_half(self) -> None:
        self.first.communicate()
        assert self.first.returncode == 0
        run(self.site, "send", str(PIECES // 2), str(PIECES))


def misfortune(count: int, hands: Hands, senders: Senders, redis: Redis | None) -> None:
    """The kill of this number, and what else happens then."""
    if count % 2:
        hands.kill_one()
    else:
        hands.kill_all()
        hands.start()
    match count:
        case 2 if redis:
            redis.flush()
        case 3:
            if redis:
                redis.stop()
            senders.second_half()
            if redis:
                redis.start()
        case 6:
            run(senders.site, "bundle")


def test_nothing_is_lost_or_done_twice_whatever_dies(site, redis, monkeypatch):
    chance = random.Random(20260317)
    run(site, "settle")
    for name, value in site.items():
        monkeypatch.setenv(name, value)
    if "DATABASE_URL" not in site:
        monkeypatch.delenv("DATABASE_URL", raising=False)
    hands, senders = Hands(chance), Senders(site)
    hands.start()
    try:
        for count in range(KILLS):
            aim = steps_done(site) + chance.randint(3, 14)
            until(lambda aim=aim: steps_done(site) >= aim, f"kill {count}")
            misfortune(count, hands, senders, redis)
        run(site, "wait", "150")
    finally:
        hands.kill_all()

    said = json.loads(run(site, "verdict"))
    assert said["pieces"] == said["resting"] == said["received_entries"] == PIECES, said
    assert said["statuses"] == {"prepared": PIECES - PIECES // 10, "held": PIECES // 10}, said
    assert said["moves_made_twice"] == 0, said
    assert said["moved_entries"] == said["moves"], said
    assert said["files"] == said["files_whole"] == PIECES, said
    assert said["letters"] == said["letters_sent"] == PIECES, said
    assert said["bundles_ready"] == said["bundles_built_entries"] == 1, said
    assert said["steps_held"] == [], said
    assert said["custody_whole"], said
