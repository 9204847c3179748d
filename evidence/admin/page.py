"""All that the page of a piece at the desk shows, for one reader."""

from itertools import groupby
from typing import Any

from evidence.admin import acts
from evidence.admin.proposals import proposals_of
from evidence.custody.models import Entry
from evidence.house.findings import meaning
from evidence.house.models import Rendition
from evidence.intake.models import Finding
from evidence.letters.models import Letter
from evidence.lifecycle import Status
from evidence.naming import one_line
from evidence.permissions import Action, may
from evidence.publication.publish import corrected_since
from evidence.queries.models import Query, Withdrawal
from evidence.submissions.models import Submission
from evidence.tagging.models import InstitutionTag, Standing
from evidence.tasks import failed
from evidence.work.models import Step
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme

FLOW = ("received", "checked", "prepared", "accepted", "reported", "published")


def describe(piece: Submission, reader: User) -> dict[str, Any]:
    """The context of `admin/piece.html`. Holds only what this reader may know."""
    knows = piece.shows_identity_to(reader)
    original = piece.shows_original_to(reader)
    return {
        "title": piece.label,
        "piece": piece,
        "names": piece.names_for(reader),
        "knows_identity": knows,
        "flow": _flow(piece),
        "groups": [
            (group, list(members))
            for group, members in groupby(acts.open_to(reader, piece), key=lambda act: act.group)
        ],
        "findings": _findings(piece, reader) if piece.shows_findings_to(reader) else None,
        "may_settle": may(reader, Action.CHECK, piece.inquiry_id),
        "files": _files(piece, original=original),
        "shows_original": original,
        "contacts": (
            [link.witness for link in piece.witness_links.select_related("witness__contact")]
            if piece.shows_contact_to(reader)
            else None
        ),
        "reasons": piece.reasons_for(reader),
        "from_witness": (
            _from_witness(piece) if may(reader, Action.READ_CONTACT, piece.inquiry_id) else None
        ),
        # What clerks note about a piece may name its witness, as what the checks found may.
        "shows_notes": piece.shows_findings_to(reader),
        "may_tag": may(reader, Action.TAG, piece.inquiry_id),
        "tags": _tags(piece, reader),
        "all_institutions": Institution.objects.all(),
        "all_themes": Theme.objects.used_in(piece.inquiry),
        "all_states": State.objects.all(),
        "parts": InstitutionTag.Part.choices,
        **proposals_of(piece, reader),
        "corrected_since_published": corrected_since(piece),
        "moves": piece.moves.select_related("by"),
        "letters": (
            Letter.objects.filter(submission=piece)
            if may(reader, Action.WRITE, piece.inquiry_id)
            else None
        ),
        "custody": (
            Entry.objects.filter(
                subject_type="submission", subject_id=str(piece.pk)
            ).select_related("by")[:100]
            if may(reader, Action.READ_CUSTODY, piece.inquiry_id)
            else None
        ),
        "working": Step.objects.filter(subject_id=piece.pk).unsettled(),
        "failed_jobs": failed.about(piece, reader),
        "show_save_and_add_another": False,
        "show_save_and_continue": False,
    }


def _from_witness(piece: Submission) -> dict[str, Any]:
    """What the witness told us besides the evidence, for those who read contact details."""
    return {
        "statement": getattr(piece, "statement", None),
        "queries": Query.objects.filter(submission=piece).select_related("asked_by"),
        "withdrawal": Withdrawal.objects.waiting().filter(submission=piece).first(),
    }


def _findings(piece: Submission, reader: User) -> list[tuple[Finding, str]]:
    """What was found, what holds the piece first, each with what its code means."""
    found = piece.findings.shown_to(reader).select_related("attachment", "settled_by")
    order = {"hold": 0, "warn": 1, "info": 2}
    rows = [(finding, meaning(finding)) for finding in found]
    return sorted(rows, key=lambda row: (bool(row[0].settled_at), order[row[0].severity]))


def _flow(piece: Submission) -> list[tuple[str, str]]:
    """The stations of the usual way, each past, here, or ahead; a side track takes its place."""
    status = piece.status
    reached = {move.after for move in piece.moves.all()} | {status}
    stations = [
        (name.capitalize(), "here" if name == status else "past" if name in reached else "ahead")
        for name in FLOW
    ]
    if status not in FLOW:
        stations.append((piece.get_status_display(), "here"))
    elif status != Status.PUBLISHED and Status.PUBLISHED in reached:
        stations[-1] = ("Taken down", "here")
    return stations


def _files(piece: Submission, *, original: bool) -> list[dict[str, Any]]:
    files = []
    for attachment in piece.attachments.prefetch_related("renditions"):
        made = {rendition.form: rendition for rendition in attachment.renditions.all()}
        files.append(
            {
                "attachment": attachment,
                # The name a witness gave the file may tell who they are.
                "name": one_line(attachment.name) if original else "",
                "pdf": made.get(Rendition.Form.PDF),
                "office": made.get(Rendition.Form.OFFICE) if original else None,
            }
        )
    return files


def _tags(piece: Submission, reader: User) -> dict[str, list[Any]]:
    kinds = {
        "institution": piece.institution_tags.known_to(reader).select_related("institution"),
        "theme": piece.theme_tags.select_related("theme"),
        "state": piece.state_tags.select_related("state"),
    }
    rows = [(kind, tag) for kind, tags in kinds.items() for tag in tags]
    return {
        "accepted": [row for row in rows if row[1].standing == Standing.ACCEPTED],
        "suggested": [row for row in rows if row[1].standing == Standing.SUGGESTED],
    }
