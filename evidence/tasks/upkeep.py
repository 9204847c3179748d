"""Makes sure that what must happen in time is due, whatever became of the row that asked for it.

Every worker does this when it starts and now and then after it. Doing it again changes nothing.
"""

from evidence.bundles.clock import ask_for_lost_schedules
from evidence.drafts.upkeep import ask_for_lost_deletions, ask_for_lost_reminders
from evidence.letters.write import ask_for_lost_letters
from evidence.tasks.registry import JOBS, TIDY
from evidence.work.claim import ask, ask_once_more
from evidence.work.models import Step
from evidence.work.retry import UNTIL_DONE

# A row of these that stands as given up is from before they were kept to, or was altered by hand.
NEVER_GIVEN_UP = [job.name for job in JOBS.values() if job.retry is UNTIL_DONE]


def keep_due() -> None:
    for step in Step.objects.filter(state=Step.State.HELD, verb__in=NEVER_GIVEN_UP):
        ask_once_more(step)
    if not Step.objects.live().filter(verb="tidy").exists():
        ask("tidy", TIDY)
    ask_for_lost_deletions()
    ask_for_lost_reminders()
    ask_for_lost_schedules()
    ask_for_lost_letters()
