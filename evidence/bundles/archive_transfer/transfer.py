"""Writes the evidence of an inquiry to a bag: originals, renditions, data and custody entries.

The originals contain everything a witness sent, so a transfer requires the strongest rights.
Contact details, reasons, letters and questions to witnesses are never in it.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from defusedcsv import csv as safe_csv
from django.db import transaction
from django.db.models import Prefetch

from evidence.bundles.archive_transfer.bagit_writer import BagFolder
from evidence.bundles.archive_transfer.metadata import (
    GIVEN,
    custody_of,
    describe,
    inquiry_of,
    row_of,
)
from evidence.bundles.build.volumes import Report
from evidence.custody.record import record
from evidence.decisions.models import Decision
from evidence.documents.heading import submission_heading
from evidence.documents.models import Rendition
from evidence.errors import NotReadyError
from evidence.files.download_names import neutral
from evidence.files.storage import archive, chunks_of
from evidence.lifecycle import Disclosure, Status
from evidence.permissions import Action, require
from evidence.submissions.models import Attachment, Move, Submission, SubmissionQuerySet
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

Form = Rendition.Form
# Statuses of submissions that belong to the committee.
STATUSES = frozenset({Status.ACCEPTED, Status.CORRESPONDENCE, Status.REPORTED, Status.PUBLISHED})
FOLDERS = {
    Form.DOCUMENT: ("document", "json"),
    Form.TEXT: ("text", "txt"),
    Form.PDF: ("pdf", "pdf"),
    Form.FACSIMILE: ("facsimile", "pdf"),
    Form.PICTURE: ("pictures", ""),
}
WITHOUT = "Confidential evidence, if there is any, is not in it."
WITH = "Confidential evidence is in it, as the data of each submission say."
ABOUT = """{inquiry}
{committee}

submissions/REFERENCE/original   the files as they were sent
submissions/REFERENCE/pdf        the pages made of them, with heading
submissions/REFERENCE/text       their words
submissions/REFERENCE/document   the numbered paragraphs as data, from which the pages are made
submissions/REFERENCE/pictures   pictures in them
submissions/REFERENCE/facsimile  pages kept as they are, of what was sent as PDF
submissions/REFERENCE/submission.json what is known of the submission: witnesses, dates, decisions,
tags, files submissions/REFERENCE/custody.json what was done with it, from the record of custody
metadata/                   the same as tables; the inquiry; what is left out

