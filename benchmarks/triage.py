"""The inbox and the triage screen of a small inquiry and of a very large one.

On a new SQLite database in a temporary folder, through the pages as a signed-in clerk gets them.
Prints milliseconds of the processor (the best of some) and the number of queries for each page; the
last line is one JSON object. `triage_growth` is how much more the screen takes in the large one.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
FOLDER = tempfile.TemporaryDirectory(prefix="triage-")
os.environ["DATA_DIR"] = FOLDER.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from evidence.submissions.models import Submission
from evidence.tagging.models import ThemeTag
from inquiry.calls.models import Call
from inquiry.people.models import User
from tests.evidence.admin.admin_client import signed_in
from tests.evidence.many_submissions import many
from tests.factories import ThemeFactory

TIMES = 7
ENDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
FEW = 1_000


def pages(call: Call) -> dict[str, str]:
    """The addresses that are measured: the list, and submissions at its start, middle and end."""
    rows = Submission.objects.filter(inquiry=call.inquiry).order_by("received_at", "pk")
    last = rows.count() - 1
    code = f"inquiry={call.inquiry.code}"
    return {
        "inbox": f"{reverse('admin:inbox')}?{code}",
        **{
            f"triage_{name}": f"{reverse('admin:triage', args=[rows[at].pk])}?{code}"
            for name, at in (("first", 0), ("middle", last // 2), ("last", last))
        },
    }


def measured(call: Call, clerk: User) -> dict[str, tuple[float, int]]:
    """Milliseconds of the processor and queries for each page."""
    client = signed_in(clerk)
    figures = {}
    for name, address in pages(call).items():
        times = []
        for _ in range(TIMES):
            started = time.process_time()
            response = client.get(address)
            times.append(time.process_time() - started)
            if response.status_code != 200:
                raise SystemExit(f"{address} answered {response.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        # What begins and ends a transaction asks nothing.
        statements = [q for q in queries.captured_queries if not q["sql"].startswith(ENDS)]
        figures[name] = (round(1000 * min(times), 1), len(statements))
    return figures


def made(count: int) -> tuple[Call, User]:
    """An inquiry of so many submissions ready for the committee, each with a suggested theme."""
    world = many(count)
    theme = ThemeFactory()
    tags = [
        ThemeTag(submission_id=key, theme=theme)
        for key in Submission.objects.filter(inquiry=world["call"].inquiry).values_list(
            "pk", flat=True
        )
    ]
    ThemeTag.objects.bulk_create(tags, batch_size=1000)
    return world["call"], world["clerk"]


def main() -> None:
    options = argparse.ArgumentParser(description="The inbox and triage of many submissions.")
    options.add_argument("--submissions", type=int, default=100_000)
    count: int = options.parse_args().submissions
    results = {}
    for size in (FEW, count):
        call_command("flush", interactive=False, verbosity=0)
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            results[size] = measured(*made(size))
        for name, (milliseconds, queries) in results[size].items():
            sys.stdout.write(f"{size:>7} {name:<14} {milliseconds:>7.1f} ms {queries:>3} queries\n")
    large, small = results[count], results[FEW]
    screens = [name for name in large if name.startswith("triage")]
    summary = {
        "submissions": count,
        "inbox_ms": large["inbox"][0],
        "triage_ms": max(large[name][0] for name in screens),
        "triage_queries": max(large[name][1] for name in screens),
        "triage_growth": round(
            max(large[name][0] for name in screens) / max(small[name][0] for name in screens), 2
        ),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(summary) + "\n")


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    main()
