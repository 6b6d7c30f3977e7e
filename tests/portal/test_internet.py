"""Every special address is told from the public ones, whatever it is wrapped in."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.portal.internet import is_public

#: IANA's registries of special-purpose addresses, and multicast.
_INSIDE_4 = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
]  # fmt: skip
_INSIDE_6 = [
    "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16",
    "3fff::/20", "fc00::/7", "fe80::/10", "ff00::/8",
]  # fmt: skip


def _in(network: str) -> st.SearchStrategy[Any]:
    net = ipaddress.ip_network(network)
    return st.integers(int(net[0]), int(net[-1])).map(type(net[0]))


@given(st.one_of([_in(one) for one in _INSIDE_4 + _INSIDE_6]))
def test_no_special_address_is_public(address: Any) -> None:
    assert not is_public(str(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_never_public(address: ipaddress.IPv4Address) -> None:
    packed = int(address)
    forms = [0xFFFF << 32 | packed, packed, (0x64FF9B << 96) | packed, (0x2002 << 112) | packed << 80]

    assert not any(is_public(str(ipaddress.IPv6Address(form))) for form in forms)


@given(st.ip_addresses(v=4))
def test_every_other_ipv4_address_is_public(address: ipaddress.IPv4Address) -> None:
    special = any(address in ipaddress.ip_network(net) for net in _INSIDE_4)

    assert special != is_public(str(address))


@pytest.mark.parametrize("address", ["", "x", "127.1", "fe80::1%eth0", "0x7f000001", "1.1.1.1 "])
def test_what_is_no_address_is_not_public(address: str) -> None:
    assert not is_public(address)
