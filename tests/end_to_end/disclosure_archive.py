"""The URLs of archive transfer, which complete the table of routes."""

import uuid

from django.urls import reverse

from evidence.bundles.archive_transfer.jobs import ask_for
from evidence.bundles.archive_transfer.models import ArchiveBag
from tests.end_to_end import disclosure_desk, disclosure_jobs, disclosure_routes
from tests.end_to_end.disclosure_routes import Address, Row
from tests.end_to_end.disclosure_world import FILE_NAME, IDENTITY, NOTES, TEXT, World


def make_archive(world: World) -> None:
    """The file that says most: all submissions of the inquiry, with all that was sent."""
    ask_for(world.here, by=world.clerk, with_confidential=True)


def pages(world: World) -> list[Address]:
    codes = [world.here.code, world.there.code, "nowhere"]
    return [Address(reverse("archive", args=[code])) for code in codes]


def of_bags(name: str):
    def addresses(world: World) -> list[Address]:
        keys = [*ArchiveBag.objects.values_list("pk", flat=True), uuid.UUID(int=0)]
        codes = [world.here.code, world.there.code]
        return [Address(reverse(name, args=[code, key])) for code in codes for key in keys]

    return addresses


ROUTES = (
    disclosure_routes.ROUTES
    | disclosure_jobs.ROUTES
    | disclosure_desk.ROUTES
    | {
        "archive": Row(pages),
        "archive-bag": Row(of_bags("archive-bag")),
        "archive-file": Row(of_bags("archive-file"), IDENTITY | TEXT | NOTES | {FILE_NAME}),
    }
)
