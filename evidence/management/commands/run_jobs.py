import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from evidence.jobs.models import Job
from evidence.tasks import work_one


class Command(BaseCommand):
    help = "Works the queue in this process, without Celery, until nothing is left to do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seconds", type=float, default=0, help="Stop after so long; 0 means never."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        end = time.monotonic() + options["seconds"] if options["seconds"] else None
        while Job.objects.unsettled().exists():
            if end is not None and time.monotonic() > end:
                return
            if not work_one():
                # Jobs that are left belong to another process, or wait to be retried.
                time.sleep(0.2)
