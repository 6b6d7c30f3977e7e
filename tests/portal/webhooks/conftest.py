"""Receivers that really listen, and endpoints of the operator that lead to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from receivers import Receiver, receiving

from passavant.portal.outbound import Guard
from passavant.portal.people.models import Organisation
from passavant.portal.webhooks.models import Delivery, Endpoint
from passavant.portal.webhooks.sending import deliver_due
from passavant.portal.webhooks.services import make_endpoint

Make = Callable[..., Endpoint]


@pytest.fixture(autouse=True)
def _this_machine(settings: Any) -> None:
    """Let webhooks call this machine, as in a trial."""
    settings.PASSAVANT_WEBHOOK_LOOPBACK = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def endpoint(post: Organisation) -> Make:
    """Return what makes an endpoint: ``endpoint(receiver.url)``; its secret is kept as ``shown``."""

    def make(url: str, *events: str, **more: Any) -> Endpoint:
        made, secret = make_endpoint(post, url, events or ["declaration.decided"], by="test", **more)
        made.shown = secret  # type: ignore[attr-defined]
        return made

    return make


@pytest.fixture
def send() -> Callable[[], int]:
    """Return what sends what is due, with little patience."""
    return lambda: deliver_due(guard=Guard(loopback=True, total_seconds=1.0))


@pytest.fixture
def later() -> Callable[[], None]:
    """Return what lets all pauses and waits be over."""

    def passes() -> None:
        past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
        Endpoint.objects.update(paused_until=None)
        Delivery.objects.exclude(next_attempt_at=None).update(next_attempt_at=past)

    return passes
