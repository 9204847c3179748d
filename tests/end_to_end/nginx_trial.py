"""Makes the data for the trial behind nginx: a signed-in clerk and a bundle.

`python nginx_trial.py`, with the settings of the trial in the environment. Prints JSON.
"""

import io
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from kill_worker import settle

from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.tasks import work_one
from inquiry.models import Call, User


def until_nothing_is_due() -> None:
    while work_one():
        pass


def main() -> None:
    settle()
    call_command("collectstatic", interactive=False, verbosity=0)
    call, clerk = Call.objects.get(), User.objects.get()
    parcel = take_in(io.BytesIO(b"A paragraph of evidence."), name="mine.txt")
    receive(
        call, [parcel], Envelope(idempotency_key="trial:1", senders=[Sender(name="Dr A. Name")])
    )
    until_nothing_is_due()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    until_nothing_is_due()
    bundle.refresh_from_db()
    client = Client()
    client.force_login(clerk)
    facts = {
        "session": client.cookies["session"].value,
        "bundle": reverse("bundle-file", args=[bundle.pk, "pdf"]),
        "receive": reverse("admin:evidence_submission_add"),
        "call": reverse("call", args=[call.code]),
        "sha256": bundle.pdf_sha256,
        "size": bundle.pdf_size,
    }
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
