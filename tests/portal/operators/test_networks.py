"""Where a request comes from: what a client writes itself is not believed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from passavant.portal.operators.networks import address_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1, 198.51.100.1, 192.0.2.7", "198.51.100.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_what_ones_own_proxies_saw(settings: Any, proxies: int, forwarded: str, address: str) -> None:
    settings.PASSAVANT_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded} if forwarded else {})

    assert address == address_of(request)
