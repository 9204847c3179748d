"""The heading of a submission with its reference and date. It names only those who may be named."""

import hashlib
import json
from dataclasses import asdict

from evidence.documents.renderers.pdf import PageHeading as Heading
from evidence.submissions.models import Submission

# Increase this when the layout of the pages changes, so that they are made again.
LOOK = 1
OPENING = {
    Submission.Kind.WRITTEN: "Written evidence submitted by",
    Submission.Kind.SUPPLEMENTARY: "Supplementary written evidence submitted by",
    Submission.Kind.CORRESPONDENCE: "Correspondence from",
}


class SubmissionHeading(Heading):
    """A heading with a digest, which shows whether pages already have it."""

    def digest(self) -> str:
        written = json.dumps([LOOK, asdict(self)], sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()


def submission_heading(submission: Submission, *, position: int) -> SubmissionHeading:
    """The heading of one file of a submission, as its effective disclosure allows.

    Such as “Written evidence submitted by Dr A. Name, Reader in Law, University of X (FIA0012)”.
    """
    reference = submission.reference or ""
    return SubmissionHeading(
        committee=submission.inquiry.committee.name,
        inquiry=submission.inquiry.title,
        heading=heading_of(
            Submission.Kind(submission.kind),
            submission.heading_names(),
            reference=reference,
            position=position,
        ),
        reference=reference,
        date=f"{submission.received_at:%B %Y}",
    )


def heading_of(kind: Submission.Kind, names: str, *, reference: str = "", position: int = 0) -> str:
    """The heading of one file of a submission with these names. The first file has position 0."""
    tail = f" ({reference})" if reference else ""
    heading = f"{OPENING[kind]} {names}{tail}"
    return f"Annex {position} to {heading[0].lower()}{heading[1:]}" if position else heading
