"""Receives files in bulk: one submission and one line of the report for each file. A bad file does
not stop the others."""

import csv
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path, PurePosixPath

from django.db import DatabaseError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from evidence.errors import EvidenceError
from evidence.intake.finding_messages import in_a_sentence
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.email_attachments import with_attachments
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.text_input import name_of
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call
from inquiry.people.models import User

Row = Mapping[str, str]
UNKNOWN = "Witness not yet named"
AMBIGUOUS = (
    "The manifest names a file that is in several folders. Write its whole path in the manifest."
)


@dataclass(frozen=True)
class Line:
    """One line of the report."""

    path: str
    sha256: str
    outcome: str
    reason: str = ""
    submission: Submission | None = None

    def columns(self) -> tuple[str, ...]:
        label = self.submission.label if self.submission else ""
        return (self.path, self.sha256, self.outcome, self.reason, label)


def files_in(folder: Path, *, leave_out: Collection[Path | None] = ()) -> list[Path]:
    """The files of a folder and those below it, in a fixed order; links are not followed."""
    not_these = {path.resolve() for path in leave_out if path is not None}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.resolve() not in not_these
    )


def read_manifest(path: Path) -> dict[str, Row]:
    """The rows of a CSV by file path. Raises ValueError with a sentence if a column is missing."""
    with path.open(newline="", encoding="utf-8-sig") as source:
        reader = csv.DictReader(source)
        names = {name.strip().casefold() for name in reader.fieldnames or []}
        if not names & {"path", "file", "filename"}:
            raise ValueError("it needs a column “path” with the names of the files.")
        rows: dict[str, Row] = {}
        for raw in reader:
            row = {k.strip().casefold(): (v or "").strip() for k, v in raw.items() if k}
            name = row.get("path") or row.get("file") or row.get("filename") or ""
            if name:
                rows[name] = row
    return rows


@dataclass(frozen=True)
class Matched:
    """A manifest compared with a folder: rows by file, and what does not fit."""

    rows: Mapping[str, Row]
    missing: Sequence[str]
    ambiguous: Collection[str]


def matched(manifest: Mapping[str, Row], files: Iterable[str]) -> Matched:
    """Match rows with files. `files` are paths inside the folder.

    A bare name means the file at that path, else the only file of that name in a subfolder. A row
    that could mean several files matches none: a witness's name or wish must not be attached to
    somebody else's evidence.
    """
    paths = set(files)
    by_name: dict[str, list[str]] = {}
    for path in sorted(paths - set(manifest)):
        by_name.setdefault(PurePosixPath(path).name, []).append(path)
    rows = {path: row for path, row in manifest.items() if path in paths}
    missing: list[str] = []
    ambiguous: set[str] = set()
    for name in sorted(set(manifest) - paths):
        meant = by_name.get(name, [])
        if len(meant) == 1:
            rows[meant[0]] = manifest[name]
        elif meant:
            ambiguous.update(meant)
        else:
            missing.append(name)
    return Matched(rows, missing, ambiguous)


def receive_file(
    path: Path, *, folder: Path, call: Call, manifest: Matched, by: User | None
) -> Line:
    """Receive one file as one submission, or report why it is refused. The same file is received
    only once."""
    name = path.relative_to(folder).as_posix()
    try:
        sha256 = _sha256(path)
    except OSError:
        return Line(name, "", "refused", "The file cannot be read from the disk.")
    try:
        if name in manifest.ambiguous:
            raise ValueError(AMBIGUOUS)  # noqa: TRY301  one place turns problems into lines
        row = manifest.rows.get(name, {})
        # The manifest is checked first, so that nothing is stored of a file refused for it.
        envelope = _envelope(row, name=name, sha256=sha256, call=call)
        with path.open("rb") as stream:
            parcel = take_in(stream, name=path.name)
        parcels, refusals = with_attachments([parcel])
        submission = receive(call, parcels, envelope, by=by, from_staff=True)
    except (EvidenceError, ValueError) as problem:
        return Line(name, sha256, "refused", str(problem))
    except (OSError, DatabaseError) as problem:
        kind = type(problem).__name__
        return Line(name, sha256, "refused", f"It could not be stored ({kind}). Try again.")
    return Line(name, sha256, "received", " ".join(refusals), submission)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _envelope(row: Row, *, name: str, sha256: str, call: Call) -> Envelope:
    # A file with the same path and content is the same when the folder is imported again.
    idempotency_key = hashlib.sha256(f"{call.code}\0{name}\0{sha256}".encode()).hexdigest()
    witness, organisation = (name_of(row.get(name, "")) for name in ("witness", "organisation"))
    sender = Sender(
        name=witness or ("" if organisation else UNKNOWN),
        organisation=organisation,
        role=row.get("role", ""),
        kind=(
            Witness.Kind.ORGANISATION if organisation and not witness else Witness.Kind.INDIVIDUAL
        ),
        email=row.get("email", ""),
        disclosure=_disclosure(row.get("disclosure", "")),
    )
    return Envelope(
        idempotency_key=f"import:{idempotency_key}",
        senders=[sender],
        title=row.get("title", ""),
        channel=Submission.Channel.EMAIL,
        reasons=row.get("reasons", ""),
        received_at=_moment(row.get("received") or row.get("received_at") or ""),
    )


def _disclosure(wish: str) -> Disclosure:
    """The disclosure written in a manifest. Raises ValueError for any other word."""
    words = wish.casefold().replace("-", " ").replace("_", " ").strip()
    known = {
        "": Disclosure.OPEN,
        "open": Disclosure.OPEN,
        "public": Disclosure.OPEN,
        "name withheld": Disclosure.NAME_WITHHELD,
        "anonymous": Disclosure.NAME_WITHHELD,
        "confidential": Disclosure.CONFIDENTIAL,
    }
    if words not in known:
        raise ValueError(
            f"The manifest asks for the disclosure “{wish}”. "
            "Write open, name withheld or confidential."
        )
    return known[words]


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time(12)) if day else parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(f"“{text}” is no date; write it as 2026-03-17.")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def outcomes(lines: list[Line]) -> list[Line]:
    """The lines with the outcome of each submission: `prepared`, or `held` with the reason."""
    return [_outcome(line) for line in lines]


def _outcome(line: Line) -> Line:
    if line.submission is None:
        return line
    submission = Submission.objects.get(pk=line.submission.pk)
    if submission.status == Status.HELD:
        holding = submission.findings.filter(severity="hold", settled_at=None)
        reasons = " ".join(in_a_sentence(row.finding) for row in holding)
        return replace(
            line,
            outcome="held",
            reason=reasons or "A clerk must look at it.",
            submission=submission,
        )
    if submission.status in {Status.RECEIVED, Status.CHECKED}:
        return replace(
            line, outcome="received", reason="Still being worked on.", submission=submission
        )
    return replace(line, outcome="prepared", submission=submission)
