"""How often one address may ask what takes the server long: counted over a minute, in each of its processes."""

from __future__ import annotations

import time

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest

__all__ = ["may_ask"]

_WINDOW = 60


def may_ask(request: HttpRequest, what: str, most: int) -> bool:
    """Count a request, and return whether its address may be answered.

    Args:
        request: The request.
        what: What is counted.
        most: Requests in a minute.
    """
    key = f"passavant.asked.{what}.{get_client_ip(request)}.{int(time.time()) // _WINDOW}"
    cache.add(key, 0, _WINDOW)
    try:
        return bool(cache.incr(key) <= most)
    except ValueError:  # it expired between the two
        return True
