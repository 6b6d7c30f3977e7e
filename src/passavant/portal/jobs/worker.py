"""The worker: runs jobs in one thread and periodic functions in another, while a third renews their leases."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from passavant.portal.jobs import periodic, queue, running
from passavant.portal.jobs.models import Beat, Leased

__all__ = ["BEAT", "Keeper", "run_worker", "seconds_since_beat"]

#: Under which name the worker says that it lives.
BEAT = "worker"
#: Seconds between two looks at an empty queue.
_IDLE = 1.0
_log = logging.getLogger(__name__)


class Keeper:
    """Renews the leases that a worker holds, and says that the worker lives.

    Args:
        owner: The worker's name in its leases.
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._held: list[Leased] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def holding(self, row: Leased) -> Iterator[None]:
        """Keep a lease for as long as the block lasts."""
        with self._lock:
            self._held.append(row)
        try:
            yield
        finally:
            with self._lock:
                self._held.remove(row)

    def beat(self) -> None:
        """Renew everything once."""
        Beat.objects.update_or_create(name=BEAT, defaults={"at": timezone.now()})
        with self._lock:
            held = list(self._held)
        for row in held:
            mine = type(row)._default_manager.filter(pk=row.pk, lease_owner=self.owner)
            mine.update(lease_until=queue.lease_end())


def seconds_since_beat(name: str = BEAT) -> int | None:
    """Return how long ago a worker, or another process, said that it lives; None where none ever did."""
    at = Beat.objects.filter(name=name).values_list("at", flat=True).first()
    return None if at is None else max(int((timezone.now() - at).total_seconds()), 0)


def run_worker(stop: threading.Event) -> None:
    """Work until told to stop; a job that is running is stopped at its next word and waits for the next worker."""
    keeper = Keeper(f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}")
    ended = threading.Event()
    pause = settings.PASSAVANT_LEASE_SECONDS / 6
    others = [
        threading.Thread(target=_loop, args=(keeper.beat, pause, ended), name="leases"),
        threading.Thread(target=_loop, args=(lambda: _run_due(keeper, stop), _IDLE, stop), name="periodic"),
    ]
    for thread in others:
        thread.start()
    _loop(lambda: _run_jobs(keeper, stop), _IDLE, stop)
    others[1].join()
    ended.set()  # the leases are kept until the last work is over
    others[0].join()


def _loop(work: Callable[[], None], pause: float, stop: threading.Event) -> None:
    """Call something again and again until told to stop, whatever goes wrong."""
    try:
        while True:
            close_old_connections()
            try:
                work()
            except Exception:  # noqa: BLE001  # most often a database that is away; a thread that ends would not be missed
                _log.exception("the worker could not work; trying again")
                connection.close()
            if stop.wait(pause):
                return
    finally:
        connection.close()


def _run_jobs(keeper: Keeper, stop: threading.Event) -> None:
    while not stop.is_set():
        job = queue.claim(keeper.owner)
        if job is None:
            return
        with keeper.holding(job):
            running.run(job, keeper.owner, stop)
        close_old_connections()


def _run_due(keeper: Keeper, stop: threading.Event) -> None:
    while not stop.is_set():
        taken = periodic.claim_due(keeper.owner)
        if taken is None:
            return
        with keeper.holding(taken):
            periodic.run_claimed(taken, keeper.owner)
        close_old_connections()
