"""Jobs asked for, cancelled, and shown to those whose they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from passavant.errors import NotFound
from passavant.portal.jobs.kinds import KINDS, kind
from passavant.portal.jobs.models import Job, State
from passavant.portal.jobs.services import cancel, find, start
from passavant.portal.people.models import Organisation
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry
from passavant.texts import Text


@pytest.fixture(autouse=True)
def _count() -> Iterator[None]:
    kind("test.count", Text("Count", "Compter"), Text("numbers", "nombres"))(lambda _job, upto: upto)
    yield
    del KINDS["test.count"]


def test_a_job_is_asked_for_by_somebody_and_the_trail_says_so(person: Any, office: Organisation) -> None:
    ada = person("ada", Role.OFFICER)
    hers, theirs, ours = (start("test.count", {"upto": 3}, by=by) for by in (ada, office, None))

    assert (ada, None, State.WAITING) == (hers.person, hers.organisation, hers.state)
    assert (None, office) == (theirs.person, theirs.organisation)
    assert [ada.email, office.name, "passavant"] == list(
        LogEntry.objects.filter(action="passavant.job.started").values_list("actor", flat=True)
    )
    assert str(ours.pk) == LogEntry.objects.latest("sequence").object_id


def test_a_job_falls_with_its_transaction(db: None) -> None:
    with transaction.atomic():
        start("test.count", {"upto": 3})
        transaction.set_rollback(True)

    assert 0 == Job.objects.count()


def test_a_kind_that_nobody_registered_is_not_asked_for(db: None) -> None:
    with pytest.raises(KeyError):
        start("test.unheard_of", {})


def test_a_waiting_job_is_cancelled_at_once_and_once(person: Any) -> None:
    ada = person("ada", Role.OFFICER)
    job = cancel(start("test.count", {"upto": 3}, by=ada), by=ada)
    again = cancel(job, by=ada)

    assert (State.CANCELLED, State.CANCELLED) == (job.state, again.state)
    assert 1 == LogEntry.objects.filter(action="passavant.job.cancelled").count()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_a_job_is_shown_to_whoever_started_it_and_to_administrators_alone(
    role: Role, person: Any, client: Client
) -> None:
    ada, omar, root = person("ada", role), person("omar", role), person("root", Role.ADMINISTRATOR)
    address = f"/api/v1/jobs/{start('test.count', {'upto': 3}, by=ada).pk}"
    nobody = client.get(address)
    answers = []
    for one in (ada, omar, root):
        client.force_login(one)
        answers.append(client.get(address))

    assert (401, "application/problem+json") == (nobody.status_code, nobody.headers["Content-Type"])
    assert [200, 404, 200] == [answer.status_code for answer in answers]


def test_a_job_is_shown_in_the_language_asked_for(person: Any, client: Client) -> None:
    ada = person("ada", Role.OPERATOR)
    job = start("test.count", {"upto": 3}, by=ada)
    client.force_login(ada)
    told = client.get(f"/api/v1/jobs/{job.pk}", headers={"Accept-Language": "fr"}).json()

    assert ("Compter", "nombres", "waiting", 0, None) == tuple(
        told[name] for name in ("label", "unit", "state", "done", "error")
    )


def test_a_job_that_is_not_there_is_answered_like_one_of_somebody_else(person: Any) -> None:
    ada, omar = person("ada", Role.OFFICER), person("omar", Role.OFFICER)
    job = start("test.count", {"upto": 3}, by=ada)
    for number in (job.pk, uuid.uuid4()):
        with pytest.raises(NotFound, match="no job"):
            find(number, omar)

    assert job == find(job.pk, ada)
