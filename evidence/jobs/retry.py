"""How long a failed job is retried, and the pauses between attempts."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from evidence.jobs.queue import Claim

SOON = (1.0, 10.0, 60.0)


@dataclass(frozen=True)
class Retry:
    """When a job that failed is tried again, and when it is given up.

    `pauses` are seconds; the last one is kept to. A `counted` job has `settings.ATTEMPTS` tries.
    Any other is given up when it has failed for as long as it `lasts`, or never.
    """

    pauses: tuple[float, ...]
    counted: bool = False
    lasts: timedelta | None = None

    def pause(self, attempt: int) -> timedelta:
        return timedelta(seconds=self.pauses[min(attempt, len(self.pauses)) - 1])

    def is_over(self, claim: Claim) -> bool:
        """Whether a job that was just taken is to be given up, not tried.

        It is given up by time only if its worker died in the last attempt: a job that waited while
        everything was switched off still gets its attempt.
        """
        if self.counted:
            return claim.attempt > settings.ATTEMPTS
        return claim.crashed and self.is_spent(claim)

    def is_spent(self, claim: Claim) -> bool:
        """Whether a job that has just failed is not to be tried again."""
        return self.lasts is not None and claim.tried_for >= self.lasts

    def must_rest(self, claim: Claim) -> bool:
        """Whether a job that keeps killing its worker has to pause before the next try."""
        return not self.counted and claim.crashed and claim.attempt > settings.ATTEMPTS


# Work on documents: what breaks a reader three times breaks it the fourth time too.
THREE_TIMES = Retry(SOON, counted=True)
# Jobs that depend on other machines, such as a mail server, which may be down for a long weekend.
FIVE_DAYS = Retry((*SOON, 300.0, 900.0, 1800.0, 3600.0), lasts=timedelta(days=5))
# Jobs that were promised: deletions, schedules and reminders.
UNTIL_DONE = Retry((*SOON, 300.0, 900.0, 1800.0, 3600.0, 3600.0, 7200.0, 14400.0))
