"""The progress of a bundle: what is being done, how long it will take, how many go first.

Readers see only the bundles in front that they may know of. If there are none, the page does not
say that theirs is next: that would reveal something about other inquiries.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from evidence.bundles.models import Bundle
from evidence.jobs.fair_scheduling import long_jobs
from evidence.jobs.models import Job
from evidence.permissions import Person

# No estimate before so many per cent and seconds.
LEAST_PERCENT, LEAST_SECONDS = 3, 2.0
# Up to how many seconds the estimate reads “a moment”, seconds or minutes.
FEW, FEW_MINUTES, FEW_HOURS = 10, 90, 90 * 60


@dataclass(frozen=True)
class Standing:
    """What the page shows while a bundle is being built."""

    percent: int
    message: str
    left: str = ""

    @property
    def sentence(self) -> str:
        """The progress in one line."""
        words = f"{self.percent} %: {self.message}" if self.percent else self.message
        return "; ".join(part for part in (words, self.left) if part)


def standing(bundle: Bundle, *, reader: Person) -> Standing:
    job, now = bundle.job(), timezone.now()
    if bundle.state == Bundle.State.READY:
        return Standing(100, "")
    if job is None or bundle.state != Bundle.State.ASKED:
        return Standing(0, "")
    if job.state == Job.State.RUNNING:
        return Standing(job.percent, job.message or "Begun", left(job, now))
    if job.due_at > now:
        return Standing(0, "Waiting for the next try")
    return Standing(0, "Waiting to start", before(job, reader=reader))


def before(job: Job, *, reader: Person) -> str:
    ahead = [other.subject_id for other in long_jobs().before(job)]
    count = Bundle.objects.visible_to(reader).filter(pk__in=ahead).count() if ahead else 0
    if not count:
        return ""
    what = "bundle you can see goes" if count == 1 else "bundles you can see go"
    return f"{count} {what} first"


def left(job: Job, now: datetime) -> str:
    """The time left, estimated from what is done so far, in words."""
    if job.began_at is None or job.percent < LEAST_PERCENT:
        return ""
    gone = now - job.began_at
    if gone < timedelta(seconds=LEAST_SECONDS):
        return ""
    return f"{_words(gone.total_seconds() * (100 - job.percent) / job.percent)} left"


def _words(seconds: float) -> str:
    if seconds < FEW:
        return "a few seconds"
    if seconds < FEW_MINUTES:
        return f"about {10 * round(seconds / 10)} seconds"
    if seconds < FEW_HOURS:
        return f"about {round(seconds / 60)} minutes"
    return f"about {round(seconds / 3600)} hours"
