"""Searching many submissions of 800 words: the whole request beside the bare question to the index.

The same evidence is made on SQLite and on PostgreSQL, by another process each: one inquiry, of
which three fifths are published, the others before the committee, held, or confidential; tags,
witnesses, and words as rare and as frequent as in a language. The texts are written to the index by
the code that writes them in the product, for people on the inquiry.

A whole request is the register's page of a search as a clerk gets it: signed in, what they may see,
count, order, lines with marks, filters on offer, HTML. The bare question is the same words asked of
the same index by SQL alone: the keys of all matches, ordered as the database ranks them by itself
(`rank` of FTS5; on PostgreSQL `ts_rank` of the newest 1,000), and the best fifty of them read.
The scan that the index replaces is the question the register asked before: titles, names and texts
with `LIKE`, counted and read. Wall clock is compared with wall clock, in turns; the scan and the
growth of lists by CPU time, on SQLite, whose work is done in this process.

The last line is JSON: `ratio_postgresql`, `ratio_sqlite` (95th percentiles), `times_faster`,
`list_growth` (the worst of three lists, at --submissions beside at 1,000), with what they are made
of.

    --submissions 100000   how many
    --databases sqlite,postgresql

`BENCHMARK_DATABASE_URL` (postgres://postgres@127.0.0.1:5432/postgres unless it is set) is a server
on which a database may be made for this, and removed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
NAME = "benchmark_search"
WORDS, FEW, TIMES = 800, 1000, 5


def child(database: str, count: int, folder: str) -> dict[str, Any]:
    """The figures of one database, measured in a process of its own."""
    environment = {**os.environ, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": SETTINGS}
    environment.pop("DATABASE_URL", None)
    if database == "postgresql":
        environment["DATABASE_URL"] = made_database()
    command = [sys.executable, __file__, "--measure", "--submissions", str(count)]
    run = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    *lines, last = run.stdout.strip().splitlines()
    print("\n".join([f"{database}, {count} submissions", *lines]), flush=True)
    figures: dict[str, Any] = json.loads(last)
    return figures


SETTINGS = "inquiry.config.settings"


def made_database() -> str:
    import psycopg  # noqa: PLC0415  only with PostgreSQL

    server = os.environ.get("BENCHMARK_DATABASE_URL", SERVER)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
        connection.execute(f"CREATE DATABASE {NAME}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))


def drop_database() -> None:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(
        os.environ.get("BENCHMARK_DATABASE_URL", SERVER), autocommit=True
    ) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}")


def percentile(values: list[float], share: float = 0.95) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def best(run: Callable[[], object], clock: Callable[[], float], times: int = TIMES) -> float:
    """Milliseconds of the quickest run: what a machine that does other things adds is left out."""
    durations = []
    for _ in range(times):
        before = clock()
        run()
        durations.append((clock() - before) * 1000)
    return min(durations)


def measure(count: int) -> dict[str, float]:
    import django  # noqa: PLC0415

    django.setup()
    from benchmarks.search_world import Trial  # noqa: PLC0415  when Django is ready

    trial = Trial(count)
    began = time.perf_counter()
    trial.fill()
    print(f"  made in {time.perf_counter() - began:.0f} s", flush=True)
    figures: dict[str, float] = {}
    for name, page in trial.lists().items():
        page()
        figures[f"list_{name}"] = best(page, time.process_time, 9)
    if count <= FEW:
        return figures
    wholes, bares, cpus = [], [], []
    for typed in trial.searches():
        request, question = trial.request(typed), trial.question(typed)
        request()
        pairs = [(best(request, time.perf_counter, 1), best(question, time.perf_counter, 1))
                 for _ in range(TIMES)]  # fmt: skip
        whole, bare = (min(column) for column in zip(*pairs, strict=True))
        wholes.append(whole)
        bares.append(bare)
        cpus.append(best(request, time.process_time, 2))
        print(f"  {typed:40} {whole:8.1f} ms, bare {bare:8.1f} ms", flush=True)
    scans = [best(trial.scan(typed), time.process_time, 1) for typed in trial.words_to_scan()]
    figures["whole_p95"], figures["bare_p95"] = percentile(wholes), percentile(bares)
    figures["whole_p50"], figures["bare_p50"] = percentile(wholes, 0.5), percentile(bares, 0.5)
    figures["cpu"], figures["scan_cpu"] = sum(cpus) / len(cpus), sum(scans) / len(scans)
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description="Searching many submissions.")
    options.add_argument("--submissions", type=int, default=100_000)
    options.add_argument("--databases", default="sqlite,postgresql")
    options.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.submissions)))
        return
    result: dict[str, float] = {"submissions": chosen.submissions}
    for database in chosen.databases.split(","):
        try:
            with tempfile.TemporaryDirectory(prefix="search-") as folder:
                figures = child(database, chosen.submissions, folder)
        finally:
            if database == "postgresql":
                drop_database()
        result |= dict(figures_of(database, figures))
        if database == "sqlite":
            result["times_faster"] = round(figures["scan_cpu"] / figures["cpu"], 1)
            with tempfile.TemporaryDirectory(prefix="search-") as folder:
                few = child(database, FEW, folder)
            growth = {name: figures[name] / few[name] for name in few}
            result |= {f"growth_{name}": round(value, 2) for name, value in growth.items()}
            result["list_growth"] = round(max(growth.values()), 2)
    print(json.dumps(result))


def figures_of(database: str, figures: dict[str, Any]) -> Iterator[tuple[str, float]]:
    yield f"ratio_{database}", round(figures["whole_p95"] / figures["bare_p95"], 2)
    for name, value in figures.items():
        yield f"{name}_{database}_ms", round(value, 1)


if __name__ == "__main__":
    main()
