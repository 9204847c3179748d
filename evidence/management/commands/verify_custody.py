from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evidence.custody.verify import verify


class Command(BaseCommand):
    help = "Follows the record of custody from its first entry and names the first altered one."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        if not verdict.whole:
            raise CommandError(
                f"The record is broken at entry {verdict.broken_at}. {verdict.reason} "
                f"The {verdict.entries} entries before it are whole."
            )
        self.stdout.write(f"The record is whole: {verdict.entries} entries.")
