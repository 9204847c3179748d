"""Asks again for what must become of drafts, should the row that asked for it be lost."""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from evidence.drafts.models import KEPT_AFTER_CLOSING, REMINDED_BEFORE_CLOSING, Draft
from evidence.jobs.models import Job
from evidence.jobs.queue import ask


def ask_for_lost_deletions() -> None:
    """Every draft that is not sent has a day on which it is deleted; one that was sent has had
    its files cleared away."""
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
    """Those that may have to go by now, though their job is put off to a later day: a call was
    made to close earlier."""
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
    """Whoever gave an address and has not sent is reminded before the call closes."""
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
        # Shorter before the end nobody is reminded: the form itself says when that is.
        if at > draft.saved_at:
            ask("remind", draft.pk, at=at)
