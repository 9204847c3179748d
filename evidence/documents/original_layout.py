"""The original layout of a word-processing file as a PDF, for clerks: made when one asks to see it.

LibreOffice needs several times longer for it than everything else that is made of a file, and most
files are never looked at in this way.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.db import transaction
from django.db.models import prefetch_related_objects

from evidence.documents.errors import UnreadableFileError
from evidence.documents.libreoffice import is_installed, libreoffice_facsimile
from evidence.documents.models import Rendition
from evidence.files.file_types import Kind
from evidence.files.storage import Stored, archive, put_bytes
from evidence.jobs.models import Job
from evidence.jobs.queue import Settle, ask
from evidence.submissions.models import Attachment, Submission

JOB = "facsimile"
KINDS = frozenset({Kind.DOCX, Kind.DOC, Kind.ODT, Kind.RTF})


class Layout(StrEnum):
    """How far the original layout of a file is."""

    NONE = "none"
    ON_REQUEST = "on request"
    BEING_MADE = "being made"
    FAILED = "failed"
    READY = "ready"


def layouts(submission: Submission) -> Mapping[int, Layout]:
    """How far the original layout of each file is, by the file's position."""
    prefetch_related_objects([submission], "attachments__renditions")
    attachments = list(submission.attachments.all())
    possible = is_installed() and any(Kind(row.kind) in KINDS for row in attachments)
    jobs = Job.objects.filter(name=JOB, subject_id=submission.pk)
    job = jobs.first() if possible else None
    return {attachment.position: _layout(attachment, job) for attachment in attachments}


def _layout(attachment: Attachment, job: Job | None) -> Layout:
    if any(row.form == Rendition.Form.OFFICE for row in attachment.renditions.all()):
        return Layout.READY
    if Kind(attachment.kind) not in KINDS or not attachment.archived or not is_installed():
        return Layout.NONE
    if job is None:
        return Layout.ON_REQUEST
    live = job.state in {Job.State.WAITING, Job.State.RUNNING}
    return Layout.BEING_MADE if live else Layout.FAILED


@transaction.atomic
def request(submission: Submission) -> None:
    """Asks for the original layout of all files of a submission that have none yet."""
    if Layout.ON_REQUEST in layouts(submission).values():
        ask(JOB, submission.pk)


def facsimile(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Makes the original layout with LibreOffice, if that is installed. For clerks only."""
    made: list[tuple[Attachment, Stored]] = []
    for attachment in submission.attachments.all():
        # The original never changes, and LibreOffice never makes the same bytes twice.
        if attachment.renditions.filter(form=Rendition.Form.OFFICE).exists():
            continue
        if Kind(attachment.kind) in KINDS:
            with archive().local(attachment.sha256) as path:
                try:
                    pdf = libreoffice_facsimile(path, attachment.kind)
                except UnreadableFileError:
                    continue
            if pdf is not None:
                made.append((attachment, put_bytes(archive(), pdf)))
    with within():
        for attachment, stored in made:
            Rendition.enter(attachment, Rendition.Form.OFFICE, stored)
