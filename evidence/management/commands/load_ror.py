import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inquiry.vocabulary.ror import KINDS, Loaded, NotRorDumpError, load
from inquiry.vocabulary.ror_dump import opened, records

COUNTRY = re.compile(r"[A-Z]{2}")


class Command(BaseCommand):
    help = (
        "Adds or renews institutions and their names from the data dump of the Research "
        "Organization Registry (ROR), schema v2, as .json or the .zip it comes in. Takes nothing "
        "away and leaves what clerks have set; a second run changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--country",
            action="append",
            default=[],
            help="Two letters, such as GB. May be given again.",
        )
        parser.add_argument(
            "--only", action="append", default=[], choices=KINDS, help="May be given again."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        countries = {country.upper() for country in options["country"]}
        for country in countries:
            if not COUNTRY.fullmatch(country):
                raise CommandError(f"“{country}” is not a country; write two letters such as GB.")
        try:
            with opened(options["file"]) as stream:
                loaded = load(
                    records(stream),
                    countries=countries,
                    kinds=options["only"],
                    report=self._progress,
                )
        except NotRorDumpError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(summary_of(loaded))

    def _progress(self, loaded: Loaded) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{summary_of(loaded)}", ending="\r")
            self.stdout.flush()


def summary_of(loaded: Loaded) -> str:
    return (
        f"{loaded.read} records: {loaded.added} added, {loaded.renewed} renewed, "
        f"{loaded.unchanged} unchanged, {loaded.skipped} skipped"
    )
