"""A large file on a slow line, straight to gunicorn and through nginx: it arrives, or not at all.

Gunicorn is started as docs/production says, only that it loses its patience with a worker that
gives no sign of life after two seconds: an upload lasts several times as long here.
"""

import hashlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.end_to_end.test_behind_nginx import (
    HOST,
    PATIENCE,
    ROOT,
    answers,
    certificate,
    command_of,
    free_port,
    multipart,
    nginx_configuration,
    production_environment,
    wait_until,
)
from tests.end_to_end.test_behind_nginx import Site as BehindNginx
from tests.evidence.drafts.witness import ANSWERS

pytestmark = [pytest.mark.campaign]
WORKER_TIMEOUT = 2
SIZE = int(24.9 * 1024 * 1024)
CHUNK = 128 * 1024
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Door = Callable[[], http.client.HTTPConnection]


@dataclass
class Place:
    """Gunicorn on its socket, and nginx before it where it is installed."""

    folder: Path
    nginx: BehindNginx | None

    def straight(self) -> http.client.HTTPConnection:
        made = http.client.HTTPConnection(HOST, timeout=PATIENCE)
        made.sock = socket.socket(socket.AF_UNIX)
        made.sock.settimeout(PATIENCE)
        made.sock.connect(str(self.folder / "web.sock"))
        return made

    def count(self, table: str) -> int:
        with closing(sqlite3.connect(self.folder / "data" / "inquiry.sqlite3")) as database:
            return int(database.execute(f"SELECT count(*) FROM evidence_{table}").fetchone()[0])  # noqa: S608

    def originals(self) -> set[str]:
        """What lies in drafts, by its SHA-256."""
        lying = (self.folder / "data" / "stores" / "drafts").rglob("*")
        return {hashlib.sha256(path.read_bytes()).hexdigest() for path in lying if path.is_file()}

    def left_over(self) -> list[str]:
        """Files on their way that nobody has cleared away."""
        folders = (self.folder / "tmp", self.folder / "data" / "working")
        lying = [path.name for folder in folders for path in folder.iterdir()]
        return [name for name in lying if "upload" in name]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("slow")
    (folder / "tmp").mkdir()
    environment = {**production_environment(folder), "TMPDIR": str(folder / "tmp")}
    settle = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("kill_worker.py"))]
    subprocess.run([*settle, "settle"], env=environment, check=True, capture_output=True)
    manage = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), "collectstatic", "-v0"]
    subprocess.run([*manage, "--no-input"], env=environment, check=True, capture_output=True)
    _python, *arguments = command_of("evidence-web.service")
    arguments[arguments.index("--bind") + 1] = f"unix:{folder}/web.sock"
    arguments[arguments.index("--timeout") + 1] = str(WORKER_TIMEOUT)
    commands = [[sys.executable, "-W", "ignore", *arguments]]
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    before = None
    if nginx:
        before = BehindNginx(folder, free_port(), free_port(), {})
        certificate(folder)
        settings = nginx_configuration(folder, before.port, before.plain_port)
        log = str(folder / "error.log")
        commands.append([nginx, "-p", str(folder), "-e", log, "-c", str(settings)])
    programs = [
        subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
        for command in commands
    ]
    try:
        wait_until(lambda: answers(str(folder / "web.sock")), "gunicorn answers")
        if before is not None:
            wait_until(lambda: answers(("127.0.0.1", before.port)), "nginx answers")
        yield Place(folder, before)
    finally:
        for program in programs:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()


@pytest.fixture(params=["straight to gunicorn", "through nginx"])
def door(request, place) -> Door:
    if request.param == "straight to gunicorn":
        return place.straight
    if place.nginx is None:
        pytest.skip("nginx is not installed")
    return place.nginx.connection


