"""The service against its own description: what it takes, what it refuses and every answer, by Schemathesis."""

from __future__ import annotations

import hashlib
import itertools
import time
from typing import Any

import pytest
import schemathesis
import urllib3
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from passavant.sealing import SigningKey, Statement
from passavant.sealing.statements import now
from passavant.sealing.submissions import submit
from passavant.sealing.tiles import WIDTH, tile_path

_EXAMPLES = 40
_OPERATIONS = [
    ("POST", "/api/v1/seals"),
    ("GET", "/api/v1/seals"),
    ("GET", "/api/v1/seals/{alg}/{digest}"),
    ("GET", "/api/v1/proofs/{index}"),
    ("GET", "/api/v1/log"),
    ("GET", "/checkpoint"),
    ("GET", "/tile/{path}"),
]
#: Operations that take nothing that could be wrong: no argument, or any text.
_TAKE_ANYTHING = {"/api/v1/log", "/checkpoint", "/tile/{path}"}
_CASES = [
    pytest.param(mode, method, path, id=f"{mode.value} {method} {path}")
    for mode in GenerationMode
    for method, path in _OPERATIONS
    if mode == GenerationMode.POSITIVE or path not in _TAKE_ANYTHING
]


@pytest.fixture(scope="module")
def schema(served: str) -> Any:
    return schemathesis.openapi.from_url(f"{served}/api/v1/openapi.json")


def _call(case: Any) -> Any:
    """Call the service and check the answer; a body made from the schema alone cannot bear a signature, so its refusal is right."""
    signed_by_nobody = [positive_data_acceptance] if case.operation.method.upper() == "POST" else []
    return case.call_and_validate(excluded_checks=signed_by_nobody)


@pytest.mark.parametrize(("mode", "method", "path"), _CASES)
def test_the_service_keeps_to_its_description(schema: Any, mode: GenerationMode, method: str, path: str) -> None:
    seen = []

    @settings(
        max_examples=_EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(schema[path][method].as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        seen.append(_call(case))

    check()

    assert seen


def _said(log: str, issuer: SigningKey, action: str, digest: str, **fields: Any) -> dict[str, Any]:
    return submit(issuer, [Statement(action, issuer.name, now(), digest=digest, **fields)], log).record()


@pytest.fixture(scope="module")
def digests(schema: Any, issuer_key: SigningKey, log_key: SigningKey) -> dict[str, str]:
    """Seal one document for each status, through the described operation; return their digests."""
    names = ("valid", "superseded", "revoked", "expired", "newer")
    found = {name: hashlib.sha256(f"described {name}".encode()).hexdigest() for name in names}
    post = schema["/api/v1/seals"]["POST"]
    statements = [
        _said(log_key.name, issuer_key, "seal", found["valid"], doc_type="851", valid_until="2999-01-01T00:00:00Z"),
        _said(log_key.name, issuer_key, "seal", found["superseded"]),
        _said(log_key.name, issuer_key, "supersede", found["newer"], ref=f"sha-256:{found['superseded']}"),
        _said(log_key.name, issuer_key, "seal", found["revoked"], tree_size=3, tree_root="ab" * 32),
        _said(log_key.name, issuer_key, "revoke", found["revoked"], reason="cancelled"),
        _said(log_key.name, issuer_key, "seal", found["expired"], valid_until="2026-01-01T00:00:00Z"),
    ]
    for body, status in itertools.product(statements, (201, 200)):
        answer = post.Case(body=body, media_type="application/json", query={"receipts": "yes"}).call_and_validate()
        assert status == answer.status_code
    return found


@pytest.mark.parametrize("status", ["valid", "superseded", "revoked", "expired"])
def test_each_status_is_described(schema: Any, digests: dict[str, str], status: str) -> None:
    case = schema["/api/v1/seals/{alg}/{digest}"]["GET"].Case(
        path_parameters={"alg": "sha-256", "digest": digests[status]}
    )
    answer = case.call_and_validate()
    assert 200 == answer.status_code
    assert status == answer.json()["seals"][0]["status"]
    private = schema["/api/v1/seals"]["GET"].Case(query={"prefix": digests[status][:12], "alg": "sha-256"})

    assert answer.json()["seals"] == private.call_and_validate().json()["documents"][0]["seals"]


@pytest.mark.parametrize("kind", ["text/plain", "application/cose"])
def test_each_kind_of_receipt_is_described(schema: Any, digests: dict[str, str], kind: str) -> None:
    case = schema["/api/v1/proofs/{index}"]["GET"].Case(path_parameters={"index": 1}, headers={"Accept": kind})
    answer = case.call_and_validate()

    assert (200, kind) == (answer.status_code, answer.headers["content-type"][0].partition(";")[0])


@pytest.mark.parametrize("level", ["0", "entries"])
def test_published_files_are_described(schema: Any, served: str, digests: dict[str, str], level: str) -> None:
    end = time.monotonic() + 20
    while (noted := urllib3.request("GET", f"{served}/checkpoint")).status != 200 and time.monotonic() < end:
        time.sleep(0.05)
    size = int(noted.data.split(b"\n")[1])
    assert 200 == schema["/checkpoint"]["GET"].Case().call_and_validate().status_code
    path = tile_path(0, 0, min(size, WIDTH)).replace("tile/0", level)
    case = schema["/tile/{path}"]["GET"].Case(path_parameters={"path": path})

    assert 200 == case.call_and_validate(excluded_checks=[unsupported_method]).status_code
