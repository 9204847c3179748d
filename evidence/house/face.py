"""The face a piece shows to the world: heading, reference, date. Names only whom it may."""

import hashlib
import json
from dataclasses import asdict

from evidence.house.render import Face as Heading
from evidence.submissions.models import Submission

# Raised when the look of the pages changes, so that they are made again.
LOOK = 1
OPENING = {
    Submission.Sort.WRITTEN: "Written evidence submitted by",
    Submission.Sort.SUPPLEMENTARY: "Supplementary written evidence submitted by",
    Submission.Sort.CORRESPONDENCE: "Correspondence from",
}


class Face(Heading):
    """A heading that can say whether pages bear it already."""

    def digest(self) -> str:
        written = json.dumps([LOOK, asdict(self)], sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()


def face_of(submission: Submission, *, position: int) -> Face:
    """The face of one file of a piece as its effective disclosure has it.

    Such as “Written evidence submitted by Dr A. Name, Reader in Law, University of X (FIA0012)”.
    """
    reference = submission.reference or ""
    return Face(
        committee=submission.inquiry.committee.name,
        inquiry=submission.inquiry.title,
        heading=heading_of(
            Submission.Sort(submission.sort),
            submission.heading_names(),
            reference=reference,
            position=position,
        ),
        reference=reference,
        date=f"{submission.received_at:%B %Y}",
    )


def heading_of(sort: Submission.Sort, names: str, *, reference: str = "", position: int = 0) -> str:
    """The heading of one file of a piece by these names; the document has position 0."""
    tail = f" ({reference})" if reference else ""
    heading = f"{OPENING[sort]} {names}{tail}"
    return f"Annex {position} to {heading[0].lower()}{heading[1:]}" if position else heading
