"""The address of a visitor, for counting alone: it is hashed at once and never kept."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def address_of(request: HttpRequest) -> str:
    """An IPv4 address, or the network of an IPv6 one: a household has millions of the latter.

    Behind a web server of one's own it is in the header that `CLIENT_ADDRESS_HEADER` names.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.CLIENT_ADDRESS_HEADER:
        said = request.headers.get(settings.CLIENT_ADDRESS_HEADER, said)
    try:
        address = ipaddress.ip_address(said.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
