"""The closing hour: 200 witnesses begin, upload 2 MB and send within the same two minutes.

Against gunicorn with two workers on PostgreSQL and one worker that reads what arrives; 50 clients
that send their request a byte at a time hang on all the while. `DATABASE_URL` of the run is
`BENCHMARK_DATABASE_URL` (postgres://postgres@127.0.0.1:5432/postgres unless it is set): a database
of its own is made beside it and dropped. Prints one JSON object: `lost`, `doubled`, `refused`,
`p95_page_s` (of page views while uploads run), and more.
"""

import contextlib
import json
import os
import random
import re
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
WITNESSES, SECONDS, LORISES = 200, 120, 50
# Bytes of each upload.
UPLOAD = 2 * 1024 * 1024
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
RECEIPT = re.compile(r"\b([2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4})\b")
NAME = "closing_hour"
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
    server = os.environ.get("BENCHMARK_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    try:
        address = fresh_database(server)
    except psycopg.Error as problem:
        print(f"PostgreSQL cannot be used: {problem}")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        env = {
            **os.environ,
            "DATABASE_URL": address,
            "DATA_DIR": folder,
            "SITE_URL": f"http://127.0.0.1:{port}",
            # One machine plays all the witnesses here; else each has an address of their own.
            "CLIENT_ADDRESS_HEADER": "X-Real-IP",
            "LOG_LEVEL": "ERROR",
        }
        manage(env, "migrate", "-v0")
        manage(env, "collectstatic", "--noinput", "-v0")
        shell(env, SETTLE)
        with running(env, port):
            result = closing_hour(port)
        titles = json.loads(shell(env, COUNT).strip().splitlines()[-1])
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
    session.headers["X-Real-IP"] = f"10.0.{number // 250}.{number % 250 + 1}"
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


@contextlib.contextmanager
def running(env: dict[str, str], port: int):
    """The web server as production starts it, and a worker that reads what arrives."""
    web = [
        *(sys.executable, "-m", "gunicorn", "inquiry.config.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2"),
        *("--threads", "40", "--timeout", "120", "--log-level", "error"),
        "--no-control-socket",
    ]
    worker = [
        *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "inquiry.config.celery", "worker"),
        *("--pool", "solo", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"),
    ]
    started = [
        subprocess.Popen(one, cwd=ROOT, env=env, start_new_session=True) for one in (web, worker)
    ]
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
