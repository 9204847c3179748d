"""What the public would see of a submission if it were published now."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from evidence.documents.heading import submission_heading
from evidence.documents.models import Rendition
from evidence.errors import EvidenceError, NotReadyError
from evidence.permissions import Action, require
from evidence.publication.models import Publication
from evidence.publication.publish import NoNumberError, check_ready, publish
from evidence.submissions.models import Submission
from inquiry.people.models import User


@dataclass(frozen=True)
class Preview:
    """A submission as it would be published, or the `problem` that prevents it."""

    submission: Submission
    heading: str
    files: Sequence[Rendition]
    problem: str = ""
    needs_number: bool = False
    """Whether only its evidence number, and pages with it, are missing."""

    @property
    def digest(self) -> str:
        """Changes whenever what the public would see changes."""
        shown = [
            self.heading,
            self.submission.title,
            *(f"{file.attachment_id} {file.sha256}" for file in self.files),
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def preview(submission: Submission, *, by: User) -> Preview:
    """What would become public, for a clerk who may publish it. Raises `NotPermittedError`."""
    require(by, Action.PUBLISH, submission.inquiry_id)
    files = Rendition.objects.filter(submission=submission, form=Rendition.Form.PDF)
    problem, needs_number = "", False
    try:
        check_ready(submission)
    except NoNumberError as refusal:
        problem, needs_number = str(refusal), True
    except EvidenceError as refusal:
        problem = str(refusal)
    return Preview(
        submission,
        submission_heading(submission, position=0).heading,
        list(files.select_related("attachment").order_by("attachment__position")),
        problem,
        needs_number,
    )


def previews(submissions: Iterable[Submission], *, by: User) -> list[Preview]:
    """A preview of each; those this person cannot publish come last."""
    shown = []
    for submission in submissions:
        try:
            shown.append(preview(submission, by=by))
        except EvidenceError as refusal:
            shown.append(Preview(submission, "", (), str(refusal)))
    return sorted(shown, key=lambda row: bool(row.problem))


@transaction.atomic
def publish_as_seen(submission: Submission, digest: str, *, by: User) -> Publication:
    """Publish if the preview still has the `digest` the clerk was shown.

    Raises `NotReadyError` if it has changed since, otherwise as `publish`.
    """
    locked = Submission.objects.select_for_update(of=("self",)).select_related("inquiry__committee")
    submission = locked.get(pk=submission.pk)
    shown = preview(submission, by=by)
    if not shown.problem and shown.digest != digest:
        raise NotReadyError(f"{submission.label} has changed since you checked it. Check it again.")
    return publish(submission, by=by)
