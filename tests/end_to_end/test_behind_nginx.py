"""The set-up of docs/production: gunicorn on a socket behind nginx with TLS."""

import base64
import hashlib
import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from evidence.files.storage import place

pytestmark = [pytest.mark.campaign]
ROOT = Path(__file__).parents[2]
PRODUCTION = ROOT / "docs" / "production"
HOST = "evidence.example"
PATIENCE = 60.0
LARGE = 24 * 1024 * 1024
SLOW = 50
MAIN = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def wait_until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s in vain: {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(where: str | tuple[str, int]) -> bool:
    family = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET
    with socket.socket(family) as probe:
        return probe.connect_ex(where) == 0


def command_of(unit: str) -> list[str]:
    """The words of the ExecStart line of a unit file."""
    text = (PRODUCTION / unit).read_text().replace("\\\n", " ")
    match = re.search(r"^ExecStart=(.+)$", text, re.MULTILINE)
    assert match is not None
    return shlex.split(match[1])


@dataclass
class Site:
    folder: Path
    port: int
    plain_port: int
    facts: dict[str, str]

    def connection(self) -> http.client.HTTPSConnection:
        """To our nginx, under its public name, trusting its certificate alone."""
        trust = ssl.create_default_context(cafile=self.folder / "site.crt")
        made = http.client.HTTPSConnection(HOST, self.port, timeout=PATIENCE, context=trust)
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        made.sock = trust.wrap_socket(raw, server_hostname=HOST)
        return made

    def ask(self, method: str, path: str, *, body=None, **headers: str):
        """The answer and its whole body."""
        connection = self.connection()
        all_headers = {
            "Host": HOST,
            "Cookie": f"session={self.facts['session']}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        connection.request(method, path, body=body, headers=all_headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content


def production_environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "DATA_DIR": str(folder / "data"),
        "SITE_URL": f"https://{HOST}",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "SIGNING_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "ACCEL_LOCATION": "/archive",
        "LOG_LEVEL": "WARNING",
    }


def certificate(folder: Path) -> None:
    command = [*("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")]
    command += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    command += ["-keyout", str(folder / "site.key"), "-out", str(folder / "site.crt")]
    subprocess.run(command, check=True, capture_output=True)


def nginx_configuration(folder: Path, port: int, plain_port: int) -> Path:
    """Ours, with nothing but places and ports changed."""
    site = (PRODUCTION / "nginx.conf").read_text()
    for ours, here in {
        "unix:/run/evidence/web.sock": f"unix:{folder}/web.sock",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "/etc/ssl/evidence.crt": f"{folder}/site.crt",
        "/etc/ssl/evidence.key": f"{folder}/site.key",
        "/var/log/nginx/evidence-error.log": f"{folder}/evidence-error.log",
        "/srv/evidence/data/stores/archive/": f"{folder}/data/stores/archive/",
    }.items():
        assert ours in site, ours
        site = site.replace(ours, here)
    (folder / "site.conf").write_text(site)
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder))
    return main


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("site")
    environment = production_environment(folder)
    trial = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("nginx_trial.py"))]
    facts = subprocess.run(trial, env=environment, check=True, capture_output=True).stdout
    made = Site(folder, free_port(), free_port(), json.loads(facts))
    certificate(folder)
    configuration = nginx_configuration(folder, made.port, made.plain_port)
    _python, *arguments = command_of("evidence-web.service")
    arguments[arguments.index("--bind") + 1] = f"unix:{folder}/web.sock"
    programs = [
        subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
        for command in (
            [sys.executable, "-W", "ignore", *arguments],
            [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)],
        )
    ]
    try:
        wait_until(lambda: answers(str(folder / "web.sock")), "gunicorn answers")
        wait_until(lambda: answers(("127.0.0.1", made.port)), "nginx answers")
        yield made
    finally:
        for program in programs:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def test_home_page_is_served_over_tls_with_security_headers(site):
    answer, content = site.ask("GET", "/")

    assert answer.status == 200
    assert b"<h1" in content
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_plain_http_redirects_to_https(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.plain_port, timeout=PATIENCE)
    connection.request("GET", "/evidence/?page=2", headers={"Host": HOST})
    answer = connection.getresponse()
    connection.close()

    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/evidence/?page=2"


