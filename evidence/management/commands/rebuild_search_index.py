from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from evidence.publication.search_entries import index, missing
from evidence.submissions.models import Submission

AT_ONCE = 500


class Command(BaseCommand):
    help = (
        "Writes the search index again, in parts: it may be stopped and started at any time, and "
        "people may go on searching."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--missing", action="store_true", help="Only what is not in the index yet."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        everything = Submission.objects.order_by("pk").values_list("pk", flat=True)
        keys = missing() if options["missing"] else everything
        count, last = 0, UUID(int=0)
        while part := list(keys.filter(pk__gt=last)[:AT_ONCE]):
            for submission in Submission.objects.filter(pk__in=part).order_by("pk"):
                index(submission)
            count, last = count + len(part), part[-1]
            self.stdout.write(f"{count} submissions indexed.")
        self.stdout.write("The search index is complete.")
