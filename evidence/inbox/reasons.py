"""Why a submission needs a person: each reason is a condition on rows, never stored.

So each count opens exactly its list, and what is dealt with leaves by itself.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from evidence.decisions.models import Decision
from evidence.inbox.models import Mention, Note
from evidence.lifecycle import FINAL, Status
from evidence.permissions import Action, Person, inquiries_where
from evidence.submissions.models import Submission
from evidence.tagging.models import SUGGESTED, InstitutionTag, ThemeTag
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion

REPLY_DAYS = 14
"""After so many days without an answer a question to a witness is overdue."""

Rows = Callable[[Person], QuerySet[Any]]


@dataclass(frozen=True)
class Reason:
    """A reason, and the permission of those who deal with it.

    `rows` are what makes a submission need somebody, each with its `submission`; `moment` is the
    field that tells since when. Where the submission's own status is the reason, `rows` are
    submissions and `own` is the condition on them. Rows of a reason with `is_common` may be as many
    as the submissions: each submission is asked for its own, instead of making a list of all.
    """

    name: str
    label: str
    action: Action
    rows: Rows
    moment: str
    path: str = "submission"
    own: Q | None = None
    is_common: bool = False

    def condition(self, reader: Person) -> Q:
        """The submissions with this reason, in inquiries in which the reader deals with it."""
        mine = Q(inquiry__in=inquiries_where(reader, self.action))
        if self.own is not None:
            return mine & self.own
        rows = self.rows(reader).order_by()
        if self.is_common:
            return mine & Q(Exists(rows.filter(**{self.path: OuterRef("pk")})))
        return mine & Q(pk__in=rows.values(self.path))

    def since(self, reader: Person, keys: Iterable[UUID]) -> Mapping[UUID, datetime.datetime]:
        """For those of these submissions with this reason: since when."""
        inquiries = inquiries_where(reader, self.action)
        prefix = "" if self.path == "pk" else f"{self.path}__"
        rows = (
            self.rows(reader)
            .order_by()
            .filter(**{f"{self.path}__in": list(keys), f"{prefix}inquiry__in": inquiries})
        )
        earliest = rows.values_list(self.path).annotate(earliest=Min(self.moment))
        return {key: _as_moment(moment) for key, moment in earliest}


def _as_moment(value: datetime.datetime | datetime.date) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    midnight = datetime.datetime.combine(value, datetime.time())
    return timezone.make_aware(midnight)


def _of_status(name: str, label: str, action: Action, own: Q) -> Reason:
    """A reason that is the submission's own status."""
    return Reason(
        name,
        label,
        action,
        lambda _reader: Submission.objects.filter(own),
        "status_since",
        "pk",
        own,
    )


def _open_proposals() -> QuerySet[Decision]:
    return Decision.objects.proposed()


def _to_confirm(reader: Person) -> QuerySet[Decision]:
    """Decisions that show more than was asked for and that another clerk proposed."""
    waiting = Decision.objects.exclude(state=Decision.State.DROPPED).exclude(freer_reason="")
    return waiting.filter(confirmed_by=None, submission__inquiry__second_clerk=True).exclude(
        proposed_by=reader.pk
    )


def _answers(_reader: Person) -> QuerySet[WitnessQuestion]:
    return WitnessQuestion.objects.filter(answered_at__isnull=False, dealt_with_at=None)


def _unanswered(_reader: Person) -> QuerySet[WitnessQuestion]:
    return WitnessQuestion.objects.filter(answered_at=None).exclude(submission__status__in=FINAL)


def _overdue(reader: Person) -> QuerySet[WitnessQuestion]:
    limit = timezone.now() - datetime.timedelta(days=REPLY_DAYS)
    return _unanswered(reader).filter(requested_at__lt=limit)


def _mentions(reader: Person) -> QuerySet[Mention]:
    return Mention.objects.filter(
        person=reader.pk, dealt_with_at=None, note__in=Note.objects.shown_to(reader)
    )