@dataclass
class Browser:
    """A witness's browser, as far as it is needed here."""

    door: Door
    cookies: dict[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        # Straight to gunicorn nobody else says that nginx took the request over TLS.
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/"}
        return {**headers, "Cookie": cookies}

    def ask(self, method: str, path: str, body: bytes | None = None, **more: str):
        connection = self.door()
        connection.request(method, path, body=body, headers={**self.headers(), **FORM, **more})
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, content

    def post(self, path: str, shown: str, **answers: str) -> http.client.HTTPResponse:
        token = TOKEN.search(shown)
        # Pages before the form have no token.
        words = {**({"csrfmiddlewaretoken": token.group(1)} if token else {}), **answers}
        kind, body = multipart(words, "nothing", b"")
        answer, _content = self.ask("POST", path, body, **{"Content-Type": kind})
        return answer

    def begin(self) -> str:
        """Begin a form, answer all that must be answered; return its address."""
        _, page = self.ask("GET", "/calls/call/start/")
        form = self.post("/calls/call/start/", page).headers["Location"].removesuffix("code/")
        for name, page_answers in ANSWERS.items():
            _, page = self.ask("GET", f"{form}{name}/")
            assert self.post(f"{form}{name}/", page, **page_answers).status == 302
        return form

    def upload_of(self, form: str, content: bytes) -> bytes:
        """The whole request that sends a file, head and body."""
        _, page = self.ask("GET", f"{form}files/")
        token = TOKEN.search(page)
        assert token is not None
        kind, body = multipart({"csrfmiddlewaretoken": token.group(1)}, "files", content)
        headers = {
            **self.headers(),
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "X-Requested-With": "fetch",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {form}files/ HTTP/1.1\r\n{head}\r\n".encode() + body


def in_submissions(line: socket.socket, content: bytes, other: Browser) -> None:
    """Send slowly: between two submissions somebody else looks at a page, and gets it."""
    end = time.monotonic() + 3 * WORKER_TIMEOUT
    for start in range(0, len(content), CHUNK):
        last = start + CHUNK >= len(content)
        while True:
            answer, page = other.ask("GET", "/")
            assert answer.status == 200
            assert "<h1" in page
            if not last or time.monotonic() > end:
                break
        line.sendall(content[start : start + CHUNK])


def text(seed: int) -> bytes:
    """Nearly as much as may be sent, of words that are nowhere else."""
    return random.Random(seed).randbytes(SIZE // 2).hex().encode()


def test_file_near_the_limit_uploads_on_a_slow_line_without_blocking_others(place, door):
    witness = Browser(door)
    form = witness.begin()
    content = text(1)
    whole = witness.upload_of(form, content)

    line = door()
    in_submissions(line.sock, whole, Browser(door))
    answer = http.client.HTTPResponse(line.sock)
    answer.begin()

    assert answer.status == 200
    assert json.loads(answer.read()) == {"problems": []}
    assert hashlib.sha256(content).hexdigest() in place.originals()
    line.close()


def hang_up(line: http.client.HTTPConnection) -> None:
    line.close()


def break_off(line: http.client.HTTPConnection) -> None:
    """As when the machine dies: no goodbye."""
    line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


@pytest.mark.parametrize("end", [hang_up, break_off])
def test_interrupted_upload_leaves_nothing_and_can_be_repeated(place, door, end):
    witness = Browser(door)
    form = witness.begin()
    content = text(random.randrange(2**32))
    whole = witness.upload_of(form, content)
    files, submissions, before = (
        place.count("draftfile"),
        place.count("submission"),
        place.originals(),
    )

    line = door()
    for start in range(0, len(whole) // 2, CHUNK):
        line.sock.sendall(whole[start : start + CHUNK])
    if door == place.straight:
        wait_until(lambda: place.count("arrival") == 1, "the file is announced")
    end(line)
    wait_until(lambda: place.count("arrival") == 0, "the end of the upload is noticed")

    assert place.count("draftfile") == files
    assert place.originals() == before
    assert place.left_over() == []
    again = door()
    again.sock.sendall(witness.upload_of(form, content))
    answer = http.client.HTTPResponse(again.sock)
    answer.begin()
    assert json.loads(answer.read()) == {"problems": []}
    again.close()
    _, page = witness.ask("GET", f"{form}check/")
    assert witness.post(f"{form}send/", page).headers["Location"] == f"{form}sent/"
    assert place.count("submission") == submissions + 1
    store = place.folder / "data" / "stores" / "quarantine"
    sent = [path for path in store.rglob("*") if path.is_file() and path.stat().st_size > SIZE // 2]
    assert hashlib.sha256(content).hexdigest() in {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in sent
    }
