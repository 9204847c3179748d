"""Receives a submission from the public form, from staff or from an import.

Rows, custody entry and files agree even if a process dies: the bytes are hashed and synced to the
quarantine store before the one transaction that writes the rows, the custody entry, the
acknowledgement and the next job. Bytes without a row were never acknowledged.
"""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from evidence.custody.record import record
from evidence.errors import CallNotOpenError, FileRefusedError
from evidence.files import upload_limits
from evidence.files.accepted_types import PICTURES
from evidence.files.file_types import Kind, NotAcceptedError, kind_of
from evidence.files.storage import Stored, chunks_of, put_file, quarantine, spooled
from evidence.jobs.queue import ask_first
from evidence.letters.models import Letter
from evidence.letters.outbox import send_by_itself, write
from evidence.lifecycle import Disclosure, Status, most_protective
from evidence.permissions import Action, require
from evidence.submissions.models import (
    Attachment,
    DisclosureRequest,
    Move,
    Submission,
    SubmissionWitness,
)
from evidence.text_input import one_line
from evidence.witnesses.models import Contact, Witness
from inquiry.calls.models import Call, Openness, Question
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution

# Without letters and digits that look alike.
RECEIPT_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
LEGACY_WORD = _("This is an old Word file (.doc). Save it as .docx or PDF and upload it again.")
NO_DOCUMENT = _(
    "This is a picture, a spreadsheet or a presentation. Upload your evidence as a Word, ODT, RTF "
    "or PDF document, and these as extra files."
)
NO_SLIDES = _("This is a presentation. Save it as a PDF and upload that.")
# What is refused where LibreOffice is not installed.
NEEDS_OFFICE = {Kind.DOC: LEGACY_WORD, Kind.PPTX: NO_SLIDES}
TOO_LARGE = _(
    "This file is larger than {limit} MB. Make it smaller, for example by compressing "
    "its pictures, or upload it in parts."
)
NO_FILE = _("There is no file. Choose the file with your evidence.")
TOO_MANY_FILES = _("Upload no more than {most} files: one document and extra files.")
DOCUMENT_KINDS = frozenset(Kind) - PICTURES - {Kind.XLSX, Kind.PPTX}


@dataclass(frozen=True)
class Sender:
    """One sender, with the details they gave."""

    name: str = ""
    organisation: str = ""
    role: str = ""
    kind: Witness.Kind = Witness.Kind.INDIVIDUAL
    email: str = ""
    phone: str = ""
    address: str = ""
    safe_ways: str = ""
    may_email: bool = True
    may_phone: bool = True
    hours: str = ""
    avoid: str = ""
    language: str = "en-gb"
    disclosure: Disclosure = Disclosure.OPEN


@dataclass(frozen=True)
class Parcel:
    """An accepted file: hashed, of a known kind, in the quarantine store."""

    name: str
    kind: Kind
    stored: Stored
    is_clean_copy: bool = False
    """Whether the service made it from a file that the witness kept back."""


@dataclass(frozen=True)
class Envelope:
    """Everything sent with the files. A repeated sending has the same `idempotency_key`."""

    idempotency_key: str
    senders: Sequence[Sender]
    title: str = ""
    channel: Submission.Channel = Submission.Channel.PAGE
    reasons: str = ""
    note: str = ""
    received_at: datetime | None = None
    questions: Sequence[Question] = field(default_factory=tuple)
    supplements: Submission | None = None


@dataclass(frozen=True)
class AtTheDoor:
    """A checked file that may be accepted. It is at `path` only inside the `with` block."""

    name: str
    kind: Kind
    path: Path
    stored: Stored


