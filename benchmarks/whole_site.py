"""A whole site as docs/production has it, started for a benchmark, and the CPU time it takes."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from evidence.management.commands.serve import (
    MANY_THREADS,
    WORKER_NICE,
    make_nicer,
    worker_command,
)

TICK = os.sysconf("SC_CLK_TCK")
MAIN = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""
# Other commits are measured too: there the table of jobs may have its earlier name.
WAITING = """
from django.apps import apps
from django.utils import timezone
tables = {"evidence_job", "evidence_step"}
(Job,) = (model for model in apps.get_models() if model._meta.db_table in tables)
due = Job.objects.filter(state__in=["waiting", "running"], due_at__lte=timezone.now())
print(due.count())
"""


@dataclass
class WholeSite:
    """Web server and one worker of the code in `root`, on data of their own.

    With `nginx` (its path) nginx stands before it and `server` is a PostgreSQL on which it has a
    database of its own; without, it is as `manage.py serve` has it, on SQLite.
    """

    folder: Path
    root: Path = ROOT
    name: str = "closing_hour"
    nginx: str | None = None
    server: str = ""
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        address = fresh_database(self.server, self.name) if self.nginx else ""
        self.env = {
            **os.environ,
            "DATABASE_URL": address,
            "DATA_DIR": f"{self.folder}/data",
            # nginx has no certificate here: what it costs is not measured.
            "SITE_URL": self.base,
            # One machine plays all the witnesses here; else each has an address of their own.
            "CLIENT_ADDRESS_HEADER": "X-Witness",
            "LOG_LEVEL": "ERROR",
        }
        self.manage("migrate", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")

    def manage(self, *words: str) -> str:
        command = [sys.executable, str(self.root / "manage.py"), *words]
        done = subprocess.run(
            command, cwd=self.root, env=self.env, check=True, capture_output=True, text=True
        )
        return done.stdout

    def shell(self, script: str) -> str:
        return self.manage("shell", "-v0", "-c", script)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Everything started and answering, and ended with the block."""
        try:
            for name, command in self._commands().items():
                self.started[name] = subprocess.Popen(
                    command, cwd=self.root, env=self.env, process_group=0
                )
            make_nicer(self.started["worker"].pid, by=WORKER_NICE)
            self._wait()
            yield
        finally:
            for process in self.started.values():
                os.killpg(process.pid, signal.SIGTERM)
            for process in self.started.values():
                process.wait(timeout=30)
            if self.nginx:
                drop(self.server, self.name)

    def _wait(self) -> None:
        """nginx is there before the application is: until then it answers 502."""
        for _ in range(600):
            with contextlib.suppress(requests.RequestException):
                if requests.get(self.base, timeout=60).ok:
                    return
            time.sleep(0.1)
        message = "the site does not start"
        raise TimeoutError(message)

    def wait_until_idle(self, seconds: float = 300) -> None:
        """Until the worker has done all that is due."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.shell(WAITING).strip().splitlines()[-1] == "0":
                return
            time.sleep(1)

    def _commands(self) -> dict[str, list[str]]:
        straight = ("1", str(MANY_THREADS), f"127.0.0.1:{self.port}")
        behind = ("2", "40", f"unix:{self.folder}/web.sock")
        processes, threads, bind = behind if self.nginx else straight
        web = [
            *(sys.executable, "-m", "gunicorn", "inquiry.config.wsgi:application"),
            *("--bind", bind, "--worker-class", "gthread", "--workers", processes),
            *("--threads", threads, "--timeout", "120", "--log-level", "error"),
            "--no-control-socket",
        ]
        commands = {"web": web, "worker": worker_command("reader")}
        if self.nginx:
            main = self.folder / "nginx.conf"
            main.write_text(MAIN.format(folder=self.folder, site=self._site()))
            log = f"{self.folder}/error.log"
            commands["nginx"] = [self.nginx, "-p", str(self.folder), "-e", log, "-c", str(main)]
        return commands

    def _site(self) -> str:
        """Our own configuration of nginx, without TLS."""
        ours = (self.root / "docs" / "production" / "nginx.conf").read_text()
        ours = "upstream" + ours.split("upstream", 1)[1]
        first, second = ours.split("server {\n    listen 80;", 1)
        second = "server {\n    listen 443" + second.split("server {\n    listen 443", 1)[1]
        without = [line for line in (first + second).splitlines() if "ssl_certificate" not in line]
        return (
            "\n".join(without)
            .replace("unix:/run/evidence/web.sock", f"unix:{self.folder}/web.sock")
            .replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};")
            .replace("X-Forwarded-Proto https", "X-Forwarded-Proto http")
            .replace("Host $host;", "Host $http_host;")
            .replace("/var/log/nginx/evidence-error.log emerg", f"{self.folder}/error.log info")
        )

    def cpu(self) -> dict[str, float]:
        """Seconds of the processor by now: of the web server, the worker and the database apart.

        Of each its processes, and those that they started and that have ended. The database is all
        of PostgreSQL on this machine: whatever else it does meanwhile is counted too.
        """
        seconds = {name: _below(process.pid) for name, process in self.started.items()}
        seconds["database"] = sum(
            used for _parent, name, used in _processes().values() if name.startswith("postgres")
        )
        return seconds


def _below(root: int) -> float:
    """Seconds of the processor of a process and of all below it, in whatever session they are."""
    processes, below, seconds = _processes(), {root}, 0.0
    for pid, (parent, _name, used) in sorted(processes.items()):
        if pid in below or parent in below:
            below.add(pid)
            seconds += used
    return seconds


def _processes() -> dict[int, tuple[int, str, float]]:
    """Parent, name and seconds of the processor of every process, and of its children that have
    ended: utime, stime and those of children that were waited for (proc_pid_stat(5))."""
    processes = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            before, after = stat.read_text().rsplit(")", 1)
            fields = after.split()
            used = sum(map(int, fields[11:15])) / TICK
            processes[int(stat.parent.name)] = int(fields[1]), before.split("(", 1)[1], used
    return processes


def fresh_database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
