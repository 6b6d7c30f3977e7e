"""How a job says how far it is, and how it is told to stop."""

from __future__ import annotations

import threading
import time
import uuid

from passavant.portal.jobs.models import Job, State

__all__ = ["Cancelled", "Interrupted", "Lost", "Progress"]


class Stopped(BaseException):
    """The job is to stop; no ``except Exception`` of its function swallows it."""


class Cancelled(Stopped):
    """Somebody cancelled the job."""


class Interrupted(Stopped):
    """The worker is stopping; the job waits for the next."""


class Lost(Stopped):
    """Another worker has the job: this one was cut off for longer than its lease."""


class Progress:
    """A job as its function sees it.

    Args:
        job: Its id.
        owner: Who holds the lease.
        stop: Set when the worker is to stop.
        pause: Seconds between two writes.
    """

    def __init__(self, job: uuid.UUID, owner: str, stop: threading.Event, pause: float = 1.0) -> None:
        self.job = job
        self._owner = owner
        self._stop = stop
        self._pause = pause
        self._written = float("-inf")
        #: What was told last, written or not.
        self.told: dict[str, int] = {}

    def tell(self, done: int, total: int | None = None) -> None:
        """Say how much is done; written about once a second, however often it is called.

        Raises:
            Stopped: the job was cancelled, the worker is stopping, or another worker has the job. Let it pass.
        """
        self.told |= {"done": done} if total is None else {"done": done, "total": total}
        if self._stop.is_set():
            raise Interrupted
        now = time.monotonic()
        if now - self._written < self._pause:
            return
        self._written = now
        mine = Job.objects.filter(pk=self.job, lease_owner=self._owner, state=State.RUNNING)
        if not mine.update(**self.told):
            raise Lost
        if mine.filter(cancel_asked=True).exists():
            raise Cancelled
