"""The data of a submission for an archive: complete, in a fixed order, without contact details.

Names are shown as the person who makes the transfer may see them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from evidence.custody.models import CustodyEntry
from evidence.permissions import Person
from evidence.submissions.models import Submission
from evidence.tagging.models import Standing
from inquiry.calls.models import Inquiry

# Entries about transfers are left out, so that a second bag equals the first.
GIVEN = "given to the archive"


def describe(submission: Submission, *, by: Person, among: Collection[UUID]) -> dict[str, Any]:
    """The data of a submission without its files. Other submissions are named only if they are
    `among` those transferred."""
    supplements = submission.supplements if submission.supplements_id in among else None
    return {
        "reference": submission.reference,
        "receipt": submission.receipt,
        "title": submission.title,
        "kind": submission.get_kind_display(),
        "supplements": supplements.label if supplements else None,
        "witnesses": _witnesses(submission, by),
        "known_as": submission.heading_names(),
        "received_at": _moment(submission.received_at),
        "received_by": submission.get_channel_display(),
        "late": submission.late,
        "status": submission.status,
        "status_since": _moment(submission.status_since),
        "disclosure": {
            "now": submission.disclosure,
            "asked_for": submission.disclosure_requested,
            "decided": submission.disclosure_decided,
            "decided_at_meeting": submission.disclosure_meeting
            and submission.disclosure_meeting.number,
        },
        "questions": sorted(question.number for question in submission.questions.all()),
        "tags": _tags(submission, by),
        "decisions": [
            {
                "act": decision.act,
                "state": decision.state,
                "note": decision.note,
                "proposed_by": decision.proposed_by.get_username(),
                "proposed_at": _moment(decision.proposed_at),
                "meeting": decision.meeting and decision.meeting.number,
                "decided_at": _moment(decision.decided_at),
            }
            for decision in submission.decisions.all()
        ],
        "moves": [
            {
                "before": move.before,
                "after": move.after,
                "by": move.by and move.by.get_username(),
                "at": _moment(move.made_at),
                "note": move.note,
            }
            for move in submission.moves.all()
        ],
        "publications": [
            {
                "heading": publication.heading,
                "published_at": _moment(publication.published_at),
                "ended_at": _moment(publication.ended_at),
                "ended_because": publication.ended_note,
            }
            for publication in submission.publications.order_by("published_at", "pk")
        ],
        "words": submission.words,
        "pages": submission.pages,
    }


def row_of(description: dict[str, Any]) -> dict[str, Any]:
    """The submission as a row of the index table."""
    return {
        "reference": description["reference"] or description["receipt"],
        "title": description["title"],
        "kind": description["kind"],
        "witnesses": "; ".join(description["witnesses"]),
        "known as": description["known_as"],
        "received": description["received_at"],
        "status": description["status"],
        "disclosure": description["disclosure"]["now"],
        "institutions": "; ".join(
            institution["name"] for institution in description["tags"]["institutions"]
        ),
        "themes": "; ".join(description["tags"]["themes"]),
        "states": "; ".join(description["tags"]["states"]),
        "words": description["words"],
        "pages": description["pages"],
    }


def custody_of(submission: Submission) -> list[dict[str, Any]]:
    """The custody entries of a submission, in order, with their digests."""
    entries = CustodyEntry.objects.filter(subject_type="submission", subject_id=str(submission.pk))
    return [
        {
            "sequence": entry.sequence,
            "at": _moment(entry.at),
            "act": entry.act,
            "by": entry.by and entry.by.get_username(),
            "detail": entry.detail,
            "digest": entry.digest,
        }
        for entry in entries.exclude(act=GIVEN).select_related("by").order_by("sequence")
    ]


def inquiry_of(inquiry: Inquiry) -> dict[str, Any]:
    return {
        "committee": inquiry.committee.name,
        "house": inquiry.committee.house,
        "inquiry": inquiry.title,
        "code": inquiry.code,
        "letters": inquiry.prefix,
        "hc_number": inquiry.hc_number,
        "part_of": inquiry.parent and inquiry.parent.title,
        "about": inquiry.scope,
        "calls": [
            {
                "title": call.title,
                "opened_at": _moment(call.opens_at),
                "closed_at": _moment(call.closes_at),
            }
            for call in inquiry.calls.order_by("opens_at", "pk")
        ],
        "questions": {
            question.number: question.text for question in inquiry.questions.order_by("number")
        },
    }


def _witnesses(submission: Submission, by: Person) -> list[str]:
    if submission.shows_identity_to(by):
        return submission.ordered_headings()
    return [submission.heading_names()]


def _tags(submission: Submission, by: Person) -> dict[str, Any]:
    known = submission.institution_tags.known_to(by).filter(standing=Standing.ACCEPTED)
    themes = submission.theme_tags.filter(standing=Standing.ACCEPTED).select_related("theme")
    states = submission.state_tags.filter(standing=Standing.ACCEPTED).select_related("state")
    return {
        "institutions": [
            {"name": tag.institution.name, "part": tag.part, "ror": tag.institution.ror_id}
            for tag in known.select_related("institution").order_by("institution__name", "part")
        ],
        "themes": [tag.theme.name for tag in themes],
        "states": [tag.state.name for tag in states],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
