"""Whatever is wrong with a request, the answer is a problem document in the client's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from passavant.portal.operations.logs import TheirFaults
from passavant.portal.people.roles import Role

Bearer = Callable[..., dict[str, str]]
_READ, _WRITE = "declarations:read", "declarations:write"
_CANCELLATION = "/api/v1/declarations/EU:LP:1/cancellation"


def _problem(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.content)
    assert "application/problem+json" == answer.headers["Content-Type"], answer.content
    assert answer.status_code == told["status"]
    assert all(told[name] for name in ("code", "title", "got", "expected", "next_step"))
    return told


def test_an_address_that_leads_nowhere(client: Client, db: None) -> None:
    assert "portal.api.no_route" == _problem(client.get("/api/v1/nothing"))["code"]


def test_another_method_names_those_that_are_taken(client: Client, db: None) -> None:
    answer = client.put("/api/v1/declarations", headers={"Accept-Language": "fr"})
    told = _problem(answer)

    assert ("portal.request.method", 405) == (told["code"], answer.status_code)
    assert "GET, POST" == answer.headers["Allow"]
    assert "l'une de GET, POST" == told["expected"]


def test_a_host_that_is_not_ours(client: Client, db: None) -> None:
    assert 400 == _problem(client.get("/api/v1/about", headers={"Host": "elsewhere.example"}))["status"]


def test_a_fault_of_ours_is_told_without_a_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("passavant.portal.operators.auth.verified", broken)
    client.raise_request_exception = False

    assert 500 == _problem(client.get("/api/v1/declarations", headers={"Authorization": "Bearer x"}))["status"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "portal.key.missing"),
        ({"Authorization": "Basic YTpi"}, "portal.key.missing"),
        ({"Authorization": "Bearer pvt_a_b"}, "portal.key.invalid"),
    ],
    ids=["no header", "another scheme", "no key of ours"],
)
def test_whoever_shows_no_key_is_told_which_header_is_expected(
    client: Client, db: None, headers: dict[str, str], code: str
) -> None:
    answer = client.get("/api/v1/declarations", headers=headers)
    told = _problem(answer)

    assert (401, code) == (answer.status_code, told["code"])
    assert "Authorization: Bearer pvt_" in told["expected"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_key_where_a_person_is_wanted_is_told_so(client: Client, bearer: Bearer) -> None:
    told = _problem(client.get("/api/v1/keys", headers=bearer(_READ)))

    assert (401, "portal.session.missing") == (told["status"], told["code"])


def test_a_body_that_is_no_json(client: Client, bearer: Bearer) -> None:
    answer = client.post(_CANCELLATION, "{", content_type="application/json", headers=bearer(_WRITE))

    assert (400, "portal.request.not_json") == (answer.status_code, _problem(answer)["code"])


def test_a_body_over_the_limit(client: Client, bearer: Bearer, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
    answer = client.post(_CANCELLATION, " " * (1 << 21), content_type="application/json", headers=bearer(_WRITE))

    assert (413, "at most 1 MiB") == (answer.status_code, _problem(answer)["expected"])


@pytest.mark.parametrize(
    ("address", "body", "found"),
    [
        ("/api/v1/declarations?limit=banana", None, ("query", "limit", "'banana'", "un nombre entier")),
        ("/api/v1/declarations?limit=5000", None, ("query", "limit", "'5000'", "1000 ou moins")),
        ("/api/v1/declarations/scan", None, ("query", "code", "rien : il manque", "une valeur")),
        (_CANCELLATION, {}, ("body", "reason", "rien : il manque", "une valeur")),
        (_CANCELLATION, {"reason": ""}, ("body", "reason", "''", "au moins 1 caractères")),
        (_CANCELLATION, {"reason": ["x"]}, ("body", "reason", "un tableau de 1", "un texte")),
    ],
    ids=["no number", "too large", "parameter missing", "field missing", "too short", "another type"],
)
def test_each_field_says_what_was_got_and_expected_by_the_clients_own_name(
    client: Client, bearer: Bearer, address: str, body: Any, found: tuple[str, ...]
) -> None:
    headers = bearer(_READ, _WRITE) | {"Accept-Language": "fr"}
    answer = (
        client.get(address, headers=headers)
        if body is None
        else client.post(address, body, content_type="application/json", headers=headers)
    )
    (field,) = _problem(answer)["fields"]

    assert found == tuple(field[name] for name in ("in", "field", "got", "expected"))


def test_a_page_refused_is_one_line_of_the_log(client: Client, person: Any, capsys: pytest.CaptureFixture[str]) -> None:
    client.force_login(person("ada", Role.OPERATOR))
    wanted = logging.StreamHandler()
    wanted.addFilter(TheirFaults())
    logger = logging.getLogger("django.request")
    logger.addHandler(wanted)
    try:
        answer = client.get("/en/cases/")
    finally:
        logger.removeHandler(wanted)

    assert settings.LOGGING["handlers"]["console"]["filters"] == ["their_faults"]
    assert 403 == answer.status_code
    assert ["Forbidden (Permission denied): /en/cases/"] == capsys.readouterr().err.splitlines()


def test_a_parameter_that_is_not_known_is_refused_with_the_one_that_was_meant(client: Client, bearer: Bearer) -> None:
    told = _problem(client.get("/api/v1/declarations?outcom=control&limit=5&x=1", headers=bearer(_READ)))
    named = [(one["in"], one["field"], one["expected"], one.get("did_you_mean")) for one in told["fields"]]

    assert 422 == told["status"]
    assert [
        ("query", "outcom", "one of before, limit, outcome, state", "outcome"),
        ("query", "x", "one of before, limit, outcome, state", None),
    ] == named


def test_a_route_without_parameters_says_that_it_takes_none(client: Client, db: None) -> None:
    told = _problem(client.get("/api/v1/about?lang=fr", headers={"Accept-Language": "fr"}))

    assert (422, "une adresse sans paramètre") == (told["status"], told["fields"][0]["expected"])


@pytest.mark.parametrize("path", ["/api/v1/declarations", _CANCELLATION], ids=["declarations", "cancellation"])
def test_a_body_packed_on_the_way_is_refused_before_it_is_read(client: Client, bearer: Bearer, path: str) -> None:
    answer = client.post(
        path, b"\x1f\x8b", content_type="application/json", headers=bearer(_WRITE) | {"Content-Encoding": "gzip"}
    )
    told = _problem(answer)

    assert (415, "portal.request.encoding") == (told["status"], told["code"])
    assert "a body with Content-Encoding: gzip" == told["got"]
