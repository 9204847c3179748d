"""Holds a submission of which an author says that they did not agree to be named as one."""

from django.db import transaction

from evidence.errors import NotReadyError
from evidence.findings import Finding
from evidence.intake.models import SubmissionFinding
from evidence.lifecycle import Status
from evidence.submissions.models import Submission

REFUSED = "coauthor-refused"
AUTHORS = SubmissionFinding.Stage.AUTHORS
# From these it can still be held. While its files are checked, `examine` holds it afterwards.
CAN_BE_HELD = frozenset({Status.CHECKED, Status.PREPARED})


@transaction.atomic
def hold_for_author(submission: Submission, *, name: str) -> None:
    """Add the finding, and hold the submission unless the committee has decided on it."""
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    finding = Finding(REFUSED, "hold", {"name": name})
    row = SubmissionFinding.of(finding, submission=locked, attachment=None, stage=AUTHORS)
    SubmissionFinding.save_all([row])
    if locked.status in CAN_BE_HELD:
        locked.move_to(Status.HELD, by=None, note="An author did not agree.")


def has_refusal(submission: Submission) -> bool:
    """Whether an author did not agree, and no clerk has settled that."""
    return submission.findings.filter(stage=AUTHORS).holding().exists()


def require_authors_agree(submission: Submission) -> None:
    """Raise `NotReadyError` while the answer of an author who did not agree is not settled."""
    if has_refusal(submission):
        raise NotReadyError(
            f"{submission.label}: an author says that they did not agree. Settle this under “What "
            "the checks found” first."
        )