def _due_notes(reader: Person) -> QuerySet[Note]:
    return Note.objects.shown_to(reader).open().filter(due_on__lte=timezone.localdate())


def _suggested_institutions(reader: Person) -> QuerySet[Any]:
    return InstitutionTag.objects.known_to(reader).filter(SUGGESTED)


def _suggested_themes(_reader: Person) -> QuerySet[Any]:
    return ThemeTag.objects.filter(SUGGESTED)


NOT_PROPOSED = ~Q(Exists(Decision.objects.proposed().filter(submission=OuterRef("pk"))))

REASONS: tuple[Reason, ...] = (
    Reason(
        "withdrawal",
        "Wants to withdraw",
        Action.DECIDE,
        lambda _reader: WithdrawalRequest.objects.waiting(),
        "requested_at",
    ),
    _of_status("held", "Held by the checks", Action.CHECK, Q(status=Status.HELD)),
    Reason("answered", "The witness replied", Action.WRITE, _answers, "answered_at"),
    Reason(
        "mentioned",
        "A colleague asks you",
        Action.READ_NOTES,
        _mentions,
        "note__made_at",
        "note__submission",
    ),
    Reason("due", "Note due", Action.READ_NOTES, _due_notes, "due_on"),
    Reason("overdue", "Reply overdue", Action.WRITE, _overdue, "requested_at"),
    Reason("confirm", "Needs you as second clerk", Action.DECIDE, _to_confirm, "proposed_at"),
    _of_status(
        "propose", "Ready to propose", Action.PROPOSE, Q(status=Status.PREPARED) & NOT_PROPOSED
    ),
    Reason(
        "institutions",
        "Institutions to review",
        Action.TAG,
        _suggested_institutions,
        "tagged_at",
        is_common=True,
    ),
    Reason(
        "themes", "Themes to review", Action.TAG, _suggested_themes, "tagged_at", is_common=True
    ),
    _of_status("publish", "Ready to publish", Action.PUBLISH, Q(status=Status.REPORTED)),
)

OF_OTHERS: tuple[Reason, ...] = (
    Reason("witness", "Waiting for the witness", Action.WRITE, _unanswered, "requested_at"),
    Reason(
        "committee",
        "Before the committee",
        Action.PROPOSE,
        lambda _reader: _open_proposals(),
        "proposed_at",
        is_common=True,
    ),
    Reason(
        "second",
        "Waiting for a second clerk",
        Action.DECIDE,
        lambda reader: (
            Decision.objects.exclude(state=Decision.State.DROPPED)
            .exclude(freer_reason="")
            .filter(
                confirmed_by=None, submission__inquiry__second_clerk=True, proposed_by=reader.pk
            )
        ),
        "proposed_at",
    ),
)
BY_NAME: Mapping[str, Reason] = {reason.name: reason for reason in (*REASONS, *OF_OTHERS)}


def any_of(reasons: Iterable[Reason], reader: Person) -> Q:
    """The submissions with at least one of these reasons; what is quickly told is asked first."""
    condition = Q(pk__in=[])
    for reason in sorted(reasons, key=lambda each: (each.own is None, not each.is_common)):
        condition |= reason.condition(reader)
    return condition


@dataclass(frozen=True)
class Because:
    """One reason of one submission, and since when."""

    reason: Reason
    since: datetime.datetime


def because(
    reasons: Iterable[Reason], reader: Person, keys: Iterable[UUID]
) -> dict[UUID, list[Because]]:
    """The reasons of each of these submissions, longest first."""
    listed = list(keys)
    by_key: dict[UUID, list[Because]] = {key: [] for key in listed}
    for reason in reasons:
        for key, moment in reason.since(reader, listed).items():
            by_key[key].append(Because(reason, moment))
    for rows in by_key.values():
        rows.sort(key=lambda row: row.since)
    return by_key
