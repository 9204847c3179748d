"""The closing hour: 200 witnesses begin, upload 2 MB and send within the same two minutes.

As docs/production has it: nginx with our configuration, gunicorn with two processes on PostgreSQL,
and one worker that reads what arrives. 50 clients that send their request a byte at a time hang on
all the while. `DATABASE_URL` of the run is `BENCHMARK_DATABASE_URL`
(postgres://postgres@127.0.0.1:5432/postgres unless it is set): a database of its own is made beside
it and dropped. With `--embedded` it is as `manage.py serve` has it: SQLite, one process with many
threads, nothing before it. Prints one JSON object: `lost`, `doubled`, `refused`, `p95_page_s` (of
page views while uploads run), and more.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from evidence.management.commands.serve import MANY_THREADS, worker_command

WITNESSES, SECONDS, LORISES = 200, 120, 50
# Bytes of each upload.
UPLOAD = 2 * 1024 * 1024
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
RECEIPT = re.compile(r"\b([2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4})\b")
NAME = "closing_hour"
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
PAGES = {
    "who": {"who": "individual"},
    "details": {"name": "Dr A. Name"},
    "contact": {"may_email": "no", "may_phone": "no", "safe_ways": "by post"},
    "disclosure": {"wish": "open"},
    "circumstances": {"published": "no", "court": "no"},
    "declarations": {"own_work": "on", "truthful": "on", "understood": "on"},
}
SETTLE = """
import datetime
from django.utils import timezone
from inquiry.calls.models import Call, Committee, Inquiry
committee = Committee.objects.create(name="Committee", slug="committee")
inquiry = Inquiry.objects.create(committee=committee, title="Inquiry", code="i", prefix="AB")
now = timezone.now()
Call.objects.create(inquiry=inquiry, code="call", title="Call", opens_at=now, word_limit=3000,
                    closes_at=now + datetime.timedelta(hours=1))
