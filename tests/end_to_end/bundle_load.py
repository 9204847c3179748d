"""The parts of the trial of many bundles that run in processes of their own.

`python bundle_load.py settle | wait SECONDS | verdict`, with the settings of the trial in the
environment.
"""

import hashlib
import io
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")

import django

django.setup()

from django.conf import settings
from django.core.files.storage import storages

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.files.storage import archive
from evidence.jobs.models import Job
from evidence.stored_files.garbage_collection import is_referenced
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.tasks import work_one
from inquiry.models import Call, Inquiry, Membership, User
from tests.end_to_end.kill_worker import settle as settle_site
from tests.end_to_end.kill_worker import wait

PEOPLE, BUNDLES, LONG_SUBMISSIONS = 5, 20, 6


def settle() -> None:
    """Some long submissions and a short one, and twenty bundles that five people have asked for: a
    large one first, of which each file is made several times over, and two that are the same."""
    settle_site()
    inquiry, call = Inquiry.objects.get(), Call.objects.get()
    for n in range(LONG_SUBMISSIONS + 1):
        long = n < LONG_SUBMISSIONS
        text = "\n\n".join(f"In {n}, {at}. {'Words. ' * 80}" for at in range(150 if long else 1))
        parcel = take_in(io.BytesIO(text.encode()), name="a.txt")
        sender = Sender(name=f"Witness {n}", email="")
        receive(call, [parcel], Envelope(idempotency_key=f"trial:{n}", senders=[sender]))
    while work_one():
        pass
    people = [User.objects.create(username=f"clerk{n}") for n in range(PEOPLE)]
    for person in people:
        Membership.objects.create(user=person, inquiry=inquiry, role="clerk")
    freeze(inquiry, Specification(title="Large", volume_pages=10, sheets=True), by=people[0])
    short = [str(Submission.objects.latest("received_at").pk)]
    for n in range(1, BUNDLES):
        specification = Specification(title=f"Small {max(n, 2)}", keys=short)
        freeze(inquiry, specification, by=people[n % PEOPLE])


def verdict() -> None:
    before = time.time()
    for store in ("quarantine", "archive"):
        storages[store].clear_unfinished(before)
    store = Path(storages["archive"].location)
    names = [path for path in store.rglob("*") if path.is_file()]
    small = Bundle.objects.exclude(title="Large")
    large = Bundle.objects.get(title="Large")
    print(
        json.dumps(
            {
                "states": sorted(set(Bundle.objects.values_list("state", flat=True))),
                "bundles": Bundle.objects.count(),
                "built_entries": CustodyEntry.objects.filter(act="bundle built").count(),
                "small_first": small.filter(ready_at__lt=large.ready_at).count(),
                "alike": small.filter(title="Small 2").values("zip_sha256").distinct().count(),
                "volumes": large.files.filter(form="pdf").count(),
                "halves": [
                    path.name
                    for path in names
                    if hashlib.sha256(path.read_bytes()).hexdigest() != path.name
                ],
                "nobodys": [path.name for path in names if not is_referenced(path.name)],
                "missing": [
                    file.form
                    for bundle in Bundle.objects.all()
                    for file in bundle.files.all()
                    if not archive().has(file.sha256)
                ],
                "left": [path.name for path in Path(settings.WORK_DIR).glob("????????-????-*")],
                "steps_held": list(Job.objects.filter(state="held").values("name", "reason")),
                "custody_whole": verify().whole,
            }
        )
    )


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    {"settle": settle, "wait": wait, "verdict": verdict}[what](*(int(number) for number in numbers))
