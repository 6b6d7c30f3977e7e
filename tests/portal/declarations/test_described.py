"""The whole API against its own description: whatever is sent, it answers in order and never with a fault of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from passavant.portal.api.root import api
from passavant.portal.declarations.desk import desk
from passavant.portal.declarations.working import work_on_one
from passavant.portal.people.models import Organisation
from passavant.portal.people.roles import CUSTOMS, Role
from passavant.portal.people.services import give_role, make_account

_EXAMPLES = 8
_SCHEMA = json.loads(json.dumps(api.get_openapi_schema(), default=str))
_DESCRIBED = schemathesis.openapi.from_dict(_SCHEMA)
_OPERATIONS = {(method.upper(), path): told for path, item in _SCHEMA["paths"].items() for method, told in item.items()}
#: What takes nothing can be given nothing wrong.
_CASES = [
    pytest.param(mode, method, path, id=f"{mode.value} {method} {path}")
    for mode in GenerationMode
    for (method, path), told in sorted(_OPERATIONS.items(), key=lambda one: one[0])
    if mode == GenerationMode.POSITIVE or told.get("parameters") or "requestBody" in told
]


@pytest.fixture
def ways(key: Callable[..., dict[str, str]], operator: Organisation, client: Client) -> list[dict[str, str]]:
    """Return the header fields of an operator's key, and of a session of somebody who is everything."""
    person = make_account("all@customs.example", "All", "a long pass phrase", by="test")
    customs = Organisation.objects.create(name="Customs")
    for role in Role:
        give_role(person, role, customs if role in CUSTOMS else operator, by="test")
    client.force_login(person)
    client.get("/en/accounts/login/")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    scopes = ("declarations:write", "declarations:read", "webhooks:manage")
    return [key(*scopes, sandbox=True), {"Cookie": cookies, "X-CSRFToken": token, "Referer": "http://localhost/"}]


def _sent(client: Client, case: Any, way: dict[str, str]) -> int:
    """Send a case as it is, and return the status."""
    body = case.body if not isinstance(case.body, NotSet) else b""
    content = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "surrogatepass")
    address = f"{quote(case.formatted_path)}?{urlencode(case.query or {}, doseq=True)}"
    headers = {name: str(value) for name, value in (case.headers or {}).items()} | way
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return int(
        client.generic(case.method, address, content, case.media_type or "application/json", **given).status_code
    )


@pytest.mark.parametrize(("mode", "method", "path"), _CASES)
def test_nothing_that_is_sent_makes_it_fail(
    client: Client, ways: list[dict[str, str]], mode: GenerationMode, method: str, path: str
) -> None:
    seen = []

    @settings(
        max_examples=_EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(_DESCRIBED[path][method].as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        seen.extend(_sent(client, case, way) for way in ways)

    check()
    while work_on_one(desk()):
        pass

    assert seen
    assert all(status < 500 for status in seen)
