"""Checks the files of a received submission: file type, viruses, hidden content, duplicates.

Reading and scanning happen outside any transaction; the outcome is written in one. Running it twice
gives the same outcome once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evidence.custody.record import record
from evidence.errors import MoveNotAllowedError, NotReadyError, RetryLaterError
from evidence.files.clamav import scan
from evidence.files.file_types import Kind
from evidence.files.storage import archive, put_file, quarantine
from evidence.findings import Finding, Location
from evidence.intake.author_refusal import has_refusal
from evidence.intake.file_checks import inspect
from evidence.intake.models import SETTLED_ONE_BY_ONE, SubmissionFinding
from evidence.jobs.queue import Settle, ask
from evidence.lifecycle import Status
from evidence.permissions import Action, require
from evidence.submissions.models import Attachment, Submission
from evidence.workflow import is_open
from inquiry.people.models import User

VIRUS = "virus"
UNSCANNED = "not-scanned"
NEVER_RELEASED = frozenset({VIRUS, UNSCANNED, "lost"})


@dataclass(frozen=True)
class Outcome:
    """The result of checking one file."""

    attachment: Attachment
    scan: Attachment.Scan
    findings: Sequence[Finding]
    twins: Sequence[Submission] = ()

    @property
    def holds(self) -> bool:
        return any(finding.severity == "hold" for finding in self.findings)


def examine(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """RECEIVED → CHECKED, or HELD with findings that say why.

    Raises `RetryLaterError` while the virus scanner cannot be reached: nothing passes unscanned.
    """
    if submission.status != Status.RECEIVED:
        with within():
            return
    outcomes = [_examine(attachment) for attachment in submission.attachments.all()]
    is_held = any(outcome.holds for outcome in outcomes) or has_refusal(submission)
    for outcome in outcomes:
        if not is_held:
            _to_archive(outcome.attachment)
    with within():
        SubmissionFinding.objects.filter(
            submission=submission, stage=SubmissionFinding.Stage.EXAMINE
        ).delete()
        for outcome in outcomes:
            _write(submission, outcome, archived=not is_held)
        submission.move_to(Status.HELD if is_held else Status.CHECKED, by=None)
        if not is_held:
            ask("prepare", submission.pk)


def _examine(attachment: Attachment) -> Outcome:
    try:
        with quarantine().local(attachment.sha256) as path:
            verdict, problems = _scan(attachment.sha256)
            findings = [] if problems else inspect(path, Kind(attachment.kind))
    except FileNotFoundError:
        lost = Finding("lost", "hold", {"name": attachment.sha256[:12]})
        return Outcome(attachment, Attachment.Scan.NOT_SCANNED, [lost])
    return Outcome(attachment, verdict, [*problems, *findings], _duplicates(attachment))


def _scan(sha256: str) -> tuple[Attachment.Scan, list[Finding]]:
    if not settings.CLAMD_URL:
        return Attachment.Scan.NOT_SCANNED, []
    with quarantine().read(sha256) as stream:
        verdict = scan(cast("BinaryIO", stream), address=settings.CLAMD_URL)
    match verdict.kind:
        case "clean":
            return Attachment.Scan.CLEAN, []
        case "infected":
            finding = Finding(VIRUS, "hold", {"name": verdict.name}, Location("whole-file"))
            return Attachment.Scan.INFECTED, [finding]
        case "too-large":
            finding = Finding(UNSCANNED, "hold", location=Location("whole-file"))
            return Attachment.Scan.NOT_SCANNED, [finding]
    raise RetryLaterError("The virus scanner cannot be reached.")


def _duplicates(attachment: Attachment) -> list[Submission]:
    """Submissions of the same inquiry that hold the same bytes; flagged, never refused."""
    same = (
        Submission.objects.filter(
            attachments__sha256=attachment.sha256, inquiry=attachment.submission.inquiry_id
        )
        .exclude(pk=attachment.submission_id)
        .order_by("received_at")
        .distinct()
    )
    return list(same[:20])


def _to_archive(attachment: Attachment) -> None:
    with quarantine().local(attachment.sha256) as path:
        put_file(archive(), path)


def _write(submission: Submission, outcome: Outcome, *, archived: bool) -> None:
    Attachment.objects.filter(pk=outcome.attachment.pk).update(scan=outcome.scan, archived=archived)
    findings = [(finding, None) for finding in outcome.findings]
    twins = [(Finding("duplicate", "warn", {"name": twin.label}), twin) for twin in outcome.twins]
    SubmissionFinding.save_all(
        SubmissionFinding.of(
            finding,
            submission=submission,
            attachment=outcome.attachment,
            stage=SubmissionFinding.Stage.EXAMINE,
            about=about,
        )
        for finding, about in (*findings, *twins)
    )


def hold(submission: Submission, *, code: str, reason: str, within: Settle) -> None:
    """Hold a submission whose job failed for good, with the reason as a finding."""
    with within():
        fresh = Submission.objects.get(pk=submission.pk)
        if fresh.status not in {Status.RECEIVED, Status.CHECKED}:
            return
        stage = (
            SubmissionFinding.Stage.EXAMINE
            if fresh.status == Status.RECEIVED
            else SubmissionFinding.Stage.PREPARE
        )
        SubmissionFinding.objects.get_or_create(
            submission=fresh,
            stage=stage,
            code=code,
            severity=SubmissionFinding.Severity.HOLD,
            settled_at=None,
            defaults={"parameters": {"detail": reason}},
        )
        fresh.move_to(Status.HELD, by=None, note=reason[:500])


@transaction.atomic
def try_again(submission: Submission, *, by: User) -> None:
    """HELD → RECEIVED: run the checks again from the start."""
    require(by, Action.CHECK, submission.inquiry_id)
    _require_held(submission, Status.RECEIVED)
    submission.move_to(Status.RECEIVED, by=by, note="checks to be run again")
    _settle(submission, by=by, note="checks run again", but=SETTLED_ONE_BY_ONE)
    ask("examine", submission.pk)


@transaction.atomic
def release(submission: Submission, *, by: User, note: str) -> None:
    """HELD → CHECKED: a clerk clears the submission, with a reason.

    Findings that may name a protected witness stay open and prevent publication; the submission can
    still be proposed to be kept confidential. Raises `NotReadyError` without a reason, and for a
    file that has a virus, is missing, or was not scanned although there is a scanner.
    """
    require(by, Action.CHECK, submission.inquiry_id)
    if not note.strip():
        raise NotReadyError(
            "Enter the reason for clearing this submission. It goes into the audit trail."
        )
    _let_past(submission, by=by, note=note)


@transaction.atomic
def settle(finding: SubmissionFinding, *, by: User, note: str) -> None:
    """Clear a finding that may name the witness, or about an author who did not agree. Clearing
    the last one clears a held submission.

    Raises `NotReadyError` without a reason, and for a finding that is already cleared or gone.
    """
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=finding.submission_id)
    require(by, Action.CHECK, submission.inquiry_id)
    if not note.strip():
        raise NotReadyError(
            "Enter the reason for clearing this finding. It goes into the audit trail."
        )
    open_still = SubmissionFinding.objects.filter(
        pk=finding.pk, stage__in=SETTLED_ONE_BY_ONE
    ).holding()
    if not open_still.update(
        settled_at=timezone.now(), settled_by=by, settled_note=note.strip()[:500]
    ):
        raise NotReadyError("This finding has already been cleared or no longer exists.")
    record(
        "finding settled",
        submission,
        by=by,
        inquiry=submission.inquiry_id,
        finding=finding.code,
        reason=note.strip(),
    )
    if submission.status == Status.HELD and not submission.findings.holding().exists():
        _let_past(submission, by=by, note="All findings were cleared.")


def _let_past(submission: Submission, *, by: User, note: str) -> None:
    _require_held(submission, Status.CHECKED)
    holding = SubmissionFinding.objects.filter(submission=submission).holding()
    unscanned = submission.attachments.filter(scan=Attachment.Scan.NOT_SCANNED)
    if holding.filter(code__in=NEVER_RELEASED).exists() or (
        settings.CLAMD_URL and unscanned.exists()
    ):
        raise NotReadyError(
            "You cannot clear a file that has a virus, was not scanned or is missing."
        )
    for attachment in submission.attachments.all():
        _to_archive(attachment)
    submission.attachments.update(archived=True)
    submission.move_to(Status.CHECKED, by=by, note=note)
    _settle(submission, by=by, note=note, but=(SubmissionFinding.Stage.NAMES,))
    ask("prepare", submission.pk)


def _require_held(submission: Submission, onward: Status) -> None:
    """Raise unless the submission is held; the lifecycle would allow jobs to move others."""
    if not is_open("release", submission.status):
        raise MoveNotAllowedError(submission.get_status_display(), onward.label)


def _settle(submission: Submission, *, by: User, note: str, but: Sequence[str]) -> None:
    """Settle all open findings but those of some stages."""
    holding = SubmissionFinding.objects.filter(submission=submission).holding()
    settled = holding.exclude(stage__in=but)
    count = settled.update(settled_at=timezone.now(), settled_by=by, settled_note=note[:500])
    record("findings settled", submission, by=by, inquiry=submission.inquiry_id, findings=count)
