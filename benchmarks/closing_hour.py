"""The closing hour: 200 witnesses begin, upload 2 MB and send within the same two minutes.

As docs/production has it: nginx with our configuration, gunicorn with two processes on PostgreSQL,
and one worker that reads what arrives. 50 clients that send their request a byte at a time hang on
all the while. `BENCHMARK_DATABASE_URL` (postgres://postgres@127.0.0.1:5432/postgres unless it is
set) says where PostgreSQL is: databases of its own are made there and dropped.

    --embedded         as `manage.py serve` has it: SQLite, one process, nothing before it
    --busy             three programs that only count keep the processors busy beside it
    --against COMMIT   some witnesses one after the other, without a pause, here and on that commit:
                       what one of them costs, and the ratio of both; and what the pages cost here
                       that are the same for everybody

Prints one JSON object: `lost`, `doubled`, `refused`, `p95_page_s` (of page views while uploads
run), `cpu_s_per_witness` (of the web server, the worker and the database apart; the worker's is
what it did by then, with `--against` all it has to do), and more; with `--against` also
`cpu_ratio` (of the web server: all requests of one witness), `cpu_ratios` and
`cpu_ms_same_for_all` (of the web server, for one view of each page).
"""

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import psycopg
import requests
from whole_site import ROOT, WholeSite

