"""Proposing for 50 submissions at once and applying what a meeting decided of them.

On a new SQLite database in a temporary folder, through the domain functions that pages and
commands call. For comparison the same is proposed and decided one submission at a time, as
clicking through them would. Prints seconds by the clock and of the processor; the last line is
one JSON object.
"""

import json
import os
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
FOLDER = tempfile.TemporaryDirectory(prefix="meeting-")
os.environ["DATA_DIR"] = FOLDER.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")

import django

django.setup()

import io

from django.core.management import call_command

from evidence.decisions.decide import apply
from evidence.decisions.models import Act
from evidence.decisions.propose import Proposal, propose_for_all, propose_together
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from tests.factories import CallFactory, a_meeting, a_member

SUBMISSIONS = 50


def received(call: object, number: int) -> Submission:
    """One submission as if it were ready for the committee."""
    parcel = take_in(io.BytesIO(f"Text {number}.".encode()), name="evidence.txt")
    wish = list(Disclosure)[number % 3]
    sender = Sender(name=f"Dr Witness {number}", organisation="", disclosure=wish)
    envelope = Envelope(
        idempotency_key=f"bench:{secrets.token_hex(8)}", senders=[sender], title="Evidence"
    )
    return receive(call, [parcel], envelope)


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    clock, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    act()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return time.perf_counter() - clock, cpu


def main() -> None:
    call_command("migrate", verbosity=0)
    call = CallFactory()
    clerk = a_member(call.inquiry)
    keys = [received(call, number).pk for number in range(2 * SUBMISSIONS)]
    Submission.objects.filter(pk__in=keys).update(status=Status.PREPARED)
    together, one_by_one = keys[:SUBMISSIONS], keys[SUBMISSIONS:]
    proposal = Proposal(acceptance=Act.ACCEPT, report=True, note="Of weight.")

    def singly() -> None:
        for submission in Submission.objects.filter(pk__in=one_by_one):
            propose_together(submission, Proposal(acceptance=Act.ACCEPT), by=clerk)

    figures = {}
    jobs = {
        "propose": lambda: propose_for_all(together, proposal, by=clerk, publication_as_asked=True),
        "apply": lambda: apply(a_meeting(call.inquiry, by=clerk), by=clerk),
        "propose_singly": singly,
    }
    for name, act in jobs.items():
        clock, cpu = timed(act)
        print(f"{name:15} {clock:6.2f} s, {cpu:5.2f} s of the processor")
        figures |= {f"{name}_s": round(clock, 3), f"{name}_cpu_s": round(cpu, 3)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"submissions": SUBMISSIONS, **figures, "peak_mb": round(peak)}))


if __name__ == "__main__":
    main()
