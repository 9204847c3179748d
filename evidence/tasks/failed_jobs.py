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
from evidence.errors import NotReadyError
from evidence.jobs.models import Job, JobQuerySet
from evidence.jobs.queue import ask_once_more
from evidence.permissions import Action, Person, may_anywhere
from evidence.tasks.job_type import SHORT_GRACE, JobType, nothing
from evidence.tasks.registry import JOBS
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

MOST_SHOWN = 200
NOBODY_TOOK_IT = "No worker has taken it yet. The operator can see whether the workers run."


@dataclass(frozen=True)
class FailedJob:
    """A job that was given up or is late. `subject` is None if it has none."""

    job: Job
    job_type: JobType
    subject: Model | None

    @property
    def is_late(self) -> bool:
        return self.job.state != Job.State.HELD

    @property
    def title(self) -> str:
        return self.job_type.title

    @property
    def label(self) -> str:
        if self.subject is None or self.job_type.subjects is None:
            return ""
        return self.job_type.subjects.label(self.subject)

    @property
    def since(self) -> datetime:
        job = self.job
        # A job that was done before keeps its earlier time.
        return job.first_tried_at or (None if self.is_late else job.finished_at) or job.due_at

    @property
    def reason(self) -> str:
        if not self.is_late:
            return self.job.reason
        if not self.job.reason:
            return NOBODY_TOOK_IT
        if self.job.due_at <= timezone.now():
            return f"{self.job.reason} It is tried again now."
        at = date_format(timezone.localtime(self.job.due_at), "j F Y, H:i")
        return f"{self.job.reason} It is tried again by itself at {at}."

    @property
    def may_be_dismissed(self) -> bool:
        return self.job_type.dismissible and not self.is_late


def deals_with_jobs(person: Person) -> bool:
    """Whether this person may deal with any failed jobs."""
    return _is_superuser(person) or may_anywhere(person, Action.MEND_JOBS)


def count(person: Person, inquiry: Inquiry) -> int:
    return sum(jobs.count() for _job, jobs, _subjects in _known_to(person, inquiry))


def listed(person: Person, inquiry: Inquiry | None = None) -> list[FailedJob]:
    """The jobs this person may know of, the oldest first; those of one inquiry, if it is given."""
    failed_jobs = []
    for job_type, jobs, subjects in _known_to(person, inquiry):
        few = list(jobs[: MOST_SHOWN + 1])
        rows = subjects.in_bulk([job.subject_id for job in few]) if subjects is not None else {}
        failed_jobs += [FailedJob(job, job_type, rows.get(job.subject_id)) for job in few]
    return sorted(failed_jobs, key=lambda failed_job: (failed_job.since, failed_job.job.pk))


def find(job_id: int, person: Person) -> FailedJob | None:
    """One job of this person's list."""
    for job_type, jobs, subjects in _known_to(person, None, Job.objects.filter(pk=job_id)):
        if job := jobs.first():
            row = subjects.filter(pk=job.subject_id).first() if subjects is not None else None
            return FailedJob(job, job_type, row)
    return None


def about(subject: Model, person: Person) -> list[FailedJob]:
    """The failed jobs about one row."""
    jobs = Job.objects.filter(subject_id=subject.pk)
    return [
        FailedJob(job, job_type, subject)
        for job_type, own_jobs, subjects in _known_to(person, None, jobs)
        if subjects is not None and subjects.model is type(subject)
        for job in own_jobs
    ]


@transaction.atomic
def retry(failed: FailedJob, *, by: User) -> None:
    """Make the job due again now. The caller has found it for this person.

    Raises `NotReadyError` if somebody else has dealt with it.
    """
    _record("job asked for again", failed, by=by)
    if failed.job_type.retried is not None and not failed.is_late:
        failed.job_type.retried(failed.subject, by=by)
    elif not ask_once_more(failed.job):
        raise NotReadyError("Somebody has seen to this already.")


@transaction.atomic
def dismiss(failed: FailedJob, *, by: User) -> None:
    """Give it up for good. The caller has found it for this person.

    Raises `NotReadyError` for a job that must be done in the end, and if somebody else has dealt
    with it.
    """
    if not failed.may_be_dismissed:
        raise NotReadyError("This has to be done; it cannot be dismissed.")
    given_up = Job.objects.filter(pk=failed.job.pk, state=Job.State.HELD)
    if not given_up.update(state=Job.State.DISMISSED):
        raise NotReadyError("Somebody has seen to this already.")
    _record("failed job dismissed", failed, by=by)
    if failed.job_type.dismissed is not None:
        failed.job_type.dismissed(failed.subject, by=by)


def _record(act: str, failed: FailedJob, *, by: User) -> None:
    subjects, row = failed.job_type.subjects, failed.subject
    inquiry = subjects.inquiry_of(row) if subjects is not None and row is not None else None
    record(act, row or failed.job, by=by, inquiry=inquiry, job_type=failed.job_type.name)


def _known_to(
    person: Person, inquiry: Inquiry | None, among: JobQuerySet | None = None
) -> Iterator[tuple[JobType, QuerySet[Job], QuerySet[Any] | None]]:
    """For each kind of job the rows that failed or are late, and the subjects they are about."""
    now = timezone.now()
    among = Job.objects.all() if among is None else among
    given_up = among.filter(state=Job.State.HELD)
    verbs = (given_up | among.late(now, by=SHORT_GRACE)).order_by().values_list("name").distinct()
    for job_type in (JOBS[name] for (name,) in verbs if name in JOBS):
        jobs = among.filter(name=job_type.name)
        late, failed = jobs.late(now, by=job_type.grace), jobs.filter(state=Job.State.HELD)
        if job_type.subjects is None:
            if inquiry is None and deals_with_jobs(person):
                yield job_type, failed | late, None
            continue
        subjects = job_type.subjects.of_jobs_for(person)
        if inquiry is not None and job_type.subjects.inquiry:
            subjects = subjects.filter(**{job_type.subjects.inquiry: inquiry})
        elif inquiry is not None:
            continue
        failed = failed.filter(subject_id__in=subjects.filter(job_type.still_failed).values("pk"))
        yield job_type, failed | late.filter(subject_id__in=subjects.values("pk")), subjects
        if job_type.gone is not nothing and inquiry is None and _is_superuser(person):
            yield job_type, late.exclude(subject_id__in=job_type.subjects.rows().values("pk")), None


def _is_superuser(person: Person) -> bool:
    return person.is_active and bool(getattr(person, "is_superuser", False))
