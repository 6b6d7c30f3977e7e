"""What is due is sent: many at once, none twice at the same time, nobody held up by somebody else's endpoint.

A worker takes rows by a lease, in a transaction that ends before anything is sent; two workers therefore never send one at once.
Delivery is *at least once*: a worker that dies after the receiver's answer leaves a row that is sent again when its lease ends,
under the same identifier. Threads do nothing but call; the rows are written by the thread that took them.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from passavant import __version__
from passavant.errors import BadInput
from passavant.portal.outbound import Guard, Unreachable, guard_of_settings
from passavant.portal.trail.services import record
from passavant.portal.webhooks.models import Delivery, Endpoint
from passavant.portal.webhooks.schedule import DISABLED_AFTER_DAYS, asked_to_wait, endpoint_pause, retry_after
from passavant.portal.webhooks.signing import Lost, signature, unlocked

__all__ = ["PER_ENDPOINT", "THREADS", "deliver_due"]

_LOG = logging.getLogger(__name__)
#: Calls at once in this process, and to one endpoint; one that fails is tried with one call at a time.
THREADS, PER_ENDPOINT = 32, 8
#: A call lasts a quarter of this at most.
_LEASE = dt.timedelta(seconds=90)
#: Nothing more is taken so long after the beginning: slow ones at the end hold up the next turn that much less.
_TAKING_SECONDS = 20.0
#: Statuses by which the receiver as a whole, not this one delivery, is unwell.
_UNWELL = frozenset({408, 425, 429, *range(500, 600)})


@dataclass(frozen=True)
class _Result:
    """How an attempt ended: the status where there was an answer, else what was wrong."""

    status: int | None
    error: str = ""
    wait_seconds: float = 0.0

    @property
    def well(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver_due(limit: int = 100, *, guard: Guard | None = None) -> int:
    """Send what is due, and return how many were delivered.

    Args:
        limit: Most attempts that are begun.
        guard: What may be called; what the settings say when absent.
    """
    allowed, delivered, begun, started = guard or guard_of_settings(), 0, 0, time.monotonic()
    running: dict[Future[_Result], Delivery] = {}
    failing_too = True
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks") as pool:
        while True:
            if begun < limit and time.monotonic() - started < _TAKING_SECONDS:
                free = min(limit - begun, THREADS - len(running))
                for taken in _take(free, Counter(one.endpoint_id for one in running.values()), failing_too):
                    running[pool.submit(_attempt, allowed, taken)] = taken
                    begun += 1
            failing_too = False
            if not running:
                return delivered
            done, _ = wait(running, timeout=0.25, return_when=FIRST_COMPLETED)
            with transaction.atomic():  # one write for all that ended together
                delivered += sum(_settle(running.pop(one), one.result()) for one in done)


def _due(now: dt.datetime) -> Q:
    return Q(next_attempt_at__lte=now) & (Q(leased_until=None) | Q(leased_until__lt=now))


def _take(free: int, busy: Counter[object], failing_too: bool) -> list[Delivery]:
    """Lease rows: from each endpoint in turn, up to what it may have at once."""
    now = dt.datetime.now(dt.UTC)
    due = Delivery.objects.filter(_due(now), endpoint=OuterRef("pk"))
    endpoints = Endpoint.objects.filter(Q(paused_until=None) | Q(paused_until__lte=now), Exists(due), active=True)
    if not failing_too:
        endpoints = endpoints.filter(failures=0)
    taken: list[Delivery] = []
    waiting = list(endpoints.order_by("pk").values_list("pk", "failures")) if free > 0 else []
    random.shuffle(waiting)  # nobody is always the last
    for endpoint, failures in waiting:
        room = min((1 if failures else PER_ENDPOINT) - busy[endpoint], free - len(taken))
        if room > 0:
            taken += _lease(Delivery.objects.filter(_due(now), endpoint=endpoint), room, now)
    return taken


def _lease(due: QuerySet[Delivery], room: int, now: dt.datetime) -> list[Delivery]:
    """Take up to ``room`` rows; another worker that takes at this moment gets others."""
    with transaction.atomic():
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("endpoint")
            .order_by("next_attempt_at")[:room]
        )
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(leased_until=now + _LEASE)
    return rows


def _attempt(guard: Guard, delivery: Delivery) -> _Result:
    """Call once; no database here."""
    endpoint, body, now = delivery.endpoint, delivery.body.encode(), int(time.time())
    try:
        signatures = [signature(one, str(delivery.pk), now, body) for one in _secrets(endpoint)]
        answer = guard.post(
            endpoint.url,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": f"Passavant/{__version__}",
                "webhook-id": str(delivery.pk),
                "webhook-timestamp": str(now),
                "webhook-signature": " ".join(signatures),
            },
        )
    except Lost:
        return _Result(None, "the secret cannot be read: rotate it")
    except BadInput as error:
        return _Result(None, error.got[0])
    except Unreachable as error:
        return _Result(None, str(error))
    except Exception as error:  # noqa: BLE001  # one delivery that cannot be sent must not stop the others
        _LOG.exception("webhook %s", delivery.pk)
        return _Result(None, type(error).__name__)
    return _Result(answer.status, "", asked_to_wait(answer.headers.get("retry-after")))


def _secrets(endpoint: Endpoint) -> list[str]:
    kept = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and dt.datetime.now(dt.UTC) < endpoint.previous_until:
        kept.append(endpoint.previous_secret)
    return [unlocked(one, str(endpoint.pk)) for one in kept]


@transaction.atomic
def _settle(delivery: Delivery, result: _Result) -> int:
    """Write how an attempt ended; return 1 when it is delivered."""
    now = dt.datetime.now(dt.UTC)
    attempts = delivery.attempts + 1
    pause = None if result.well else retry_after(attempts, random.random())  # noqa: S311  # spreads attempts, guards nothing
    again = None if pause is None else now + dt.timedelta(seconds=max(pause, result.wait_seconds))
    Delivery.objects.filter(pk=delivery.pk).update(  # nothing, where it was removed meanwhile
        attempts=attempts,
        leased_until=None,
        last_attempt_at=now,
        last_status=result.status,
        last_error=result.error[:200],
        delivered_at=now if result.well else None,
        next_attempt_at=again,
    )
    if not result.well:
        _note_failure(delivery.endpoint_id, result, now)
        return 0
    failing = Endpoint.objects.filter(pk=delivery.endpoint_id).exclude(failures=0)
    failing.update(failures=0, failing_since=None, paused_until=None)
    return 1


def _note_failure(endpoint_id: UUID, result: _Result, now: dt.datetime) -> None:
    """Count a failure of an endpoint; leave it alone for a while where it is unwell; switch it off where it is gone."""
    endpoint = (
        Endpoint.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=endpoint_id).first()
    )
    if endpoint is None:
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    if result.status is None or result.status in _UNWELL:
        seconds = max(endpoint_pause(endpoint.failures), result.wait_seconds)
        endpoint.paused_until = now + dt.timedelta(seconds=seconds)
    why = _why_off(endpoint, result, now)
    if why and endpoint.active:
        endpoint.active, endpoint.disabled_because = False, why
        record(
            "passavant.webhook.disabled", actor="passavant", acting_for=endpoint.organisation.name, object_type="webhook",
            object_id=str(endpoint.pk), data={"why": why},
        )  # fmt: skip
    endpoint.save(update_fields=["failures", "failing_since", "paused_until", "active", "disabled_because"])


def _why_off(endpoint: Endpoint, result: _Result, now: dt.datetime) -> str:
    if result.status == 410:
        return Endpoint.Disabled.GONE.value
    long_ago = now - dt.timedelta(days=DISABLED_AFTER_DAYS)
    failing = endpoint.failing_since is not None and endpoint.failing_since <= long_ago
    return Endpoint.Disabled.FAILING.value if failing else ""
