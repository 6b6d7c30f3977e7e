"""The queue: who takes which job, for how long, and how it ends. One transaction each; two workers never hold one job."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from passavant.errors import PassavantError
from passavant.portal.jobs.models import Job, State

__all__ = ["MOST_ATTEMPTS", "claim", "end", "give_back", "lease_end"]

#: How often a job is started before it is given up.
MOST_ATTEMPTS = 3


def lease_end() -> dt.datetime:
    """Return until when a lease taken or renewed now lasts."""
    return timezone.now() + dt.timedelta(seconds=settings.PASSAVANT_LEASE_SECONDS)


def claim(owner: str) -> Job | None:
    """Take the oldest job that waits, or whose worker died, and give up those that were started too often.

    PostgreSQL skips rows that another worker is looking at; SQLite's transactions take turns (IMMEDIATE).
    """
    while _open().exists():  # looked at without a lock first: an idle worker never makes a writer wait
        with transaction.atomic():
            job = _open().select_for_update(skip_locked=True).order_by("made_at").first()
            if job is None:
                return None
            if job.attempts < MOST_ATTEMPTS and not job.cancel_asked:
                return _taken(job, owner)
            _closed(job)
    return None


def end(
    job: uuid.UUID,
    owner: str,
    state: State,
    *,
    result: Any = None,
    error: PassavantError | None = None,
    told: Mapping[str, int] | None = None,
) -> bool:
    """Write how a job ended, and what it told last; False where another worker has it by now, and nothing is written."""
    ended = {"state": state, "result": result, "error": _both(error), "ended_at": timezone.now()}
    return bool(_held(job, owner).update(**ended, **(told or {}), lease_owner="", lease_until=None))


def give_back(job: uuid.UUID, owner: str, *, attempted: bool) -> None:
    """Let a job wait for the next worker.

    Args:
        job: Its id.
        owner: Who held it.
        attempted: Whether this start counts towards the most there may be.
    """
    for one in _held(job, owner):
        attempts = one.attempts if attempted else max(one.attempts - 1, 0)
        _held(job, owner).update(state=State.WAITING, attempts=attempts, lease_owner="", lease_until=None)


def _open() -> QuerySet[Job]:
    lapsed = Q(state=State.RUNNING, lease_until__lt=timezone.now())
    return Job.objects.filter(Q(state=State.WAITING) | lapsed)


def _held(job: uuid.UUID, owner: str) -> QuerySet[Job]:
    return Job.objects.filter(pk=job, lease_owner=owner, state=State.RUNNING)


def _taken(job: Job, owner: str) -> Job:
    job.state, job.lease_owner, job.lease_until = State.RUNNING, owner, lease_end()
    job.attempts += 1
    job.started_at = timezone.now()
    job.done = 0
    job.save()
    return job


def _closed(job: Job) -> None:
    """End a job that nobody shall start again."""
    error = None if job.cancel_asked else _given_up(job)
    job.state = State.CANCELLED if job.cancel_asked else State.FAILED
    job.error = _both(error)
    job.ended_at, job.lease_owner, job.lease_until = timezone.now(), "", None
    job.save()


def _both(error: PassavantError | None) -> dict[str, Any] | None:
    """Return a refusal by language."""
    return None if error is None else {language: error.record(language) for language in ("en", "fr")}


def _given_up(job: Job) -> PassavantError:
    return PassavantError(
        "portal.job.given_up",
        got=(f"a job that was started {job.attempts} times and never came to its end", f"une tâche lancée {job.attempts} fois sans jamais aboutir"),
        expected=("an end, or a refusal in words", "une fin, ou un refus motivé"),
        next_step=(
            "The worker was killed, or lost its database, each time: look in the server's log for why (memory is the usual reason), then start the job again.",
            "L'exécutant a été tué, ou a perdu sa base, à chaque fois : cherchez pourquoi dans le journal du serveur (souvent la mémoire), puis relancez la tâche.",
        ),
    )  # fmt: skip