def test_static_files_are_served_with_long_cache_lifetimes(site):
    _, content = site.ask("GET", "/")
    (address, *_) = re.findall(r'href="(/static/[^"]+\.css)"', content.decode())

    answer, _ = site.ask("GET", address)

    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]


def multipart(fields: dict[str, str], file_field: str, content: bytes) -> tuple[str, bytes]:
    """A form with one file as a browser sends it: its content type and its body."""
    edge = secrets.token_hex(16)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="{file_field}"; filename="a.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    )
    return (
        f"multipart/form-data; boundary={edge}",
        "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode(),
    )


def test_large_upload_arrives_complete(site):
    page, shown = site.ask("GET", site.facts["receive"])
    hidden = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.decode())
    )
    file_field = re.findall(r'<input type="file" name="([^"]+)"', shown.decode())[0]
    letter = b"evidence " * (LARGE // 9)
    kind, body = multipart(hidden, file_field, letter)

    # The form is not filled in, so it comes back; its file has been taken in all the same.
    answer, _ = site.ask(
        "POST",
        site.facts["receive"],
        body=body,
        Cookie=f"session={site.facts['session']}; {page.headers['Set-Cookie'].partition(';')[0]}",
        Content_Type=kind,
        Referer=f"https://{HOST}{site.facts['receive']}",
    )

    assert answer.status in {200, 422}
    assert "Content-Security-Policy" in answer.headers
    kept = place(hashlib.sha256(letter).hexdigest())
    assert (site.folder / "data" / "stores" / "quarantine" / kept).stat().st_size == len(letter)


def test_verify_page_accepts_files_larger_than_a_submission_may_have(site):
    head, tail = multipart({}, "files", b"|")[1].split(b"|")
    edge = head[2:34].decode()
    chunk, chunks = b"x" * (1024 * 1024), 300

    def body() -> Iterator[bytes]:
        yield head
        for _ in range(chunks):
            yield chunk
        yield tail

    answer, content = site.ask(
        "POST",
        "/verify/",
        body=body(),
        Content_Type=f"multipart/form-data; boundary={edge}",
        Content_Length=str(len(head) + chunks * len(chunk) + len(tail)),
    )

    assert answer.status == 200
    assert b"a.txt: not recognised" in content


def test_bundle_is_served_by_nginx_with_our_headers(site):
    answer, content = site.ask("GET", site.facts["bundle"])

    assert answer.status == 200
    assert hashlib.sha256(content).hexdigest() == site.facts["sha256"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert answer.headers.get_all("Accept-Ranges") == ["bytes"]
    for facts in ("X-Accel-Redirect", "ETag", "Last-Modified"):
        assert facts not in answer.headers


def test_range_request_for_a_bundle_is_served(site):
    answer, content = site.ask("GET", site.facts["bundle"], Range="bytes=100-299")

    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes 100-299/{site.facts['size']}"
    assert len(content) == 200


def test_file_store_is_not_reachable_from_outside(site):
    lies_there = site.folder / "data" / "stores" / "archive" / place(site.facts["sha256"])
    assert lies_there.exists()

    answer, _ = site.ask("GET", f"/archive/{place(site.facts['sha256'])}")

    assert answer.status == 404


def test_unfinished_requests_do_not_block_other_clients(site):
    idle = [site.connection() for _ in range(SLOW)]
    try:
        for connection in idle:
            connection.sock.sendall(b"GET / HTTP/1.1\r\nHost: evidence.exam")
        began = time.monotonic()
        answer, _ = site.ask("GET", "/")
        took = time.monotonic() - began
    finally:
        for connection in idle:
            connection.close()

    assert answer.status == 200
    # client_header_timeout would free the first of them after 15 s.
    assert took < 10


def test_logs_do_not_reveal_clients_or_requested_pages(site):
    site.ask("GET", f"{site.facts['call']}?from=Qzn01zq", User_Agent="Qzn01zq")
    site.ask("GET", "/nowhere/Qzn01zq")
    door = site.folder / "web.sock"
    away = door.rename(site.folder / "away.sock")
    answer, _ = site.ask("GET", "/while-the-application-is-away/Qzn01zq")
    away.rename(door)
    assert answer.status == 502

    logs = sorted(path.name for path in site.folder.glob("*.log"))
    assert "error.log" in logs
    written = "".join((site.folder / name).read_text() for name in logs)
    assert "127.0.0.1" not in written
    assert "Qzn01zq" not in written
