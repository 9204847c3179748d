"""Makes reminders and deletions of drafts due again if the rows of their jobs were lost."""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from evidence.drafts.models import KEPT_AFTER_CLOSING, REMINDED_BEFORE_CLOSING, Draft
from evidence.jobs.models import Job
from evidence.jobs.queue import ask


def ask_for_lost_deletions() -> None:
    """Make sure that every unsent draft has a deletion job, and that the files of every sent
    draft are deleted."""
    now = timezone.now()
    jobs = Job.objects.filter(name="expire", subject_id=OuterRef("pk"))
    cleared = Exists(jobs.filter(state=Job.State.DONE))
    lost = Draft.objects.filter(~Exists(jobs.live()), Q(submission=None) | ~cleared)
    for draft in lost.select_related("call", "late_code").defer("answers"):
        ask("expire", draft.pk, at=None if draft.sent else draft.dies_at())
    for draft in _overdue():
        if draft.dies_at() <= now:
            ask("expire", draft.pk)


def _overdue() -> list[Draft]:
    """Make deletions due now where the call was changed to close earlier and the job still
    waits for the old day."""
    now = timezone.now()
    job = Job.objects.filter(
        name="expire", subject_id=OuterRef("pk"), state=Job.State.WAITING, attempts=0
    )
    closed = Draft.objects.open().filter(call__closes_at__lte=now - KEPT_AFTER_CLOSING)
    put_off = closed.annotate(job_due_at=Subquery(job.values("due_at")[:1]))
    return list(
        put_off.filter(job_due_at__gt=now).select_related("call", "late_code").defer("answers")
    )


def ask_for_lost_reminders() -> None:
    """Make sure that every unsent draft with an email address has a reminder job."""
    now = timezone.now()
    jobs = Job.objects.filter(name="remind", subject_id=OuterRef("pk"))
    late_codes = Q(late_code__withdrawn_at=None, late_code__expires_at__gt=now)
    unreminded = (
        Draft.objects.open()
        .filter(Q(call__closes_at__gt=now) | late_codes, ~Exists(jobs), reminded_at=None)
        .filter(reminder_wanted=True)
    )
    for draft in unreminded.select_related("call", "late_code").defer("answers"):
        at = draft.ends_at() - REMINDED_BEFORE_CLOSING
        # Nobody is reminded of a form saved after that moment: the form shows the closing time.
        if at > draft.saved_at:
            ask("remind", draft.pk, at=at)
