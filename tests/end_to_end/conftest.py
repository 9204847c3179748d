"""Sites of their own for the trials that kill their workers."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.killed_site import POSTGRES, REDIS, Redis


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
        # A worker that is killed ten times costs a job more tries than it would in life.
        "ATTEMPTS": "12",
        "LOG_LEVEL": "ERROR",
        "CELERY_BROKER_URL": redis.url if redis else "memory://",
    }
    (tmp_path / "data").mkdir()
    if not POSTGRES:
        yield environment
        return
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"kill_worker_{os.getpid()}"
    server = ["-h", parts.hostname or "", "-p", str(parts.port or 5432), "-U", parts.username or ""]
    subprocess.run(["createdb", *server, name], check=True)
    yield {**environment, "DATABASE_URL": parts._replace(path=f"/{name}").geturl()}
    subprocess.run(["dropdb", "--force", *server, name], check=True)
