"""Functions that run every so often: each under a lease, so that across processes it runs once at a time and no more often."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from passavant.portal.jobs.models import Schedule
from passavant.portal.jobs.queue import lease_end

__all__ = ["PERIODIC", "Periodic", "claim_due", "every", "run_claimed"]

_log = logging.getLogger(__name__)
Function = TypeVar("Function", bound=Callable[[], object])


@dataclass(frozen=True)
class Periodic:
    """A periodic function: its name, the seconds between two starts, the seconds after a failure, and what is called."""

    name: str
    seconds: int
    retry: int
    function: Callable[[], object]


#: Every periodic function, by name; filled by the ``tasks`` module of each app.
PERIODIC: dict[str, Periodic] = {}


def every(name: str, seconds: int, *, retry: int | None = None) -> Callable[[Function], Function]:
    """Register a function that the worker runs every so many seconds.

    It must be idempotent: a worker that is killed leaves it to be run again as soon as the lease has run out.

    Args:
        name: Its name, ``app.what``.
        seconds: From one start to the next.
        retry: After it failed; else five minutes, or ``seconds`` where that is less.
    """

    def register(function: Function) -> Function:
        PERIODIC[name] = Periodic(name, seconds, min(seconds, 300) if retry is None else retry, function)
        return function

    return register


def claim_due(owner: str) -> Schedule | None:
    """Take one function that is due and that nobody runs."""
    for name in sorted(PERIODIC.keys() - set(Schedule.objects.values_list("name", flat=True))):
        Schedule.objects.get_or_create(name=name)
    if not _due().exists():
        return None
    with transaction.atomic():
        found = _due().select_for_update(skip_locked=True).order_by("due_at").first()
        if found is not None:
            found.lease_owner, found.lease_until, found.started_at = owner, lease_end(), timezone.now()
            found.save()
    return found


def run_claimed(taken: Schedule, owner: str) -> None:
    """Run a function that was taken, and write when it is due again; a failure goes to the log."""
    periodic = PERIODIC[taken.name]
    failed = False
    try:
        periodic.function()
    except Exception:  # noqa: BLE001  # one function's fault is not the others'
        _log.exception("%s failed; it is tried again in %s s", periodic.name, periodic.retry)
        failed = True
    started = taken.started_at or timezone.now()
    wait = dt.timedelta(seconds=periodic.retry if failed else periodic.seconds)
    Schedule.objects.filter(pk=taken.pk, lease_owner=owner).update(
        due_at=(timezone.now() if failed else started) + wait,
        ended_at=timezone.now(), failed=failed, lease_owner="", lease_until=None,
    )  # fmt: skip


def _due() -> QuerySet[Schedule]:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Schedule.objects.filter(free, name__in=list(PERIODIC), due_at__lte=now)
