"""Declarations sent by an operator's key; everything is decided in the process of the test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from passavant.portal.declarations import desk as desks
from passavant.portal.operators import quotas
from passavant.portal.operators.services import make_key
from passavant.portal.people.models import Organisation

RATES = Path(__file__).parents[3] / "examples" / "rates-example.csv"
Send = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def _decided_here(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """Give these tests one home and one desk, made once: it takes some seconds."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PASSAVANT_HOME", str(tmp_path_factory.mktemp("home")))
    patch.setenv("PASSAVANT_RATES", str(RATES))
    patch.setenv("PASSAVANT_SECRET", "a secret for tests only")
    with django_db_blocker.unblock():
        desks.desk()
    yield
    desks.replace(None)
    patch.undo()


@pytest.fixture(autouse=True)
def _here(settings: Any) -> Iterator[None]:
    settings.PASSAVANT_DECISIONS = "here"
    quotas.forget_leases()
    yield
    quotas.forget_leases()


@pytest.fixture
def operator(db: None) -> Organisation:
    return Organisation.objects.create(name="Example Platform", declarant_id="LP")


@pytest.fixture
def key(operator: Organisation) -> Callable[..., dict[str, str]]:
    """Return what makes the header field of a key."""

    def make(*scopes: str, sandbox: bool = False, of: Organisation = operator) -> dict[str, str]:
        wanted = scopes or ("declarations:write", "declarations:read")
        _, text = make_key(of, "test", list(wanted), by="test", sandbox=sandbox)
        return {"Authorization": f"Bearer {text}"}

    return make


@pytest.fixture
def send(client: Client, key: Callable[..., dict[str, str]]) -> Send:
    """Return what sends declarations and gives the answer."""
    own = key()

    def post(body: Any, *, media: str = "application/json", headers: dict[str, str] | None = None) -> Any:
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return client.post("/api/v1/declarations", content, content_type=media, headers=own | (headers or {}))

    return post
