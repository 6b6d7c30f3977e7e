"""Where a request comes from, and whether a key may be used from there."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest

from passavant.errors import BadInput, Place

__all__ = ["address_of", "allowed", "checked_networks"]


def address_of(request: HttpRequest) -> str:
    """Return the client's address.

    Behind ``PASSAVANT_PROXIES`` web servers of one's own (none by default) it is the entry that the outermost of them wrote
    into ``X-Forwarded-For``; what a client writes there itself stands further left and is not believed.
    """
    hops = int(settings.PASSAVANT_PROXIES)
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if hops and len(seen) >= hops:
        return seen[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))


def allowed(address: str, networks: Sequence[str]) -> bool:
    """Return whether an address lies in one of the networks; none named means anywhere."""
    if not networks:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in ipaddress.ip_network(one) for one in networks)


def checked_networks(networks: Sequence[str]) -> list[str]:
    """Return networks in their usual notation.

    Raises:
        BadInput: one is not a network.
    """
    try:
        return [str(ipaddress.ip_network(one)) for one in networks]
    except ValueError as error:
        raise BadInput(
            "portal.key.network",
            got=(f"a network that cannot be read: {error}", f"un réseau illisible : {error}"),
            expected=("networks such as 203.0.113.0/24 or 2001:db8::/48", "des réseaux comme 203.0.113.0/24 ou 2001:db8::/48"),
            next_step=("Write the first address of the network and its length.", "Écrivez la première adresse du réseau et sa longueur."),
            place=Place(field="networks"),
        ) from error  # fmt: skip
