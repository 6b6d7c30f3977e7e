"""Old jobs and sessions are forgotten, and nothing else."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.utils import timezone

from passavant.portal.jobs.models import Job, State
from passavant.portal.jobs.periodic import PERIODIC
from passavant.portal.jobs.tasks import KEPT_DAYS


def test_jobs_that_ended_long_ago_are_forgotten(db: None) -> None:
    long_ago = timezone.now() - dt.timedelta(days=KEPT_DAYS + 1)
    Job.objects.create(kind="old", state=State.DONE, ended_at=long_ago)
    Job.objects.create(kind="new", state=State.DONE, ended_at=timezone.now())
    Job.objects.create(kind="waiting", made_at=long_ago)
    PERIODIC["jobs.forget"].function()

    assert {"new", "waiting"} == set(Job.objects.values_list("kind", flat=True))


def test_sessions_that_have_run_out_are_forgotten(db: None) -> None:
    for key, days in (("out", -1), ("on", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + dt.timedelta(days=days))
    PERIODIC["operations.sessions"].function()

    assert ["on"] == list(Session.objects.values_list("session_key", flat=True))
