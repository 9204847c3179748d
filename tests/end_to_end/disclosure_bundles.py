"""The URLs of bundles, numbered copies and specifications."""

import datetime
from collections.abc import Callable

from django.urls import reverse
from django.utils.http import urlencode

from evidence.bundles.models import NumberedCopy, SavedSpecification
from evidence.bundles.schedules.models import Schedule
from evidence.bundles.schedules.run import make_by_itself
from evidence.bundles.specification import Kind
from evidence.committee_papers.models import CommitteePaper
from evidence.lifecycle import Status
from tests.end_to_end.disclosure_world import Address, World


def of_bundles(name: str, *forms: str) -> Callable[[World], list[Address]]:
    def addresses(world: World) -> list[Address]:
        more = [[form] for form in forms] or [[]]
        return [
            Address(reverse(name, args=[bundle.pk, *rest]))
            for bundle in world.bundles.values()
            for rest in more
        ]

    return addresses


def of_copies(name: str, *more: int) -> Callable[[World], list[Address]]:
    def addresses(world: World) -> list[Address]:
        keys = NumberedCopy.objects.values_list("pk", flat=True)
        return [Address(reverse(name, args=[key, *more])) for key in keys]

    return addresses


def papers() -> list[object]:
    return list(CommitteePaper.objects.values_list("pk", flat=True))


def specifications() -> list[object]:
    return list(SavedSpecification.objects.values_list("pk", flat=True))


def schedules(world: World) -> list[object]:
    """Of each specification one that a clerk set."""
    if not Schedule.objects.exists():
        for specification in SavedSpecification.objects.all():
            make_by_itself(specification, at=datetime.time(18), by=world.clerk)
    return list(Schedule.objects.values_list("pk", flat=True))


def comparisons(world: World) -> list[Address]:
    bundles = list(world.bundles.values())
    return [
        Address(reverse("bundle-compare", args=[bundle.pk, other.pk]))
        for bundle, other in zip(bundles, [*bundles[1:], bundles[0]], strict=True)
    ]


def volumes(world: World) -> list[Address]:
    return [
        Address(reverse("bundle-volume", args=[bundle.pk, "pdf", 1]))
        for bundle in world.bundles.values()
    ]


def bundle_new(world: World) -> list[Address]:
    page = reverse("bundle-new")
    inquiries = [f"inquiry={inquiry.code}" for inquiry in (world.here, world.there)]
    # Every status and every kind, and what was made and kept before.
    wide = urlencode({"inquiry": world.here.code, "status": Status.values}, doseq=True)
    queries = [*inquiries, *(f"{wide}&kind={kind}" for kind in (Kind.SELECTION, Kind.WITNESS))]
    queries += [f"from={bundle.pk}" for bundle in world.bundles.values()]
    queries += [
        f"specification={specification.pk}" for specification in SavedSpecification.objects.all()
    ]
    return [Address(f"{page}?{query}") for query in queries]
