"""The decisions of a meeting, one row for each submission."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from evidence.decisions.models import ABOUT_ACCEPTANCE, DISCLOSURE_OF, Act, Decision, Meeting
from evidence.decisions.propose import waits_for_second_clerk
from evidence.intake.models import SubmissionFinding
from evidence.submissions.models import Submission, SubmissionWitness
from inquiry.people.models import User

IS_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass
class Row:
    """All proposals for one submission, or all decisions on it."""

    submission: Submission
    names: str
    reasons: str
    # Uncleared findings that may identify the witness.
    names_open: int = 0
    decisions: list[Decision] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The value of the row's checkbox: the keys of the decisions it shows."""
        return "-".join(decision.pk.hex for decision in self.decisions)

    @property
    def acceptance(self) -> Decision | None:
        return self._of(ABOUT_ACCEPTANCE)

    @property
    def publication(self) -> Decision | None:
        return self._of(DISCLOSURE_OF)

    @property
    def report(self) -> Decision | None:
        return self._of([Act.REPORT])

    @property
    def notes(self) -> Sequence[str]:
        """The recommendations, without repeats."""
        return list(dict.fromkeys(decision.note for decision in self.decisions if decision.note))

    @property
    def freer_reason(self) -> str:
        return next((row.freer_reason for row in self.decisions if row.freer_reason), "")

    @property
    def waits_for_second_clerk(self) -> bool:
        return any(waits_for_second_clerk(row, self.submission) for row in self.decisions)

    @property
    def proposed_by(self) -> Sequence[User]:
        return list(dict.fromkeys(decision.proposed_by for decision in self.decisions))

    def _of(self, acts: Iterable[Act]) -> Decision | None:
        wanted = frozenset(acts)
        return next((row for row in self.decisions if row.act in wanted), None)


def proposed_rows(meeting: Meeting, reader: User) -> list[Row]:
    """What is proposed in the inquiry of this meeting, in the order of receipt."""
    proposed = Decision.objects.proposed().filter(submission__inquiry=meeting.inquiry_id)
    return _rows(proposed, reader)


def decided_rows(meeting: Meeting, reader: User) -> list[Row]:
    """What this meeting decided."""
    return _rows(Decision.objects.filter(meeting=meeting), reader)


def ticked(values: Iterable[str]) -> list[UUID]:
    """The keys of the decisions of the ticked rows."""
    return [UUID(key) for value in values for key in value.split("-") if IS_KEY.fullmatch(key)]


def _rows(decisions: QuerySet[Decision], reader: User) -> list[Row]:
    rows: dict[object, Row] = {}
    named = dict(
        SubmissionFinding.objects.filter(
            stage=SubmissionFinding.Stage.NAMES, submission__in=decisions.values("submission")
        )
        .holding()
        .values_list("submission")
        .annotate(Count("pk"))
    )
    links = SubmissionWitness.objects.select_related("witness")
    for decision in (
        decisions.select_related("proposed_by", "submission__inquiry", "submission__request")
        .prefetch_related(Prefetch("submission__witness_links", links))
        .order_by("submission__received_at", "submission_id", "proposed_at", "pk")
    ):
        submission = decision.submission
        if submission.pk not in rows:
            rows[submission.pk] = Row(
                submission,
                submission.names_for(reader),
                submission.reasons_for(reader),
                names_open=named.get(submission.pk, 0),
            )
        rows[submission.pk].decisions.append(decision)
    return list(rows.values())
