"""The context of a submission's page at the desk, for one reader."""

from itertools import groupby
from typing import Any

from django.db.models import prefetch_related_objects

from evidence.admin import buttons
from evidence.admin.proposals import proposals_of
from evidence.custody.models import CustodyEntry
from evidence.documents import original_layout
from evidence.documents.models import Rendition
from evidence.documents.original_layout import Layout
from evidence.families.browse import family_of
from evidence.intake.models import SubmissionFinding
from evidence.jobs.models import Job
from evidence.letters.models import Letter
from evidence.lifecycle import Status
from evidence.permissions import Action, may
from evidence.publication.publish import corrected_since
from evidence.submissions.models import Submission
from evidence.tagging.models import InstitutionTag, Standing
from evidence.tasks import failed_jobs
from evidence.tasks.registry import JOBS
from evidence.text_input import one_line
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme

FLOW = ("received", "checked", "prepared", "accepted", "reported", "published")


def describe(submission: Submission, reader: User) -> dict[str, Any]:
    """The context of `admin/submission.html`; only what this reader may see."""
    knows = submission.shows_identity_to(reader)
    original = submission.shows_original_to(reader)
    return {
        "title": submission.label,
        "submission": submission,
        "names": submission.names_for(reader),
        "knows_identity": knows,
        "flow": _flow(submission),
        "groups": [
            (group, list(members))
            for group, members in groupby(
                buttons.open_to(reader, submission), key=lambda act: act.group
            )
        ],
        "findings": findings_of(submission, reader),
        "may_settle": may(reader, Action.CHECK, submission.inquiry_id),
        "files": files_of(submission, original=original),
        "shows_original": original,
        "contacts": (
            list(submission.witness_links.select_related("witness__contact"))
            if submission.shows_contact_to(reader)
            else None
        ),
        "reasons": submission.reasons_for(reader),
        "from_witness": (
            _from_witness(submission)
            if may(reader, Action.READ_CONTACT, submission.inquiry_id)
            else None
        ),
        # Clerks' notes may name the witness, as findings may.
        "shows_notes": submission.shows_findings_to(reader),
        "may_tag": may(reader, Action.TAG, submission.inquiry_id),
        "tags": tags_of(submission, reader),
        "all_institutions": Institution.objects.all(),
        "all_themes": Theme.objects.used_in(submission.inquiry),
        "all_states": State.objects.all(),
        "parts": InstitutionTag.Part.choices,
        **proposals_of(submission, reader),
        "family": family_of(submission, reader),
        "corrected_since_published": corrected_since(submission),
        "moves": submission.moves.select_related("by"),
        "letters": (
            Letter.objects.filter(submission=submission)
            if may(reader, Action.WRITE, submission.inquiry_id)
            else None
        ),
        "custody": (
            CustodyEntry.objects.filter(
                subject_type="submission", subject_id=str(submission.pk)
            ).select_related("by")[:100]
            if may(reader, Action.READ_CUSTODY, submission.inquiry_id)
            else None
        ),
        "working": [
            (job, _task(job)) for job in Job.objects.filter(subject_id=submission.pk).unsettled()
        ],
        "failed_jobs": failed_jobs.about(submission, reader),
        "show_save_and_add_another": False,
        "show_save_and_continue": False,
    }


def _from_witness(submission: Submission) -> dict[str, Any]:
    """What the witness told us besides the evidence."""
    request = getattr(submission, "request", None)
    return {
        "statement": getattr(submission, "statement", None),
        "note": request.note if request else "",
        "questions": WitnessQuestion.objects.filter(submission=submission).select_related(
            "asked_by"
        ),
        "withdrawal": WithdrawalRequest.objects.waiting().filter(submission=submission).first(),
    }


def findings_of(submission: Submission, reader: User) -> list[SubmissionFinding] | None:
    """Findings, most severe first and cleared ones last; None for who may not see them."""
    if not submission.shows_findings_to(reader):
        return None
    findings = submission.findings.shown_to(reader).select_related("attachment", "settled_by")
    order = {"hold": 0, "warn": 1, "info": 2}
    return sorted(findings, key=lambda row: (bool(row.settled_at), order[row.severity]))


def _task(job: Job) -> str:
    """What a job does, to follow a colon: “suggesting tags”."""
    title = JOBS[job.name].title
    return title[0].lower() + title[1:]


def _flow(submission: Submission) -> list[tuple[str, str]]:
    """The statuses of the usual flow, each "past", "here" or "ahead"."""
    status = submission.status
    reached = {move.after for move in submission.moves.all()} | {status}
    stations = [
        (name.capitalize(), "here" if name == status else "past" if name in reached else "ahead")
        for name in FLOW
    ]
    if status not in FLOW:
        stations.append((submission.get_status_display(), "here"))
    elif status != Status.PUBLISHED and Status.PUBLISHED in reached:
        stations[-1] = ("Taken down", "here")
    return stations


def files_of(submission: Submission, *, original: bool) -> list[dict[str, Any]]:
    """The files with what was made of each; their names only if the reader may see the original."""
    files = []
    prefetch_related_objects([submission], "attachments__renditions")
    layouts = original_layout.layouts(submission) if original else {}
    for attachment in submission.attachments.all():
        made = {rendition.form: rendition for rendition in attachment.renditions.all()}
        files.append(
            {
                "attachment": attachment,
                # A file name may identify the witness.
                "name": one_line(attachment.name) if original else "",
                "pdf": made.get(Rendition.Form.PDF),
                "layout": layouts.get(attachment.position, Layout.NONE),
            }
        )
    return files


def tags_of(submission: Submission, reader: User) -> dict[str, list[Any]]:
    """Tags as (kind, tag), by standing, as far as the reader may see them."""
    kinds = {
        "institution": submission.institution_tags.known_to(reader).select_related("institution"),
        "theme": submission.theme_tags.select_related("theme"),
        "state": submission.state_tags.select_related("state"),
    }
    rows = [(kind, tag) for kind, tags in kinds.items() for tag in tags]
    return {
        "accepted": [row for row in rows if row[1].standing == Standing.ACCEPTED],
        "suggested": [row for row in rows if row[1].standing == Standing.SUGGESTED],
    }
