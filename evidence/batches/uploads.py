"""Takes files into a batch, and suggests from an email who sent it and when."""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Final, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from evidence.batches.models import Batch, BatchFile
from evidence.errors import NotPermittedError
from evidence.files.storage import quarantine
from evidence.permissions import Action, require
from evidence.sandbox.child import ChildFailedError, work
from evidence.submissions.models import Submission
from evidence.submissions.receive import take_in
from evidence.text_input import name_of
from inquiry.calls.models import Call
from inquiry.people.models import User

MOST_AT_ONCE: Final = 40
SECONDS: Final = 20.0
TYPED_MOMENT: Final = "%Y-%m-%dT%H:%M"
Summary = dict[str, str]


def start(call: Call, *, key: UUID, by: User) -> Batch:
    """The batch with this key, made if there is none; the same form sent twice makes one.

    Raises `NotPermittedError`, also for the key of another call's batch.
    """
    require(by, Action.RECEIVE, call.inquiry)
    batch, _is_new = Batch.objects.get_or_create(pk=key, defaults={"call": call, "made_by": by})
    if batch.call_id != call.pk:
        raise NotPermittedError(Action.RECEIVE)
    return batch


def put(batch: Batch, stream: IO[bytes], *, name: str, by: User) -> BatchFile:
    """Check a file and take it into the batch; a file that is there already is returned.

    It goes to quarantine, as every file that is received. Raises `FileRefusedError` and
    `NotPermittedError`.
    """
    require(by, Action.RECEIVE, batch.call.inquiry)
    parcel = take_in(stream, name=name)
    key = hashlib.sha256(f"{parcel.name}\0{parcel.stored.sha256}".encode()).hexdigest()
    file, _is_new = BatchFile.objects.get_or_create(
        batch=batch,
        key=key,
        defaults={
            "name": parcel.name,
            "kind": parcel.kind,
            "sha256": parcel.stored.sha256,
            "size": parcel.stored.size,
        },
    )
    return file


def suggest(files: Sequence[BatchFile]) -> None:
    """Fill in what the headers of emails say, where nothing is typed yet."""
    emails = [
        file
        for file in files
        if file.is_email and not file.answers_json and file.state == BatchFile.State.OPEN
    ]
    summaries = summaries_of(emails) if emails else []
    with transaction.atomic():
        for file, summary in zip(emails, summaries, strict=True):
            if summary is not None:
                file.answers = _answers(summary)
                file.save(update_fields=["answers_json"])


def summaries_of(emails: Sequence[BatchFile]) -> list[Summary | None]:
    """Who sent each of these emails, when, and its words, read in the sandbox.

    None for an email that cannot be read, and for all if one breaks the program that reads them.
    """
    with ExitStack() as paths:
        sources = [
            str(paths.enter_context(quarantine().local(email.sha256)).resolve()) for email in emails
        ]
        try:
            summaries = work(
                "evidence.documents.readers.email_summary", {"sources": sources}, seconds=SECONDS
            )
        except ChildFailedError:
            return [None] * len(emails)
    return cast("list[Summary | None]", summaries)


def _answers(summary: Summary) -> dict[str, str]:
    sent = datetime.fromisoformat(summary["sent"]) if summary["sent"] else None
    is_past = sent is not None and sent <= timezone.now()
    return {
        "name": name_of(summary["name"])[:200],
        "email": summary["address"],
        "channel": Submission.Channel.EMAIL,
        "received_at": f"{timezone.localtime(sent):{TYPED_MOMENT}}" if is_past else "",
    }
