"""The API says what it is, in the client's language, and describes itself."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.test import Client

from passavant import __version__


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_says_what_answers_in_the_language_asked_for(client: Client, language: str) -> None:
    answer = client.get("/api/v1/about", headers={"Accept-Language": language})

    assert {"name": "Passavant", "version": __version__, "language": language} == answer.json()


def test_it_describes_itself(client: Client) -> None:
    described = json.loads(client.get("/api/openapi.json").content)

    assert described["openapi"].startswith("3.1")
    assert "/api/v1/about" in described["paths"]
    assert 200 == client.get("/api/docs").status_code


def test_a_database_that_does_not_answer_is_told_as_such(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("passavant.portal.operators.auth.verified", gone)

    answer = client.get("/api/v1/declarations", headers={"Authorization": "Bearer pvt_a_b"})

    assert (503, "portal.database.away", "2") == (
        answer.status_code,
        answer.json()["code"],
        answer.headers["Retry-After"],
    )
