"""Background jobs.

A worker claims the row of a job and calls one function. Messages may come twice, late or never:
the row decides, not the message. `registry` says of each job what it runs, how long it is retried
and what happens when it is given up; `run` does it; `periodic` makes regular jobs due;
`failed_jobs` lists failed jobs for the desk; `celery_tasks` is what Celery calls.
"""

from evidence.tasks.celery_tasks import CELERY_TASKS
from evidence.tasks.run import run_job, work_one

__all__ = ["CELERY_TASKS", "run_job", "work_one"]
