import json
from typing import Any

from django.core.management.base import BaseCommand

from evidence.tasks.health import health


class Command(BaseCommand):
    help = (
        "Says whether everything runs, as one JSON object. "
        "Ends with 1 if the database does not answer or no worker was seen lately."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = health()
        self.stdout.write(json.dumps(now.as_dict(), indent=2))
        if now.status == "failing":
            raise SystemExit(1)