@contextmanager
def at_the_door(stream: IO[bytes], *, name: str, extra: bool = False) -> Iterator[AtTheDoor]:
    """Check a file in a temporary folder, which is deleted when the block ends.

    Raises `FileRefusedError`, with advice for the sender, for a file that is empty, too large, of
    the wrong type, encrypted or damaged, or has macros.
    """
    with tempfile.TemporaryDirectory(prefix="door-") as folder:
        path, stored = spooled(_capped(stream), Path(folder))
        if stored.size > upload_limits.largest_file():
            limit = upload_limits.largest_file_mb()
            raise FileRefusedError("too-large", gettext(TOO_LARGE).format(limit=limit))
        try:
            kind = kind_of(path, name=name)
        except NotAcceptedError as refused:
            raise FileRefusedError(refused.code, str(refused)) from None
        if kind in NEEDS_OFFICE and not shutil.which("soffice"):
            raise FileRefusedError("no-office", NEEDS_OFFICE[kind])
        if kind not in DOCUMENT_KINDS and not extra:
            raise FileRefusedError("wrong-type", NO_DOCUMENT)
        yield AtTheDoor(Path(name).name[:255], kind, path, stored)


def take_in(stream: IO[bytes], *, name: str, extra: bool = False) -> Parcel:
    """Check a file and put it in the quarantine store.

    Raises `FileRefusedError` (see `at_the_door`). A refused file is not kept.
    """
    with at_the_door(stream, name=name, extra=extra) as checked:
        return Parcel(checked.name, checked.kind, put_file(quarantine(), checked.path))


def _capped(stream: IO[bytes]) -> Iterable[bytes]:
    """The stream, cut one byte over the size limit."""
    left = upload_limits.largest_file() + 1
    for chunk in chunks_of(stream):
        yield chunk[:left]
        left -= len(chunk)
        if left <= 0:
            return


def receive(
    call: Call,
    parcels: Sequence[Parcel],
    envelope: Envelope,
    *,
    by: User | None = None,
    from_staff: bool = False,
    admitted: bool = False,
) -> Submission:
    """Create a submission, or return the existing one with the same `idempotency_key`.

    `by` is the member of staff who adds it for the witness. Staff, and commands on the server
    (`from_staff`), may do so at any time; a witness only while the call is open or in its grace
    period, or with a late code (`admitted`).
    Raises `CallNotOpenError`, `NotPermittedError`, `FileRefusedError` (no file, or too many).
    """
    known = Submission.objects.filter(idempotency_key=envelope.idempotency_key).first()
    if known is not None:
        return known
    if by is not None:
        require(by, Action.RECEIVE, call.inquiry)
    now = timezone.now()
    received_at = envelope.received_at or now
    late = _late(call, received_at, let_in=from_staff or admitted or by is not None)
    _check_number_of_files(parcels)
    try:
        with transaction.atomic():
            return _write(call, parcels, envelope, by=by, received_at=received_at, late=late)
    except IntegrityError:
        # Sent twice at the same moment: the other request has created it.
        twin = Submission.objects.filter(idempotency_key=envelope.idempotency_key).first()
        if twin is None:
            raise
        return twin


def _late(call: Call, at: datetime, *, let_in: bool) -> bool:
    openness = call.openness(at)
    if openness == Openness.OPEN:
        return False
    if openness == Openness.NOT_YET and not let_in:
        sentence = gettext(
            "This call for evidence opens on {day} at {time}. You cannot send anything yet."
        )
        raise CallNotOpenError(sentence.format(**_moment(call.opens_at)))
    if openness == Openness.CLOSED and not let_in:
        sentence = gettext(
            "This call for evidence closed on {day} at {time}, so nothing was sent. If "
            "you have a reason to send it late, contact the committee's office."
        )
        raise CallNotOpenError(sentence.format(**_moment(call.closes_at)))
    return openness != Openness.NOT_YET


def _moment(at: datetime) -> dict[str, str]:
    """A date and a time in the reader's language."""
    local = timezone.localtime(at)
    return {"day": date_format(local, "j F Y"), "time": date_format(local, "H:i")}


def _check_number_of_files(parcels: Sequence[Parcel]) -> None:
    if not parcels:
        raise FileRefusedError("no-file", NO_FILE)
    if len(parcels) > upload_limits.most_files():
        raise too_many_files()


def too_many_files() -> FileRefusedError:
    """The error for more files than allowed, in the sender's language."""
    return FileRefusedError(
        "too-many", gettext(TOO_MANY_FILES).format(most=upload_limits.most_files())
    )


