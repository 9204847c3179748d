"""Hands the evidence of an inquiry to an archive: originals, renditions, data, custody, in a bag.

The originals hold everything a witness ever sent, so this asks for the strongest rights there are.
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

from evidence.bundles.archive.describe import GIVEN, custody_of, describe, inquiry_of, row_of
from evidence.bundles.archive.folder import BagFolder
from evidence.bundles.bind import Report
from evidence.custody.record import record
from evidence.decisions.models import Decision
from evidence.errors import NotReady
from evidence.files.naming import neutral
from evidence.files.shelves import archive, chunks_of
from evidence.house.face import face_of
from evidence.house.models import Rendition
from evidence.lifecycle import Disclosure, Status
from evidence.permissions import Action, require
from evidence.submissions.models import Attachment, Move, Submission, SubmissionQuerySet
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

Form = Rendition.Form
# What is the committee's.
STATUSES = frozenset({Status.ACCEPTED, Status.CORRESPONDENCE, Status.REPORTED, Status.PUBLISHED})
FOLDERS = {
    Form.HOUSE: ("house", "json"),
    Form.TEXT: ("text", "txt"),
    Form.PDF: ("pdf", "pdf"),
    Form.FACSIMILE: ("facsimile", "pdf"),
    Form.PICTURE: ("pictures", ""),
}
WITHOUT = "Confidential evidence, if there is any, is not in it."
WITH = "Confidential evidence is in it, as the data of each piece say."
ABOUT = """{inquiry}
{committee}

pieces/REFERENCE/original   the files as they were sent
pieces/REFERENCE/pdf        the pages made of them, with heading
pieces/REFERENCE/text       their words
pieces/REFERENCE/house      the numbered paragraphs as data, from which the pages are made
pieces/REFERENCE/pictures   pictures in them
pieces/REFERENCE/facsimile  pages kept as they are, of what was sent as PDF
pieces/REFERENCE/piece.json what is known of the piece: witnesses, dates, decisions, tags, files
pieces/REFERENCE/custody.json what was done with it, from the record of custody
metadata/                   the same as tables; the inquiry; what is left out

