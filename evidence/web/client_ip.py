"""The IP address of a visitor, for rate limits only: it is hashed and never stored."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def address_of(request: HttpRequest) -> str:
    """The IPv4 address, or the /64 network of an IPv6 address, because one household has many.

    Behind a proxy it is in the header that `CLIENT_ADDRESS_HEADER` names.
    """
    header = request.META.get("REMOTE_ADDR", "")
    if settings.CLIENT_ADDRESS_HEADER:
        header = request.headers.get(settings.CLIENT_ADDRESS_HEADER, header)
    try:
        address = ipaddress.ip_address(header.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