"""
COUNT = """
import collections, json
from evidence.submissions.models import Submission
titles = collections.Counter(Submission.objects.values_list("title", flat=True))
print(json.dumps(titles))
"""


@dataclass
class Seen:
    """What all witnesses together saw."""

    pages: list[float] = field(default_factory=list)
    receipts: dict[int, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def main() -> int:
    embedded = "--embedded" in sys.argv
    server = os.environ.get("BENCHMARK_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not embedded and nginx is None:
        print("nginx is not installed (--embedded does without).")
        return 1
    try:
        address = "" if embedded else fresh_database(server)
    except psycopg.Error as problem:
        print(f"PostgreSQL cannot be used: {problem}")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        env = {
            **os.environ,
            "DATABASE_URL": address,
            "DATA_DIR": f"{folder}/data",
            # nginx has no certificate here: what it costs is not measured.
            "SITE_URL": f"http://127.0.0.1:{port}",
            # One machine plays all the witnesses here; else each has an address of their own.
            "CLIENT_ADDRESS_HEADER": "X-Witness",
            "LOG_LEVEL": "ERROR",
        }
        manage(env, "migrate", "-v0")
        manage(env, "collectstatic", "--noinput", "-v0")
        shell(env, SETTLE)
        with running(commands(Path(folder), port, nginx="" if embedded else nginx), env, port):
            result = closing_hour(port)
        titles = json.loads(shell(env, COUNT).strip().splitlines()[-1])
    if not embedded:
        drop(server)
    result["lost"] = sum(titles.get(f"Witness {n}", 0) == 0 for n in range(WITNESSES))
    result["doubled"] = sum(count > 1 for count in titles.values())
    print(json.dumps(result))
    return 0


def closing_hour(port: int) -> dict[str, object]:
    base, seen, over = f"http://127.0.0.1:{port}", Seen(), threading.Event()
    for _ in range(LORISES):
        threading.Thread(target=loris, args=(port, over), daemon=True).start()
    began = time.monotonic()
    with ThreadPoolExecutor(WITNESSES) as pool:
        list(pool.map(lambda number: witness(number, base, seen), range(WITNESSES)))
    took = time.monotonic() - began
    over.set()
    cuts = statistics.quantiles(seen.pages, n=100)
    print(
        f"{len(seen.pages):,} page views: median {cuts[49]:.3f} s, p95 {cuts[94]:.3f} s, "
        f"longest {max(seen.pages):.2f} s; {len(seen.receipts)} receipts in {took:.0f} s"
    )
    for refusal in seen.refused[:5]:
        print(f"refused: {refusal}")
    return {
        "witnesses": WITNESSES,
        "lorises": LORISES,
        "receipts": len(seen.receipts),
        "refused": len(seen.refused),
        "p50_page_s": round(cuts[49], 3),
        "p95_page_s": round(cuts[94], 3),
        "seconds": round(took),
    }


def witness(number: int, base: str, seen: Seen) -> None:
    """One witness, who begins at a moment of their own and sends before the time is over."""
    chance = random.Random(number)
    time.sleep(chance.uniform(0, SECONDS * 0.7))
    session = requests.Session()
    session.headers["X-Witness"] = f"10.0.{number // 250}.{number % 250 + 1}"
    try:
        go(session, f"{base}/calls/call/", seen)
        start = go(session, f"{base}/calls/call/start/", seen)
        code = post(session, f"{base}/calls/call/start/", start.text)
        form = code.url.removesuffix("code/")
        for page, said in {**PAGES, "title": {"name": f"Witness {number}"}}.items():
            shown = go(session, f"{form}{page}/", seen)
            time.sleep(chance.uniform(0, 1.5))
            post(session, f"{form}{page}/", shown.text, **said)
        files = go(session, f"{form}files/", seen)
        content = document(number)
        sent = session.post(
            f"{form}files/",
            data={"csrfmiddlewaretoken": token(files.text)},
            files={"files": (f"evidence {number}.docx", content)},
            timeout=120,
        )
        sent.raise_for_status()
        check = go(session, f"{form}check/", seen)
        done = post(session, f"{form}send/", check.text)
        seen.receipts[number] = first(RECEIPT, done.text)
    except (requests.RequestException, ValueError) as problem:
        seen.refused.append(f"{number}: {problem}")


def go(session: requests.Session, address: str, seen: Seen) -> requests.Response:
    """View a page, and note how long that took."""
    began = time.monotonic()
    answer = session.get(address, timeout=60)
    seen.pages.append(time.monotonic() - began)
    answer.raise_for_status()
    return answer


def post(session: requests.Session, address: str, page: str, **said: str) -> requests.Response:
    answer = session.post(address, data={"csrfmiddlewaretoken": token(page), **said}, timeout=60)
    answer.raise_for_status()
    return answer


def first(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        message = f"a page without {pattern.pattern}"
        raise ValueError(message)
    return found.group(1)


def token(page: str) -> str:
    return first(TOKEN, page)


def document(number: int) -> bytes:
    """A Word file of 2 MB, unlike every other."""
    noise = random.Random(number).randbytes(UPLOAD)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("[Content_Types].xml", TYPES)
        pack.writestr("_rels/.rels", RELS)
        pack.writestr("word/document.xml", DOCUMENT.format(number=number))
        pack.writestr("docProps/noise.bin", noise)
    return out.getvalue()


SCHEMA = "http://schemas.openxmlformats.org"
TYPES = f"""<?xml version="1.0"?><Types xmlns="{SCHEMA}/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="bin" ContentType="application/octet-stream"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType=
"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELS = f"""<?xml version="1.0"?><Relationships xmlns="{SCHEMA}/package/2006/relationships">
<Relationship Id="r1" Type="{SCHEMA}/officeDocument/2006/relationships/officeDocument"
Target="word/document.xml"/></Relationships>"""
DOCUMENT = (
    f'<?xml version="1.0"?><w:document xmlns:w="{SCHEMA}/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Evidence number {number}.</w:t></w:r></w:p></w:body></w:document>"
)


def loris(port: int, over: threading.Event) -> None:
    """Send a request a byte at a time, and begin anew when one is thrown out."""
    while not over.is_set():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            while not over.wait(1):
                line.sendall(b"a")


def commands(folder: Path, port: int, *, nginx: str | None) -> list[list[str]]:
    """The programs as production starts them; without `nginx` as `manage.py serve` does."""
    straight = ("1", str(MANY_THREADS), f"127.0.0.1:{port}")
    processes, threads, bind = ("2", "40", f"unix:{folder}/web.sock") if nginx else straight
    web = [
        *(sys.executable, "-m", "gunicorn", "inquiry.config.wsgi:application"),
        *("--bind", bind, "--worker-class", "gthread", "--workers", processes),
        *("--threads", threads, "--timeout", "120", "--log-level", "error"),
        "--no-control-socket",
    ]
    started = [web, worker_command("reader")]
    if nginx:
        main = folder / "nginx.conf"
        main.write_text(MAIN.format(folder=folder, site=site(folder, port)))
        started.append([nginx, "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(main)])
    return started


def site(folder: Path, port: int) -> str:
    """Our own configuration of nginx, without TLS."""
    ours = (ROOT / "docs" / "production" / "nginx.conf").read_text()
    ours = "upstream" + ours.split("upstream", 1)[1]
    first, second = ours.split("server {\n    listen 80;", 1)
    second = "server {\n    listen 443" + second.split("server {\n    listen 443", 1)[1]
    without = [line for line in (first + second).splitlines() if "ssl_certificate" not in line]
    return (
        "\n".join(without)
        .replace("unix:/run/evidence/web.sock", f"unix:{folder}/web.sock")
        .replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
        .replace("X-Forwarded-Proto https", "X-Forwarded-Proto http")
        .replace("Host $host;", "Host $http_host;")
        .replace("/var/log/nginx/evidence-error.log", f"{folder}/error.log")
    )


@contextlib.contextmanager
def running(programs: list[list[str]], env: dict[str, str], port: int):
    """Everything started, and ended with the block."""
    started = [subprocess.Popen(one, cwd=ROOT, env=env, start_new_session=True) for one in programs]
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield
    finally:
        for one in started:
            os.killpg(one.pid, signal.SIGTERM)
        for one in started:
            one.wait(timeout=30)


def manage(env: dict[str, str], *words: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return done.stdout


def shell(env: dict[str, str], script: str) -> str:
    return manage(env, "shell", "-v0", "-c", script)


def fresh_database(server: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))


def drop(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