In it is evidence that was accepted, reported or published, and correspondence. Evidence that was
not accepted, was withdrawn or is not decided on is not in it. {confidential}
Contact details and reasons of witnesses, letters and questions to them are not in it.
Original files, and the names in the data, may say who a witness is whose name the public does not
know: the data of each piece say how it may be known.
"""


@dataclass
class Transfer:
    """What was handed over: `left_out` names files that could not be, each with its reason."""

    pieces: int = 0
    files: int = 0
    size: int = 0
    digest: str = ""
    left_out: list[tuple[str, str, str]] = field(default_factory=list)


def pieces_for(inquiry: Inquiry, *, by: User, with_confidential: bool) -> SubmissionQuerySet:
    """What of an inquiry may go to an archive, of what this person may see."""
    seen = Submission.objects.visible_to(by).filter(inquiry=inquiry, status__in=STATUSES)
    return seen if with_confidential else seen.exclude(disclosure=Disclosure.CONFIDENTIAL)


def require_rights(inquiry: Inquiry, *, by: User, with_confidential: bool) -> None:
    """Raise `NotPermitted` unless the person holds each right that a bag asks for."""
    require(by, Action.ARCHIVE, inquiry)
    require(by, Action.READ_ORIGINAL, inquiry)
    require(by, Action.SEE_IDENTITY, inquiry)
    require(by, Action.READ_CUSTODY, inquiry)
    if with_confidential:
        require(by, Action.READ_CONFIDENTIAL, inquiry)


def write(
    pieces: SubmissionQuerySet,
    folder: Path,
    *,
    inquiry: Inquiry,
    by: User,
    on: date,
    with_confidential: bool = False,
    report: Report = lambda *_: None,
) -> Transfer:
    """Write a bag of these pieces, as far as they may be handed over, to a new folder.

    Raises `NotPermitted`; `NotReady` if there is nothing to hand over or something is at
    `folder`. Whatever happens, a folder that is there is whole.
    """
    require_rights(inquiry, by=by, with_confidential=with_confidential)
    allowed = pieces_for(inquiry, by=by, with_confidential=with_confidential)
    chosen = list(
        pieces.filter(pk__in=allowed.values("pk"))
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
        raise NotReady("There is no evidence here that can be handed to an archive.")
    with BagFolder(folder) as bag:
        _note(chosen, inquiry, by=by)
        transfer = _fill(bag, chosen, inquiry, by=by, report=report)
        said = WITH if with_confidential else WITHOUT
        about = ABOUT.format(inquiry=inquiry, committee=inquiry.committee, confidential=said)
        bag.add("about.txt", [about.encode()])
        transfer.files, transfer.size = bag.files, bag.size
        transfer.digest = bag.seal(_facts(inquiry, on, said))
        with transaction.atomic():
            record(
                "archive bag written",
                inquiry,
                by=by,
                inquiry=inquiry,
                pieces=transfer.pieces,
                files=transfer.files,
                confidential=with_confidential,
                bag=transfer.digest,
            )
            bag.move()
    return transfer


def _note(pieces: Iterable[Submission], inquiry: Inquiry, *, by: User) -> None:
    """Write down before anything is read that the files of these pieces are handed out."""
    with transaction.atomic():
        record("archive bag begun", inquiry, by=by, inquiry=inquiry)
        for piece in pieces:
            if piece.protected:
                record(GIVEN, piece, by=by, inquiry=inquiry)


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
    bag: BagFolder, pieces: Sequence[Submission], inquiry: Inquiry, *, by: User, report: Report
) -> Transfer:
    transfer = Transfer()
    among = {piece.pk for piece in pieces}
    rows, decisions, custody = [], [], []
    for at, piece in enumerate(pieces):
        report(at, len(pieces), piece.label)
        said = describe(piece, by=by, among=among)
        files = list(_files(bag, piece, transfer))
        done = custody_of(piece)
        place = _place(piece)
        _add_json(bag, f"{place}/piece.json", {**said, "files": files})
        _add_json(bag, f"{place}/custody.json", done)
        rows.append(row_of(said))
        decisions += [{"piece": piece.label, **one} for one in said["decisions"]]
        custody += [
            {"piece": piece.label, **one, "detail": json.dumps(one["detail"], sort_keys=True)}
            for one in done
        ]
    _add_json(bag, "metadata/inquiry.json", inquiry_of(inquiry))
    left_out = [
        dict(zip(("piece", "file", "reason"), one, strict=True)) for one in transfer.left_out
    ]
    tables = {"pieces": rows, "decisions": decisions, "custody": custody, "left-out": left_out}
    for name, table in tables.items():
        if table:
            bag.add(f"metadata/{name}.csv", [_csv(table)])
    transfer.pieces = len(pieces)
    return transfer


def _files(bag: BagFolder, piece: Submission, transfer: Transfer) -> Iterator[dict[str, Any]]:
    """Put the files of a piece into the bag and say of each where it is there."""
    for attachment in piece.attachments.all():
        name = f"{_place(piece)}/original/{attachment.position}.{attachment.kind}"
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
            "renditions": list(_renditions(bag, piece, attachment, transfer)),
        }
        if fault:
            transfer.left_out.append((piece.label, name, fault))


def _renditions(
    bag: BagFolder, piece: Submission, attachment: Attachment, transfer: Transfer
) -> Iterator[dict[str, Any]]:
    made = (one for one in attachment.renditions.all() if one.form in FOLDERS)
    for rendition in sorted(made, key=lambda one: (one.form, one.name)):
        name = f"{_place(piece)}/{_name(rendition, attachment.position)}"
        if fault := _stale(piece, attachment, rendition) or _copy(bag, name, rendition.sha256):
            transfer.left_out.append((piece.label, name, fault))
            continue
        yield {
            "form": rendition.form,
            "file": f"data/{name}",
            "sha256": rendition.sha256,
            "size": rendition.size,
            "pages": rendition.pages,
        }


def _stale(piece: Submission, attachment: Attachment, rendition: Rendition) -> str:
    face = face_of(piece, position=attachment.position).digest()
    if rendition.form == Form.PDF and rendition.face != face:
        return "Its pages are being made again: they bear a heading that no longer holds."
    return ""


def _copy(bag: BagFolder, name: str, sha256: str) -> str:
    """Why the file could not be put into the bag; empty if it was."""
    try:
        with archive().read(sha256) as stream:
            member = bag.add(name, chunks_of(stream))
    except FileNotFoundError:
        return "It is missing on the shelf."
    if member.sha256 != sha256:
        bag.take_back(member)
        return "It is damaged on the shelf."
    return ""


def _place(piece: Submission) -> str:
    return f"pieces/{PurePosixPath(neutral(piece.label, 'x')).stem}"


def _name(rendition: Rendition, position: int) -> str:
    folder, ending = FOLDERS[Form(rendition.form)]
    if rendition.form == Form.PICTURE:
        inside = PurePosixPath(rendition.name)
        return f"{folder}/{position}-{neutral(inside.stem, inside.suffix.lstrip('.'))}"
    return f"{folder}/{position}.{ending}"


def _add_json(bag: BagFolder, name: str, said: object) -> None:
    written = json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True)
    bag.add(name, [written.encode()])


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """For a spreadsheet; no cell can run as a formula. The JSON beside it says the same."""
    out = io.StringIO()
    writer = safe_csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow(row.values())
    return out.getvalue().encode("utf-8-sig")
