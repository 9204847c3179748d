"""What the canary asks for as each reader, and what in the answers may not stand there."""

from collections.abc import Iterator

from tests.end_to_end import disclosure_world as the
from tests.end_to_end.disclosure_archive import ROUTES
from tests.end_to_end.disclosure_reading import DATALIST
from tests.end_to_end.disclosure_routes import ENOUGH, Address
from tests.end_to_end.disclosure_world import MARK, Reader, World


def asked_for(world: World, reader: Reader, route: str) -> list[Address]:
    """All addresses of a route; only some where the answer is no for another reason already."""
    addresses = ROUTES[route].addresses(world)
    outside = route.startswith("admin") and reader.role not in the.ON_THE_STAFF
    if not outside and reader.label not in GIVEN_NOTHING_MORE:
        return addresses
    return [one for one in addresses if one.canary is None or one.canary.status in ENOUGH]


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


def told(world: World, reader: Reader, route: str, text: str) -> Iterator[str]:
    """The secrets in a response that may not stand there, or not for this reader."""
    if route.endswith("submission_change"):
        # The vocabulary is offered for new tags, whoever reads.
        text = DATALIST.sub("", text)
    row = ROUTES[route]
    for kind, number in {(found[0].lower(), int(found[1])) for found in MARK.findall(text)}:
        if route.startswith("admin:inquiry_institution_") and kind in row.kinds:
            continue
        one = world.canaries[number]
        if kind not in row.kinds or not world.may_know(reader, one, kind):
            yield f"{the.mark(kind, number)} of the {one.disclosure} {one.status} submission"