In it is evidence that was accepted, reported or published, and correspondence. Evidence that was
not accepted, was withdrawn or is not decided on is not in it. {confidential}
Contact details and reasons of witnesses, letters and questions to them are not in it.
Original files, and the names in the data, may say who a witness is whose name the public does not
know: the data of each submission say how it may be known.
"""


@dataclass
class Transfer:
    """What was transferred. `left_out` names files that could not be, each with the reason."""

    submissions: int = 0
    files: int = 0
    size: int = 0
    digest: str = ""
    left_out: list[tuple[str, str, str]] = field(default_factory=list)


def submissions_for(inquiry: Inquiry, *, by: User, with_confidential: bool) -> SubmissionQuerySet:
    """The submissions of an inquiry that may go to an archive and that this person may see."""
    matches = Submission.objects.visible_to(by).filter(inquiry=inquiry, status__in=STATUSES)
    return matches if with_confidential else matches.exclude(disclosure=Disclosure.CONFIDENTIAL)


def require_rights(inquiry: Inquiry, *, by: User, with_confidential: bool) -> None:
    """Raise `NotPermittedError` unless the person holds each right that a bag asks for."""
    require(by, Action.ARCHIVE, inquiry)
    require(by, Action.READ_ORIGINAL, inquiry)
    require(by, Action.SEE_IDENTITY, inquiry)
    require(by, Action.READ_CUSTODY, inquiry)
    if with_confidential:
        require(by, Action.READ_CONFIDENTIAL, inquiry)


def write(
    submissions: SubmissionQuerySet,
    folder: Path,
    *,
    inquiry: Inquiry,
    by: User,
    on: date,
    with_confidential: bool = False,
    report: Report = lambda *_: None,
) -> Transfer:
    """Write a bag of those of these submissions that may be transferred, to a new folder.

    Raises `NotPermittedError`; `NotReadyError` if there is nothing to transfer or `folder` exists.
    A folder that exists afterwards is complete, even if the run is interrupted.
    """
    require_rights(inquiry, by=by, with_confidential=with_confidential)
    allowed = submissions_for(inquiry, by=by, with_confidential=with_confidential)
    chosen = list(
        submissions.filter(pk__in=allowed.values("pk"))
        .select_related("inquiry__committee", "disclosure_meeting", "supplements")
        .with_witnesses()
        .prefetch_related(
            "attachments__renditions",
            "questions",
            Prefetch("decisions", Decision.objects.select_related("proposed_by", "meeting")),
            Prefetch("moves", Move.objects.select_related("by")),
        )
        .order_by("received_at", "pk")
    )
    if not chosen:
        raise NotReadyError("There is no evidence here that can be handed to an archive.")
    with BagFolder(folder) as bag:
        _note(chosen, inquiry, by=by)
        transfer = _fill(bag, chosen, inquiry, by=by, report=report)
        note = WITH if with_confidential else WITHOUT
        about = ABOUT.format(inquiry=inquiry, committee=inquiry.committee, confidential=note)
        bag.add("about.txt", [about.encode()])
        transfer.files, transfer.size = bag.files, bag.size
        transfer.digest = bag.seal(_facts(inquiry, on, note))
        with transaction.atomic():
            record(
                "archive bag written",
                inquiry,
                by=by,
                inquiry=inquiry,
                submissions=transfer.submissions,
                files=transfer.files,
                confidential=with_confidential,
                bag=transfer.digest,
            )
            bag.move()
    return transfer


def _note(submissions: Iterable[Submission], inquiry: Inquiry, *, by: User) -> None:
    """Record in custody, before anything is read, that these submissions are transferred."""
    with transaction.atomic():
        record("archive bag begun", inquiry, by=by, inquiry=inquiry)
        for submission in submissions:
            if submission.protected:
                record(GIVEN, submission, by=by, inquiry=inquiry)


def _facts(inquiry: Inquiry, on: date, confidential: str) -> dict[str, str]:
    return {
        "Source-Organization": f"{inquiry.committee.name}, {inquiry.committee.house}",
        "Contact-Email": inquiry.committee.email,
        "External-Description": f"Evidence of the inquiry “{inquiry.title}”. {confidential}",
        "Bagging-Date": on.isoformat(),
        "External-Identifier": inquiry.hc_number,
        "Internal-Sender-Identifier": inquiry.code,
    }


def _fill(
    bag: BagFolder, submissions: Sequence[Submission], inquiry: Inquiry, *, by: User, report: Report
) -> Transfer:
    transfer = Transfer()
    among = {submission.pk for submission in submissions}
    rows, decisions, custody = [], [], []
    for at, submission in enumerate(submissions):
        report(at, len(submissions), submission.label)
        description = describe(submission, by=by, among=among)
        files = list(_files(bag, submission, transfer))
        done = custody_of(submission)
        place = _place(submission)
        _add_json(bag, f"{place}/submission.json", {**description, "files": files})
        _add_json(bag, f"{place}/custody.json", done)
        rows.append(row_of(description))
        decisions += [{"submission": submission.label, **item} for item in description["decisions"]]
        custody += [
            {
                "submission": submission.label,
                **item,
                "detail": json.dumps(item["detail"], sort_keys=True),
            }
            for item in done
        ]
    _add_json(bag, "metadata/inquiry.json", inquiry_of(inquiry))
    left_out = [
        dict(zip(("submission", "file", "reason"), item, strict=True)) for item in transfer.left_out
    ]
    tables = {"submissions": rows, "decisions": decisions, "custody": custody, "left-out": left_out}
    for name, table in tables.items():
        if table:
            bag.add(f"metadata/{name}.csv", [_csv(table)])
    transfer.submissions = len(submissions)
    return transfer


def _files(bag: BagFolder, submission: Submission, transfer: Transfer) -> Iterator[dict[str, Any]]:
    """Add the files of a submission to the bag; return where each one is in it."""
    for attachment in submission.attachments.all():
        name = f"{_place(submission)}/original/{attachment.position}.{attachment.kind}"
        fault = (
            _copy(bag, name, attachment.sha256)
            if attachment.archived
            else "It was not let past the checks."
        )
        yield {
            "position": attachment.position,
            "name_as_sent": attachment.name,
            "kind": attachment.kind,
            "sha256": attachment.sha256,
            "size": attachment.size,
            "virus_scan": attachment.scan,
            "file": None if fault else f"data/{name}",
            "renditions": list(_renditions(bag, submission, attachment, transfer)),
        }
        if fault:
            transfer.left_out.append((submission.label, name, fault))


def _renditions(
    bag: BagFolder, submission: Submission, attachment: Attachment, transfer: Transfer
) -> Iterator[dict[str, Any]]:
    made = (candidate for candidate in attachment.renditions.all() if candidate.form in FOLDERS)
    for rendition in sorted(made, key=lambda candidate: (candidate.form, candidate.name)):
        name = f"{_place(submission)}/{_name(rendition, attachment.position)}"
        if fault := _stale(submission, attachment, rendition) or _copy(bag, name, rendition.sha256):
            transfer.left_out.append((submission.label, name, fault))
            continue
        yield {
            "form": rendition.form,
            "file": f"data/{name}",
            "sha256": rendition.sha256,
            "size": rendition.size,
            "pages": rendition.pages,
        }


def _stale(submission: Submission, attachment: Attachment, rendition: Rendition) -> str:
    due = submission_heading(submission, position=attachment.position).digest()
    if rendition.form == Form.PDF and rendition.heading_digest != due:
        return "Its pages are being made again: they bear a heading that no longer holds."
    return ""


def _copy(bag: BagFolder, name: str, sha256: str) -> str:
    """Copy a file into the bag. Returns why that was not possible, or an empty string."""
    try:
        with archive().read(sha256) as stream:
            member = bag.add(name, chunks_of(stream))
    except FileNotFoundError:
        return "It is missing in storage."
    if member.sha256 != sha256:
        bag.take_back(member)
        return "It is damaged in storage."
    return ""


def _place(submission: Submission) -> str:
    return f"submissions/{PurePosixPath(neutral(submission.label, 'x')).stem}"


def _name(rendition: Rendition, position: int) -> str:
    folder, ending = FOLDERS[Form(rendition.form)]
    if rendition.form == Form.PICTURE:
        inside = PurePosixPath(rendition.name)
        return f"{folder}/{position}-{neutral(inside.stem, inside.suffix.lstrip('.'))}"
    return f"{folder}/{position}.{ending}"


def _add_json(bag: BagFolder, name: str, content: object) -> None:
    written = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    bag.add(name, [written.encode()])


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """A CSV in which no cell can run as a formula. The JSON beside it has the same content."""
    out = io.StringIO()
    writer = safe_csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow(row.values())
    return out.getvalue().encode("utf-8-sig")
