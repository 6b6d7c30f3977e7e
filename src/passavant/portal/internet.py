"""Which addresses are of the public internet, and which lead inside.

>>> is_public("1.1.1.1"), is_public("10.0.0.1"), is_public("::ffff:1.1.1.1")
(True, False, False)
"""

from __future__ import annotations

import ipaddress

__all__ = ["is_literal", "is_loopback", "is_public"]

_GLOBAL_6 = ipaddress.ip_network("2000::/3")
#: Within what looks global: Teredo and other protocol assignments, 6to4, documentation.
_NOT_GLOBAL = [
    ipaddress.ip_network(one)
    for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10")
]  # fmt: skip


def is_public(address: str) -> bool:
    """Return whether an address is of the public internet.

    Private, loopback, link-local, shared (carrier-grade NAT), multicast, reserved and unspecified addresses are not, nor those
    that carry an IPv4 address inside an IPv6 one (mapped, NAT64, 6to4, Teredo).
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if found.version == 6 and found not in _GLOBAL_6:
        return False
    listed = any(found.version == net.version and found in net for net in _NOT_GLOBAL)
    return found.is_global and not (listed or found.is_multicast or found.is_reserved or found.is_unspecified)


def is_literal(host: str) -> bool:
    """Return whether a host is an address, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(address: str) -> bool:
    """Return whether an address is this machine's own."""
    return is_literal(address) and ipaddress.ip_address(address).is_loopback
