"""Counts and times of the portal, in the form of Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

__all__ = ["REGISTRY", "MeasureRequests", "exposition"]

REGISTRY = CollectorRegistry()
_REQUESTS = Counter("passavant_requests_total", "Requests answered.", ["view", "status"], registry=REGISTRY)
_SECONDS = Histogram("passavant_request_seconds", "Seconds until the answer.", ["view"], registry=REGISTRY)


class MeasureRequests:
    """Middleware that counts requests by view, never by address: an address may hold an identifier.

    Args:
        answer: What comes behind it.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count."""
        started = time.perf_counter()
        response = self._answer(request)
        match = request.resolver_match
        view = match.view_name if match else "none"
        _REQUESTS.labels(view, response.status_code).inc()
        _SECONDS.labels(view).observe(time.perf_counter() - started)
        return response


def exposition() -> tuple[bytes, str]:
    """Return the metrics and their content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
