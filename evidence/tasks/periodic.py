"""Makes regular jobs due, even if their rows were lost.

Every worker does this when it starts and regularly afterwards. Doing it again changes nothing.
"""

from evidence.bundles.schedules.run import ask_for_lost_schedules
from evidence.drafts.overdue import ask_for_lost_deletions, ask_for_lost_reminders
from evidence.jobs.models import Job
from evidence.jobs.queue import ask, ask_once_more
from evidence.jobs.retry import UNTIL_DONE
from evidence.letters.outbox import ask_for_lost_letters
from evidence.tasks.registry import JOBS, TIDY

# These jobs are never given up: a row that says so is old, or was altered by hand.
NEVER_GIVEN_UP = [job.name for job in JOBS.values() if job.retry is UNTIL_DONE]


def keep_due() -> None:
    for job in Job.objects.filter(state=Job.State.HELD, name__in=NEVER_GIVEN_UP):
        ask_once_more(job)
    if not Job.objects.live().filter(name="tidy").exists():
        ask("tidy", TIDY)
    ask_for_lost_deletions()
    ask_for_lost_reminders()
    ask_for_lost_schedules()
    ask_for_lost_letters()
