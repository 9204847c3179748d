"""Publishes submissions that were reported and ordered to be published, and takes them down."""

from django.db import transaction
from django.utils import timezone

from evidence.custody.record import record
from evidence.decisions.decide import check_wish
from evidence.decisions.evidence_numbers import allocate_number
from evidence.decisions.models import ACT_FOR, Act, Decision
from evidence.documents.heading import submission_heading
from evidence.documents.models import Rendition
from evidence.documents.name_check import require_clear
from evidence.errors import MoveNotAllowedError, NotReadyError
from evidence.intake.author_refusal import require_authors_agree
from evidence.jobs.models import Job
from evidence.jobs.queue import ask
from evidence.lifecycle import Disclosure, Status, check_move
from evidence.permissions import Action, require
from evidence.publication.models import Publication, PublishedFile
from evidence.submissions.models import Attachment, Submission
from evidence.workflow import is_open
from inquiry.people.models import User

Form = Rendition.Form


class NoNumberError(NotReadyError):
    """The submission needs its evidence number before it is published."""


@transaction.atomic
def publish(submission: Submission, *, by: User) -> Publication:
    """REPORTED → PUBLISHED: copy what the public sees and show it.

    Raises `NotReadyError` while no meeting ordered it to be published, while its disclosure is
    undecided or confidential, and while its pages do not have the required heading; as
    `name_check.require_clear` while a text may name a protected witness, and as `decide.check_wish`
    if it shows more than its witness asked for without a reason and a second clerk;
    `MoveNotAllowedError` for a submission that is published already.
    """
    require(by, Action.PUBLISH, submission.inquiry_id)
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry__committee")
    submission = locked.get(pk=submission.pk)
    order = check_ready(submission)
    publication = Publication.objects.create(
        submission=submission,
        decision=order,
        heading=submission_heading(submission, position=0).heading,
        names=submission.heading_names()[:1000],
        title=submission.title,
        published_at=timezone.now(),
        published_by=by,
    )
    for attachment in submission.attachments.prefetch_related("renditions"):
        _freeze(publication, attachment)
    submission.move_to(Status.PUBLISHED, by=by, note=str(order.meeting))
    return publication


@transaction.atomic
def number_for_publication(submission: Submission, *, by: User) -> None:
    """Give a submission that may be published its evidence number, and have its pages made again.

    For inquiries that number on publication. A submission that has a number keeps it. Raises as
    `publish`, except for its pages.
    """
    require(by, Action.PUBLISH, submission.inquiry_id)
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry")
    submission = locked.get(pk=submission.pk)
    check_order(submission)
    if submission.number is not None:
        return
    require_clear(submission)
    submission.number, submission.reference = allocate_number(submission.inquiry)
    submission.save(update_fields=["number", "reference"])
    record(
        "evidence number given",
        submission,
        by=by,
        inquiry=submission.inquiry_id,
        number=submission.reference,
    )
    ask("render", submission.pk)
    ask("index", submission.pk)


def check_order(submission: Submission) -> Decision:
    """The decision that ordered it to be published. Raises as `publish`, except for its pages."""
    order = submission.decisions.decided().filter(act=Act.REPORT).last()
    if order is None:
        raise NotReadyError(f"{submission.label}: no meeting has ordered it to be published.")
    disclosure = submission.disclosure_decided
    if disclosure in {None, Disclosure.CONFIDENTIAL}:
        raise NotReadyError(
            f"{submission.label} is confidential or not yet decided, so it cannot be published."
        )
    check_wish(submission, _disclosed_by(submission, str(disclosure)))
    check_move(submission.status, Status.PUBLISHED)
    return order


def check_ready(submission: Submission) -> Decision:
    """The decision that ordered it to be published. Raises as `publish`."""
    order = check_order(submission)
    if submission.number is None:
        raise NoNumberError(f"{submission.label} has no evidence number yet.")
    for attachment in submission.attachments.prefetch_related("renditions"):
        check_pages(submission, attachment)
    require_clear(submission)
    require_authors_agree(submission)
    return order


def _disclosed_by(submission: Submission, disclosure: str) -> Decision:
    """The decision that set this disclosure; an unsaved one without a reason if there is none."""
    act = ACT_FOR[disclosure]
    made = submission.decisions.decided().filter(act=act).order_by("decided_at", "id").last()
    return made or Decision(submission=submission, act=act)


def check_pages(submission: Submission, attachment: Attachment) -> dict[str, Rendition]:
    """The renditions of a file by form. Raises `NotReadyError` until its heading is right."""
    made = {rendition.form: rendition for rendition in attachment.renditions.all()}
    pdf = made.get(Form.PDF)
    due = submission_heading(submission, position=attachment.position).digest()
    if pdf is None or pdf.heading_digest != due:
        stopped = Job.objects.filter(key=f"render:{submission.pk}", state=Job.State.HELD)
        if stopped.exists():
            raise NotReadyError(
                f"{submission.label}: its pages could not be made. Retry that under “Failed and "
                "late jobs” first."
            )
        raise NotReadyError(
            f"{submission.label}: its pages are still being made. Try again shortly."
        )
    return made


def _freeze(publication: Publication, attachment: Attachment) -> None:
    made = check_pages(publication.submission, attachment)
    pdf = made[Form.PDF]
    document, text = made.get(Form.DOCUMENT), made.get(Form.TEXT)
    PublishedFile.objects.create(
        publication=publication,
        attachment=attachment,
        position=attachment.position,
        pdf_sha256=pdf.sha256,
        pdf_size=pdf.size,
        pages=pdf.pages,
        document_sha256=document.sha256 if document else "",
        text_sha256=text.sha256 if text else "",
        pictures={
            rendition.name: rendition.sha256
            for rendition in attachment.renditions.all()
            if rendition.form == Form.PICTURE
        },
    )


def corrected_since(submission: Submission) -> bool:
    """Whether the title or heading was edited after publication."""
    publication = submission.publications.current().first()
    return publication is not None and (
        publication.title != submission.title
        or publication.heading != submission_heading(submission, position=0).heading
    )


@transaction.atomic
def take_down(submission: Submission, *, by: User, note: str) -> None:
    """PUBLISHED → REPORTED: the public no longer sees it. What was shown stays on record."""
    require(by, Action.PUBLISH, submission.inquiry_id)
    if not note.strip():
        raise NotReadyError("Enter the reason for taking it down. It goes into the audit trail.")
    if not is_open("take-down", submission.status):
        raise MoveNotAllowedError(submission.get_status_display(), Status.REPORTED.label)
    submission.move_to(Status.REPORTED, by=by, note=note)
    submission.publications.current().update(
        ended_at=timezone.now(), ended_by=by, ended_note=note[:500]
    )
    record("taken down", submission, by=by, inquiry=submission.inquiry_id)