def _write(
    call: Call,
    parcels: Sequence[Parcel],
    envelope: Envelope,
    *,
    by: User | None,
    received_at: datetime,
    late: bool,
) -> Submission:
    wish = most_protective(*(sender.disclosure for sender in envelope.senders))
    submission = Submission.objects.create(
        call=call,
        inquiry=call.inquiry,
        receipt=new_receipt(),
        idempotency_key=envelope.idempotency_key,
        kind=kind_beside(envelope.supplements, wish=wish),
        supplements=envelope.supplements,
        channel=envelope.channel,
        title=one_line(envelope.title)[:300],
        received_at=received_at,
        late=late,
        status_since=received_at,
        disclosure_requested=wish,
    )
    if envelope.questions:
        submission.questions.add(*envelope.questions)
    DisclosureRequest.objects.create(
        submission=submission, reasons=envelope.reasons, note=envelope.note
    )
    for position, parcel in enumerate(parcels):
        Attachment.objects.create(
            submission=submission,
            position=position,
            name=parcel.name,
            kind=parcel.kind,
            sha256=parcel.stored.sha256,
            size=parcel.stored.size,
            is_clean_copy=parcel.is_clean_copy,
        )
    witnesses = [_enter(submission, sender, n) for n, sender in enumerate(envelope.senders)]
    Move.objects.create(submission=submission, after=Status.RECEIVED, by=by)
    record(
        "received",
        submission,
        by=by,
        inquiry=call.inquiry_id,
        channel=str(envelope.channel),
        files=[parcel.stored.sha256 for parcel in parcels],
        clean_copies=[parcel.stored.sha256 for parcel in parcels if parcel.is_clean_copy],
    )
    _acknowledge(submission, witnesses)
    ask_first("examine", submission.pk)
    ask_first("index", submission.pk)
    return submission


def kind_beside(earlier: Submission | None, *, wish: Disclosure) -> Submission.Kind:
    """SUPPLEMENTARY if a submission may be shown as adding to `earlier`, else WRITTEN.

    Not if the earlier one is more protected: its witness, or its existence, would be revealed.
    """
    if earlier is not None and most_protective(earlier.disclosure, wish) == wish:
        return Submission.Kind.SUPPLEMENTARY
    return Submission.Kind.WRITTEN


def _enter(submission: Submission, sender: Sender, position: int) -> Witness:
    organisation = one_line(sender.organisation)
    institution = (
        Institution.objects.filter(name__iexact=organisation).first() if organisation else None
    )
    witness = Witness.objects.create(
        kind=sender.kind,
        name=one_line(sender.name),
        role=one_line(sender.role),
        organisation=organisation,
        institution=institution,
    )
    Contact.objects.create(
        witness=witness,
        email=sender.email,
        phone=sender.phone,
        address=sender.address,
        safe_ways=sender.safe_ways,
        may_email=sender.may_email,
        may_phone=sender.may_phone,
        hours=sender.hours,
        avoid=sender.avoid,
        language=sender.language,
    )
    SubmissionWitness.objects.create(
        submission=submission,
        witness=witness,
        position=position,
        disclosure_requested=sender.disclosure,
    )
    return witness


def _acknowledge(submission: Submission, witnesses: Sequence[Witness]) -> None:
    """Write a receipt to the first sender, and to each other author who agreed to email one with a
    link by which to confirm.

    Somebody who wrote by post has not agreed to email, so a clerk must approve that receipt.
    """
    for position, witness in enumerate(witnesses):
        if position and not witness.contact.takes_letters:
            continue
        letter = write(
            Letter.Kind.COAUTHOR if position else Letter.Kind.RECEIPT,
            submission=submission,
            witness=witness,
            facts={"receipt": submission.receipt, "late": submission.late},
        )
        if submission.channel != Submission.Channel.POST:
            send_by_itself(letter)


def new_receipt(draw: Callable[[str], str] = secrets.choice) -> str:
    """A random receipt number, such as `7K2M-94QX-BC3D`; it reveals no count."""
    letters = "".join(draw(RECEIPT_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
