"""Health tells the truth and nothing more; metrics name views, never addresses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from passavant.portal.jobs.models import Beat, Job
from passavant.portal.people.roles import Role
from passavant.portal.trail.services import record


def test_health_is_ok_with_an_up_to_date_database(client: Client, db: None) -> None:
    answer = client.get("/health")

    assert (200, "ok") == (answer.status_code, answer.json()["status"])
    assert {"status", "version", "worker", "decisions"} == answer.json().keys()


def test_health_tells_how_long_the_worker_has_been_silent(client: Client, db: None) -> None:
    before = client.get("/health").json()["worker"]
    Beat.objects.create(name="worker", at=timezone.now() - dt.timedelta(hours=1))
    after = client.get("/health")

    assert {"seconds_since_heartbeat": None} == before
    assert 3600 <= after.json()["worker"]["seconds_since_heartbeat"] < 3660
    assert 200 == after.status_code


def test_health_says_that_the_database_is_behind(client: Client, db: None) -> None:
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("trail")
    MigrationRecorder(connection).record_unapplied(*newest)
    answer = client.get("/health")

    assert (503, "behind") == (answer.status_code, answer.json()["status"])


def test_metrics_count_requests_by_view_and_hold_no_address(client: Client, person: Any) -> None:
    client.force_login(person("ada", Role.ADMINISTRATOR))
    client.get("/api/v1/about")
    client.get("/en/?secret=12345")
    client.get("/nothing/of/this/name")
    shown = client.get("/metrics").content.decode()

    assert 'passavant_requests_total{status="200",view="api:about"}' in shown
    assert 'status="404",view="none"' in shown
    assert "12345" not in shown
    assert "nothing" not in shown


def test_metrics_tell_the_jobs_the_silence_of_the_worker_and_the_age_of_the_last_seal(
    client: Client, person: Any
) -> None:
    client.force_login(person("ada", Role.ADMINISTRATOR))
    before = client.get("/metrics").content.decode()
    Job.objects.create(kind="test")
    Beat.objects.create(name="worker", at=timezone.now())
    record("passavant.trail.sealed", actor="passavant", object_type="entry", object_id="1")
    after = client.get("/metrics").content.decode()

    assert 'passavant_jobs{state="waiting"} 0.0' in before
    assert 'passavant_jobs{state="waiting"} 1.0' in after
    for name in ("passavant_worker_silence_seconds", "passavant_trail_seal_age_seconds"):
        assert f"\n{name} " not in before
        assert f"\n{name} " in after


def test_the_shape_of_the_database_is_written_down(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
