"""Jobs asked for, cancelled and looked up. A job is a row: it stands or falls with the transaction around it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from passavant.errors import NotFound
from passavant.portal.jobs.kinds import KINDS
from passavant.portal.jobs.models import Job, State
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.permissions import administrator
from passavant.portal.trail.services import record

__all__ = ["cancel", "find", "start"]


@transaction.atomic
def start(kind: str, arguments: Mapping[str, Any], *, by: Person | Organisation | None = None) -> Job:
    """Ask for a job; no worker sees it before the transaction around it is committed.

    Args:
        kind: One of :data:`passavant.portal.jobs.kinds.KINDS`.
        arguments: JSON, given to the function by name; identifiers, never names of persons.
        by: The person or organisation whose job it is; None: the portal itself.

    Raises:
        KeyError: there is no such kind.
    """
    KINDS[kind]
    job = Job.objects.create(
        kind=kind,
        arguments=dict(arguments),
        person=by if isinstance(by, Person) else None,
        organisation=by if isinstance(by, Organisation) else None,
    )
    _record("passavant.job.started", job, by)
    return job


@transaction.atomic
def cancel(job: Job, *, by: Person) -> Job:
    """Cancel a job: at once when it waits, at its next word when it runs, not at all when it has ended."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.state not in (State.WAITING, State.RUNNING) or locked.cancel_asked:
        return locked
    locked.cancel_asked = True
    if locked.state == State.WAITING:
        locked.state, locked.ended_at = State.CANCELLED, timezone.now()
    locked.save(update_fields=["cancel_asked", "state", "ended_at"])
    _record("passavant.job.cancelled", locked, by)
    return locked


def find(job: uuid.UUID, person: Person) -> Job:
    """Return a job that a person may see: his own, or any for an administrator.

    Raises:
        NotFound: there is none, or it is somebody else's: the answer does not tell which.
    """
    found = Job.objects.filter(pk=job).first()
    if found is None or not (found.person_id == person.pk or administrator(person)):
        raise NotFound(
            "portal.job.none",
            got=(f"no job {job} of yours", f"aucune tâche {job} à vous"),
            expected=("a job that you started", "une tâche que vous avez lancée"),
            next_step=("Check its number where you started it.", "Vérifiez son numéro là où vous l'avez lancée."),
        )
    return found


def _record(action: str, job: Job, by: Person | Organisation | None) -> None:
    record(
        action,
        actor=by.email if isinstance(by, Person) else "passavant" if by is None else by.name,
        acting_for=by.name if isinstance(by, Organisation) else "",
        object_type="job",
        object_id=str(job.pk),
        data={"kind": job.kind},
    )
