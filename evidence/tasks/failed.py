"""Jobs that failed or are late: which of them a person may know of, and what they can do.

A clerk sees those of the clerk's inquiries. Those of no inquiry are for superusers, who run the
installation; the daily tidying is for clerks too, since everybody depends on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from evidence.custody.record import record
from evidence.errors import NotReady
from evidence.permissions import Action, Person, may_anywhere
from evidence.tasks.job import SHORT_GRACE, Job, nothing
from evidence.tasks.registry import JOBS
from evidence.work.claim import ask_once_more
from evidence.work.models import Step, StepQuerySet
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

MOST_SHOWN = 200
NOBODY_TOOK_IT = "No worker has taken it yet. The operator can see whether the workers run."


@dataclass(frozen=True)
class FailedJob:
    """One job that was given up, or is late. `subject` is None where it is about no row."""

    step: Step
    job: Job
    subject: Model | None

    @property
    def is_late(self) -> bool:
        return self.step.state != Step.State.HELD

    @property
    def title(self) -> str:
        return self.job.title

    @property
    def label(self) -> str:
        if self.subject is None or self.job.subjects is None:
            return ""
        return self.job.subjects.label(self.subject)

    @property
    def since(self) -> datetime:
        step = self.step
        # A row that was done before keeps the moment when it was.
        return step.first_tried_at or (None if self.is_late else step.finished_at) or step.due_at

    @property
    def reason(self) -> str:
        if not self.is_late:
            return self.step.reason
        if not self.step.reason:
            return NOBODY_TOOK_IT
        if self.step.due_at <= timezone.now():
            return f"{self.step.reason} It is tried again now."
        at = date_format(timezone.localtime(self.step.due_at), "j F Y, H:i")
        return f"{self.step.reason} It is tried again by itself at {at}."

    @property
    def may_be_dismissed(self) -> bool:
        return self.job.dismissible and not self.is_late


def deals_with_jobs(person: Person) -> bool:
    """Whether there can be any for this person at all."""
    return _is_superuser(person) or may_anywhere(person, Action.MEND_JOBS)


def count(person: Person, inquiry: Inquiry) -> int:
    return sum(steps.count() for _job, steps, _subjects in _known_to(person, inquiry))


def listed(person: Person, inquiry: Inquiry | None = None) -> list[FailedJob]:
    """The jobs this person may know of, the oldest first; those of one inquiry, if it is given."""
    found = []
    for job, steps, subjects in _known_to(person, inquiry):
        few = list(steps[: MOST_SHOWN + 1])
        rows = subjects.in_bulk([step.subject_id for step in few]) if subjects is not None else {}
        found += [FailedJob(step, job, rows.get(step.subject_id)) for step in few]
    return sorted(found, key=lambda one: (one.since, one.step.pk))


def find(job_id: int, person: Person) -> FailedJob | None:
    """One of those in the list of this person."""
    for job, steps, subjects in _known_to(person, None, Step.objects.filter(pk=job_id)):
        if step := steps.first():
            row = subjects.filter(pk=step.subject_id).first() if subjects is not None else None
            return FailedJob(step, job, row)
    return None


def about(subject: Model, person: Person) -> list[FailedJob]:
    """Those about one row."""
    steps = Step.objects.filter(subject_id=subject.pk)
    return [
        FailedJob(step, job, subject)
        for job, found, subjects in _known_to(person, None, steps)
        if subjects is not None and subjects.model is type(subject)
        for step in found
    ]


@transaction.atomic
def retry(failed: FailedJob, *, by: User) -> None:
    """Have it done again now. The caller has found it for this person.

    Raises `NotReady` if somebody else has seen to it.
    """
    _record("job asked for again", failed, by=by)
    if failed.job.retried is not None and not failed.is_late:
        failed.job.retried(failed.subject, by=by)
    elif not ask_once_more(failed.step):
        raise NotReady("Somebody has seen to this already.")


@transaction.atomic
def dismiss(failed: FailedJob, *, by: User) -> None:
    """Give it up for good. The caller has found it for this person.

    Raises `NotReady` for what has to be done all the same, and if somebody else has seen to it.
    """
    if not failed.may_be_dismissed:
        raise NotReady("This has to be done; it cannot be dismissed.")
    held = Step.objects.filter(pk=failed.step.pk, state=Step.State.HELD)
    if not held.update(state=Step.State.DISMISSED):
        raise NotReady("Somebody has seen to this already.")
    _record("failed job dismissed", failed, by=by)
    if failed.job.dismissed is not None:
        failed.job.dismissed(failed.subject, by=by)


def _record(act: str, failed: FailedJob, *, by: User) -> None:
    subjects, row = failed.job.subjects, failed.subject
    inquiry = subjects.inquiry_of(row) if subjects is not None and row is not None else None
    record(act, row or failed.step, by=by, inquiry=inquiry, job=failed.job.name)


def _known_to(
    person: Person, inquiry: Inquiry | None, among: StepQuerySet | None = None
) -> Iterator[tuple[Job, QuerySet[Step], QuerySet[Any] | None]]:
    """For each kind of job the rows that failed or are late, and the subjects they are about."""
    now = timezone.now()
    among = Step.objects.all() if among is None else among
    held = among.filter(state=Step.State.HELD)
    verbs = (held | among.late(now, by=SHORT_GRACE)).order_by().values_list("verb").distinct()
    for job in (JOBS[verb] for (verb,) in verbs if verb in JOBS):
        steps = among.filter(verb=job.name)
        late, failed = steps.late(now, by=job.grace), steps.filter(state=Step.State.HELD)
        if job.subjects is None:
            if inquiry is None and deals_with_jobs(person):
                yield job, failed | late, None
            continue
        subjects = job.subjects.of_jobs_for(person)
        if inquiry is not None and job.subjects.inquiry:
            subjects = subjects.filter(**{job.subjects.inquiry: inquiry})
        elif inquiry is not None:
            continue
        failed = failed.filter(subject_id__in=subjects.filter(job.still_failed).values("pk"))
        yield job, failed | late.filter(subject_id__in=subjects.values("pk")), subjects
        if job.gone is not nothing and inquiry is None and _is_superuser(person):
            yield job, late.exclude(subject_id__in=job.subjects.rows().values("pk")), None


def _is_superuser(person: Person) -> bool:
    return person.is_active and bool(getattr(person, "is_superuser", False))
