"""The parts of the kill trial that run in processes of their own, on a site of their own.

`python kill_worker.py settle | send N | bundle | wait SECONDS | verdict`, with the settings of the
trial in the environment.
"""

import collections
import datetime
import hashlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")

import django

django.setup()

import pypandoc
from django.core.management import call_command
from django.utils import timezone

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.files.storage import quarantine
from evidence.jobs.models import Job
from evidence.lifecycle import AT_REST
from evidence.models import Letter, Move, Submission
from evidence.submissions.models import Attachment
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from inquiry.models import Call, Committee, Inquiry, Institution, Membership, User

TEXT = (
    "# Submission {n}\n\nAt the University of York, in {n}.\n\n| a | b |\n|---|---|\n| 1 | {n} |\n"
)


def settle() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    committee = Committee.objects.create(name="Committee", slug="committee")
    inquiry = Inquiry.objects.create(
        committee=committee, title="Inquiry", code="inquiry", prefix="FIA"
    )
    now = timezone.now()
    Call.objects.create(
        inquiry=inquiry,
        code="call",
        title="Call",
        opens_at=now - datetime.timedelta(days=1),
        closes_at=now + datetime.timedelta(days=1),
    )
    clerk = User.objects.create(username="clerk")
    Membership.objects.create(user=clerk, inquiry=inquiry, role="clerk")
    Institution.objects.create(name="University of York")


def document(n: int) -> tuple[str, bytes]:
    """A file of a kind that changes from submission to submission; every tenth cannot be read."""
    kind = ("docx", "txt", "odt", "rtf", "html")[n % 5]
    text = TEXT.format(n=n)
    if n % 10 == 9:
        return (
            f"{n}.html",
            b"<!doctype html><html><body><p>Words.</p><p style='display:none'>Hidden %d</p>" % n,
        )
    if kind == "txt":
        return f"{n}.txt", text.encode()
    out = Path(os.environ["DATA_DIR"]) / f"{n}.{kind}"
    subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "markdown", "-s", "-o", str(out)],
        input=text.encode(),
        check=True,
    )
    return out.name, out.read_bytes()


def send(first: int, last: int) -> None:
    call = Call.objects.get()
    for n in range(first, last):
        name, content = document(n)
        sender = Sender(name=f"Witness {n}", email=f"w{n}@example.org")
        # Sent twice, as by somebody whose first try seemed to fail.
        for _ in range(2):
            parcel = take_in(io.BytesIO(content), name=name)
            receive(call, [parcel], Envelope(idempotency_key=f"trial:{n}", senders=[sender]))


def bundle() -> None:
    clerk = User.objects.get(username="clerk")
    freeze(Inquiry.objects.get(), Specification(title="Trial"), by=clerk)


def wait(seconds: float) -> None:
    end = time.monotonic() + seconds
    while left := Job.objects.unsettled().count():
        if time.monotonic() > end:
            sys.exit(f"{left} jobs are left: {list(Job.objects.unsettled().values())[:3]}")
        time.sleep(0.2)


def verdict() -> None:
    moves = collections.Counter(Move.objects.values_list("submission", "before", "after"))
    entries = CustodyEntry.objects.filter(act="moved").count()
    kept = [
        attachment.pk
        for attachment in Attachment.objects.all()
        if hashlib.file_digest(quarantine().read(attachment.sha256), "sha256").hexdigest()
        == attachment.sha256
    ]
    print(
        json.dumps(
            {
                "submissions": Submission.objects.count(),
                "resting": Submission.objects.filter(status__in=AT_REST).count(),
                "statuses": dict(
                    collections.Counter(Submission.objects.values_list("status", flat=True))
                ),
                "moves_made_twice": sum(count - 1 for count in moves.values()),
                "moves": Move.objects.exclude(before="").count(),
                "moved_entries": entries,
                "received_entries": CustodyEntry.objects.filter(act="received").count(),
                "files": Attachment.objects.count(),
                "files_whole": len(kept),
                "letters": Letter.objects.count(),
                "letters_sent": Letter.objects.filter(state="sent").count(),
                "bundles_ready": Bundle.objects.filter(state="ready").count(),
                "bundles_built_entries": CustodyEntry.objects.filter(act="bundle built").count(),
                "steps_held": list(Job.objects.filter(state="held").values("name", "reason")),
                "custody_whole": verify().whole,
            }
        )
    )


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    {"settle": settle, "send": send, "bundle": bundle, "wait": wait, "verdict": verdict}[what](
        *(int(number) for number in numbers)
    )
