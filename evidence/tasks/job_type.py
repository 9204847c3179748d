"""The description of a kind of job."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from evidence.jobs.queue import Settle
from evidence.jobs.retry import THREE_TIMES, Retry
from evidence.permissions import Action, Person, inquiries_where

# After how long a short job and a long job count as late.
SHORT_GRACE = timedelta(minutes=15)
LONG_GRACE = timedelta(hours=6)


@dataclass(frozen=True)
class Subjects:
    """The rows a job may be about.

    `inquiry` is the lookup from a row to its inquiry, empty for rows of none. `label` names a row
    on the page of failed jobs; it names no witness. `seen_by` filters those that the reader may
    know of.
    """

    rows: Callable[[], QuerySet[Any]]
    inquiry: str
    label: Callable[[Any], str]
    seen_by: Callable[[QuerySet[Any], Person], QuerySet[Any]] = lambda rows, _person: rows

    def load(self, key: UUID) -> Model | None:
        return self.rows().filter(pk=key).first()

    def inquiry_of(self, row: Any) -> int | None:
        if not self.inquiry:
            return None
        key: int = self.rows().filter(pk=row.pk).values_list(self.inquiry, flat=True).get()
        return key

    def of_jobs_for(self, person: Person) -> QuerySet[Any]:
        """The subjects whose failed jobs this person may deal with."""
        if not self.inquiry:
            return self.rows() if getattr(person, "is_superuser", False) else self.rows().none()
        keys = inquiries_where(person, Action.MEND_JOBS)
        return self.seen_by(self.rows().filter(**{f"{self.inquiry}__in": keys}), person)


def leave(_subject: Any, *, reason: str, within: Settle) -> None:  # noqa: ARG001
    """A `give_up` that changes nothing but the job's own row."""
    with within():
        pass


def nothing(_key: UUID) -> None:
    """A `gone` that does nothing."""


@dataclass(frozen=True)
class JobType:
    """One kind of background job.

    `run(subject, within=)` does it; a `long` one also takes `report=`, and is scheduled fairly
    (`evidence.jobs.fair_scheduling`). `give_up(subject, reason=, within=)` is called after the last
    retry, `gone(key)` if the subject no longer exists.

    `still_failed` narrows the subjects for which a job that was given up still matters.
    `retried(subject, by=)` retries it, if that takes more than making the job due.
    `dismissed(subject, by=)` gives it up for good, if it is `dismissible`.
    """

    name: str
    title: str
    run: Callable[..., None]
    subjects: Subjects | None = None
    retry: Retry = THREE_TIMES
    long: bool = False
    give_up: Callable[..., None] = leave
    gone: Callable[[UUID], None] = nothing
    still_failed: Q = field(default_factory=Q)
    retried: Callable[..., object] | None = None
    dismissible: bool = True
    dismissed: Callable[..., None] | None = None
    grace: timedelta = SHORT_GRACE

    def load(self, key: UUID) -> Any:
        """The subject, or None if it is gone; for a job of the whole installation, its key."""
        return self.subjects.load(key) if self.subjects else key
