"""The requests of each reader, and the secrets that the responses must not contain."""

from collections.abc import Iterator

from tests.end_to_end import disclosure_world
from tests.end_to_end.disclosure_archive import ROUTES
from tests.end_to_end.disclosure_reading import DATALIST
from tests.end_to_end.disclosure_routes import ENOUGH, Address
from tests.end_to_end.disclosure_world import MARK, Reader, World


def addresses_for(world: World, reader: Reader, route: str) -> list[Address]:
    """All addresses of a route; only some where the answer is no for another reason already."""
    addresses = ROUTES[route].addresses(world)
    outside = route.startswith("admin") and reader.role not in disclosure_world.ON_THE_STAFF
    if not outside and reader.label not in GIVEN_NOTHING_MORE:
        return addresses
    return [
        address
        for address in addresses
        if address.canary is None or address.canary.status in ENOUGH
    ]


# Their clearance grants them nothing beyond what they are asked about without it.
GIVEN_NOTHING_MORE = {
    "signed in, without a part",
    "inactive clerk",
    "media + confidential",
    "media + identities",
    "media + confidential + identities",
    "operations + identities",
    "operations + confidential + identities",
    "adviser + identities",
    "adviser + confidential + identities",
}


def leaks_in(world: World, reader: Reader, route: str, text: str) -> Iterator[str]:
    """The secrets in a response that may not stand there, or not for this reader."""
    if route.endswith(("submission_change", "inbox-institutions")):
        # The vocabulary is offered for new tags, whoever reads.
        text = DATALIST.sub("", text)
    row = ROUTES[route]
    for kind, number in {(match[0].lower(), int(match[1])) for match in MARK.findall(text)}:
        if route.startswith("admin:inquiry_institution_") and kind in row.kinds:
            continue
        canary = world.canaries[number]
        if kind not in row.kinds or not world.may_know(reader, canary, kind):
            mark = disclosure_world.mark(kind, number)
            yield f"{mark} of the {canary.disclosure} {canary.status} submission"
