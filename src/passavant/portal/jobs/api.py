"""A job over the API: how far it is, and what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router, Schema

from passavant.portal.jobs.kinds import KINDS
from passavant.portal.jobs.models import Job
from passavant.portal.jobs.services import find
from passavant.portal.operators.auth import person_of, session_auth
from passavant.portal.people.permissions import signed_in

__all__ = ["router"]

router = Router(tags=["jobs"])


class JobShown(Schema):
    """A job; ``label``, ``unit`` and ``error`` are in the client's language, times in UTC."""

    id: uuid.UUID
    kind: str
    label: str
    state: str
    done: int
    total: int | None
    unit: str
    result: Any
    error: dict[str, str | None] | None
    made_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None


@router.get(
    "/{job}", response=JobShown, auth=session_auth.needing(signed_in), summary="A job: how far it is, what came of it"
)
def show(request: HttpRequest, job: uuid.UUID) -> JobShown:
    """Answer to the person who started it, and to administrators."""
    return _shown(find(job, person_of(request)))


def _shown(job: Job) -> JobShown:
    language = "fr" if (get_language() or "en").startswith("fr") else "en"
    kind = KINDS.get(job.kind)
    return JobShown(
        id=job.pk,
        kind=job.kind,
        label=kind.label.say(language) if kind else job.kind,
        state=job.state,
        done=job.done,
        total=job.total,
        unit=kind.unit.say(language) if kind else "",
        result=job.result,
        error=job.error[language] if job.error else None,
        made_at=job.made_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )
