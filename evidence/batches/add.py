"""Makes a submission of each file of a batch, by the same function as all other evidence.

Each file is a job of its own, with the file's key as idempotency key. So a killed worker, a second
press of the button or a retry never makes a second submission.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from evidence.batches.models import BatchFile
from evidence.batches.uploads import summaries_of
from evidence.custody.record import record
from evidence.errors import EvidenceError, NotReadyError
from evidence.jobs.queue import Settle, ask
from evidence.lifecycle import Disclosure
from evidence.permissions import Action, require
from evidence.submissions.email_attachments import with_attachments
from evidence.submissions.models import Submission
from evidence.submissions.receive import DOCUMENT_KINDS, Envelope, Parcel, Sender, receive
from evidence.witnesses.models import Witness
from inquiry.people.models import User

JOB: Final = "add_batch_file"
COVERING, EVIDENCE = "covering", "evidence"
State = BatchFile.State


@dataclass(frozen=True)
class Details:
    """The complete answers about one file. `body` says what the text of an email is, if documents
    are attached to it: a covering note or evidence."""

    kind: str
    name: str
    organisation: str
    disclosure: str
    channel: str
    received_at: str
    role: str = ""
    email: str = ""
    address: str = ""
    title: str = ""
    reasons: str = ""
    note: str = ""
    body: str = COVERING


def request(files: Sequence[tuple[BatchFile, Details]], *, by: User) -> int:
    """Ask for a submission of each of these files. Returns of how many.

    Files that are being added, or were, are left as they are.
    """
    count = 0
    with transaction.atomic():
        for file, details in files:
            require(by, Action.RECEIVE, file.batch.call.inquiry)
            file.answers = {**file.answers, "details": asdict(details)}
            waiting = BatchFile.objects.filter(pk=file.pk, state__in=[State.OPEN, State.FAILED])
            if waiting.update(
                state=State.ADDING, reason="", added_by=by, answers_json=file.answers_json
            ):
                ask(JOB, file.pk)
                count += 1
    return count


def add(file: BatchFile, *, within: Settle = transaction.atomic) -> None:
    """Make the submission; if the file is refused, say why beside it."""
    if file.state != State.ADDING:
        with within():
            return
    try:
        details = Details(**file.answers["details"])
        parcels, covering = _parcels(file, details)
        with within():
            _receive(file, details, parcels, covering=covering)
    except EvidenceError as problem:
        give_up(file, reason=str(problem), within=within)


def give_up(file: BatchFile, *, reason: str, within: Settle) -> None:
    """Let a clerk try again or discard the file."""
    with within():
        BatchFile.objects.filter(pk=file.pk, state=State.ADDING).update(
            state=State.FAILED, reason=reason[:500]
        )


def discard(file: BatchFile, *, by: User) -> None:
    """Leave a file out for good. Raises `NotReadyError` for one that is being added, or was."""
    require(by, Action.RECEIVE, file.batch.call.inquiry)
    waiting = BatchFile.objects.filter(pk=file.pk, state__in=[State.OPEN, State.FAILED])
    if not waiting.update(state=State.DISCARDED, reason="", **_ERASED):
        raise NotReadyError("This file has been added or discarded by someone else.")


def retry(file: BatchFile, *, by: User) -> None:
    """Try again to add a file with the answers it has."""
    if file.state == State.FAILED and "details" in file.answers:
        request([(file, Details(**file.answers["details"]))], by=by)


_ERASED: Final[dict[str, Any]] = {"answers_json": "", "name": ""}


def _parcels(file: BatchFile, details: Details) -> tuple[list[Parcel], str]:
    """The files of the submission, and the covering note.

    The text of an email is a covering note only if a document is attached to it.
    """
    email, *attached = with_attachments([file.parcel])[0]
    documents = [parcel for parcel in attached if parcel.kind in DOCUMENT_KINDS]
    if not file.is_email or details.body != COVERING or not documents:
        return [email, *attached], ""
    first = documents[0]
    summary = summaries_of([file])[0]
    note = summary["body"] if summary else ""
    return [first, *(parcel for parcel in attached if parcel is not first)], note


def _receive(
    file: BatchFile, details: Details, parcels: Sequence[Parcel], *, covering: str
) -> None:
    call = file.batch.call
    submission = receive(call, parcels, _envelope(file, details, covering), by=file.added_by)
    if parcels[0].stored.sha256 != file.sha256:
        # The email itself stays in quarantine, and what it said is the covering note.
        record(
            "covering email kept",
            submission,
            by=file.added_by,
            inquiry=call.inquiry_id,
            file=file.sha256,
        )
    BatchFile.objects.filter(pk=file.pk).update(
        state=State.ADDED, reason="", submission=submission, **_ERASED
    )


def _envelope(file: BatchFile, details: Details, covering: str) -> Envelope:
    sender = Sender(
        name=details.name,
        organisation=details.organisation,
        role=details.role,
        kind=Witness.Kind(details.kind),
        email=details.email,
        address=details.address,
        disclosure=Disclosure(details.disclosure),
    )
    notes = [details.note, f"Covering email:\n\n{covering}" if covering else ""]
    return Envelope(
        idempotency_key=f"batch:{file.pk}",
        senders=[sender],
        title=details.title,
        channel=Submission.Channel(details.channel),
        reasons=details.reasons,
        note="\n\n".join(filter(None, notes)),
        received_at=datetime.fromisoformat(details.received_at),
    )
