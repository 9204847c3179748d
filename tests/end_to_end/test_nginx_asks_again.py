"""If a web server process dies while it answers, nginx retries pages, but not posted forms."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.test_behind_nginx import (
    HOST,
    Site,
    answers,
    certificate,
    free_port,
    nginx_configuration,
    wait_until,
)

pytestmark = [pytest.mark.campaign]
GOOD = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello"


class DiesOnce:
    """Stands where gunicorn stands: takes the first request and is gone, answers every other."""

    def __init__(self, path: Path) -> None:
        self.methods: list[bytes] = []
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(path))
        self.door.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            with line:
                response_to = line.recv(65536)
                if not response_to:
                    continue
                self.methods.append(response_to.split(b" ", 1)[0])
                if len(self.methods) > 1:
                    line.sendall(GOOD)


@pytest.fixture
def site_with_dying_worker(tmp_path) -> Iterator[tuple[Site, DiesOnce]]:
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    site = Site(tmp_path, free_port(), free_port(), {"session": ""})
    certificate(tmp_path)
    configuration = nginx_configuration(tmp_path, site.port, site.plain_port)
    server = DiesOnce(tmp_path / "web.sock")
    program = subprocess.Popen(
        [nginx, "-p", str(tmp_path), "-e", f"{tmp_path}/error.log", "-c", str(configuration)],
        start_new_session=True,
    )
    try:
        wait_until(lambda: answers(("127.0.0.1", site.port)), "nginx answers")
        yield site, server
    finally:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        server.door.close()


def response_to(site: Site, method: str) -> http.client.HTTPResponse:
    answer, _content = site.ask(method, "/calls/call/", Host=HOST)
    return answer


def test_get_request_is_retried_once(site_with_dying_worker):
    site, server = site_with_dying_worker
    assert response_to(site, "GET").status == 200
    assert server.methods == [b"GET", b"GET"]


def test_post_request_is_not_retried(site_with_dying_worker):
    site, server = site_with_dying_worker
    assert response_to(site, "POST").status == 502
    assert server.methods == [b"POST"]