WITNESSES, SECONDS, LORISES, BUSY = 200, 120, 50, 3
# One after the other: some that only warm up, then those that count.
WARM, COUNTED = 3, 30
# Pages that are the same for everybody. Guidance, and what becomes of it all, stand on the call's.
SAME = ("/", "/calls/call/", "/calls/call/call.txt", "/safety/", "/cy/", "/cy/calls/call/")
VIEWS_BEFORE, VIEWS = 20, 500
# Bytes of each upload.
UPLOAD = 2 * 1024 * 1024
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
RECEIPT = re.compile(r"\b([2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4})\b")
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
class Measurements:
    """What all witnesses together saw."""

    pages: list[float] = field(default_factory=list)
    receipts: dict[int, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def main() -> int:
    options = arguments()
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not options.embedded and nginx is None:
        print("nginx is not installed (--embedded does without).")
        return 1
    kind = {
        "nginx": None if options.embedded else nginx,
        "server": os.environ.get(
            "BENCHMARK_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres"
        ),
    }
    try:
        with tempfile.TemporaryDirectory() as folder, busy(BUSY if options.busy else 0):
            if options.against:
                result = compared(Path(folder), options.against, options.witnesses or COUNTED, kind)
            else:
                result = closing_hour(WholeSite(Path(folder), **kind))
    except psycopg.Error as problem:
        print(f"PostgreSQL cannot be used: {problem}")
        return 1
    print(json.dumps({"busy": options.busy, **processor(), **result}))
    return 0


def arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(description="The hour before a call closes.")
    words.add_argument("--embedded", action="store_true")
    words.add_argument("--busy", action="store_true")
    words.add_argument("--against", metavar="COMMIT")
    words.add_argument("--witnesses", type=int, help="how many count with --against")
    return words.parse_args()


def processor() -> dict[str, object]:
    """What it was measured on."""
    match = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return {"processor": match.group(1) if match else "", "cores": os.cpu_count()}


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """Other work on the same machine."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


# --- All in the same two minutes ------------------------------------------------------------------


def closing_hour(site: WholeSite) -> dict[str, object]:
    site.shell(SETTLE)
    measurements, over = Measurements(), threading.Event()
    with site.running():
        for _ in range(LORISES):
            threading.Thread(target=loris, args=(site.port, over), daemon=True).start()
        before, began = site.cpu(), time.monotonic()
        with ThreadPoolExecutor(WITNESSES) as pool:
            list(
                pool.map(
                    lambda number: at_their_moment(number, site.base, measurements),
                    range(WITNESSES),
                )
            )
        took = time.monotonic() - began
        over.set()
        cpu = per_witness(before, site.cpu(), WITNESSES)
        titles = json.loads(site.shell(COUNT).strip().splitlines()[-1])
    cuts = statistics.quantiles(measurements.pages, n=100)
    print(
        f"{len(measurements.pages):,} page views: median {cuts[49]:.3f} s, p95 {cuts[94]:.3f} s, "
        f"longest {max(measurements.pages):.2f} s; "
        f"{len(measurements.receipts)} receipts in {took:.0f} s"
    )
    for refusal in measurements.refused[:5]:
        print(f"refused: {refusal}")
    return {
        "witnesses": WITNESSES,
        "lorises": LORISES,
        "receipts": len(measurements.receipts),
        "refused": len(measurements.refused),
        "lost": sum(titles.get(f"Witness {number}", 0) == 0 for number in range(WITNESSES)),
        "doubled": sum(count > 1 for count in titles.values()),
        "p50_page_s": round(cuts[49], 3),
        "p95_page_s": round(cuts[94], 3),
        "seconds": round(took),
        "cpu_s_per_witness": cpu,
    }


def per_witness(before: dict[str, float], after: dict[str, float], count: int) -> dict[str, float]:
    return {name: round((after[name] - before[name]) / count, 3) for name in before}


# --- One after the other, here and on another commit ----------------------------------------------


def compared(
    folder: Path, commit: str, count: int, kind: dict[str, str | None]
) -> dict[str, object]:
    """What a witness costs now and cost then."""
    with checked_out(commit, folder / "then") as then:
        before = one_by_one(WholeSite(folder / "before", then, "closing_before", **kind), count)
    site, same = WholeSite(folder / "now", name="closing_now", **kind), dict[str, float]()
    now = one_by_one(site, count, after=lambda: same.update(same_for_all(site)))
    ratios = {name: round(now[name] / value, 3) for name, value in before.items() if value}
    return {
        "against": commit,
        "witnesses": count,
        "cpu_s_per_witness": now,
        "cpu_s_per_witness_before": before,
        "cpu_ratio": ratios["web"],
        "cpu_ratios": ratios,
        "cpu_ms_same_for_all": same,
    }


@contextlib.contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def one_by_one(
    site: WholeSite, count: int, *, after: Callable[[], None] = lambda: None
) -> dict[str, float]:
    site.shell(SETTLE)
    measurements = Measurements()
    with site.running():
        for number in range(WARM):
            witness(number, site.base, measurements)
        site.wait_until_idle()
        before = site.cpu()
        for number in range(WARM, WARM + count):
            witness(number, site.base, measurements)
        site.wait_until_idle()
        cost = per_witness(before, site.cpu(), count)
        after()
    if measurements.refused or len(measurements.receipts) != WARM + count:
        message = f"not every witness was served: {measurements.refused[:3]}"
        raise ValueError(message)
    return cost


def same_for_all(site: WholeSite) -> dict[str, float]:
    """Milliseconds of the web server for one view of each page that is the same for everybody."""
    cost = {}
    for page in SAME:
        for _ in range(VIEWS_BEFORE):
            requests.get(f"{site.base}{page}", timeout=60).raise_for_status()
        before = site.cpu()["web"]
        for _ in range(VIEWS):
            requests.get(f"{site.base}{page}", timeout=60).raise_for_status()
        cost[page] = round((site.cpu()["web"] - before) / VIEWS * 1000, 2)
    return cost


# --- Those who come -------------------------------------------------------------------------------


def at_their_moment(number: int, base: str, measurements: Measurements) -> None:
    """One witness, who begins at a moment of their own and sends before the time is over."""
    chance = random.Random(number)
    time.sleep(chance.uniform(0, SECONDS * 0.7))
    witness(number, base, measurements, think=lambda: time.sleep(chance.uniform(0, 1.5)))


def witness(
    number: int, base: str, measurements: Measurements, *, think: Callable[[], None] = lambda: None
) -> None:
    """The whole way of one witness, from the call to the receipt."""
    session = requests.Session()
    session.headers["Origin"] = base
    session.headers["X-Witness"] = f"10.0.{number // 250}.{number % 250 + 1}"
    try:
        go(session, f"{base}/calls/call/", measurements)
        start = go(session, f"{base}/calls/call/start/", measurements)
        code = post(session, f"{base}/calls/call/start/", start.text)
        form = code.url.removesuffix("code/")
        for page, answers in {**PAGES, "title": {"name": f"Witness {number}"}}.items():
            shown = go(session, f"{form}{page}/", measurements)
            think()
            post(session, f"{form}{page}/", shown.text, **answers)
        files = go(session, f"{form}files/", measurements)
        content = document(number)
        sent = session.post(
            f"{form}files/",
            data={"csrfmiddlewaretoken": token(files.text)},
            files={"files": (f"evidence {number}.docx", content)},
            timeout=120,
        )
        sent.raise_for_status()
        check = go(session, f"{form}check/", measurements)
        done = post(session, f"{form}send/", check.text)
        measurements.receipts[number] = first(RECEIPT, done.text)
    except (requests.RequestException, ValueError) as problem:
        measurements.refused.append(f"{number}: {problem}")


def go(session: requests.Session, address: str, measurements: Measurements) -> requests.Response:
    """View a page, and note how long that took."""
    began = time.monotonic()
    answer = session.get(address, timeout=60)
    measurements.pages.append(time.monotonic() - began)
    answer.raise_for_status()
    return answer


def post(session: requests.Session, address: str, page: str, **answers: str) -> requests.Response:
    # Pages before the form have no token.
    tokens = {"csrfmiddlewaretoken": token(page)} if TOKEN.search(page) else {}
    answer = session.post(address, data={**tokens, **answers}, timeout=60)
    answer.raise_for_status()
    return answer


def first(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    if match is None:
        message = f"a page without {pattern.pattern}"
        raise ValueError(message)
    return match.group(1)


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


if __name__ == "__main__":
    sys.exit(main())
