"""The API answers what the pages answer."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client

from passavant.policy import shipped_policies
from passavant.portal.public import api

_ASKED = {
    "destination": "DE",
    "sent_from": "CN",
    "value": "100",
    "currency": "EUR",
    "hs_code": "610910",
    "on": "2026-06-15",
    "channel": "express",
}


@pytest.fixture(autouse=True)
def _none_asked(db: None) -> None:
    cache.clear()


def test_the_policies_are_listed_with_their_sources(client: Client) -> None:
    told = client.get("/api/v1/policies", headers={"Accept-Language": "fr"}).json()

    assert list(shipped_policies()) == [one["id"] for one in told]
    assert all(one["source"] and one["digest"] and one["notice"] for one in told)
    assert "Union européenne" in [one["title"] for one in told]


def test_a_policy_is_told_as_of_a_day(client: Client) -> None:
    before, after = (client.get(f"/api/v1/policies/eu?on={day}").json() for day in ("2026-06-30", "2026-07-01"))
    relief = [next(one for one in told["parameters"] if one["name"] == "duty_relief") for told in (before, after)]

    assert [("150", "2021-07-01"), ("0", "2026-07-01")] == [(one["value"], one["since"]) for one in relief]
    assert all(one["reference"] for one in relief)


def test_an_unknown_policy_is_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/policies/XX")

    assert (404, "portal.policy.none") == (answer.status_code, answer.json()["code"])


def test_a_purchase_is_answered_as_on_its_page(client: Client) -> None:
    told = client.get(f"/api/v1/landed-cost?{urlencode(_ASKED)}").json()
    page = client.get(f"/en/landed-cost/?{urlencode(_ASKED | {'quantity': '1', 'nature': 'sale'})}").content.decode()

    assert (1900, "EUR") == (told["at_the_border_minor"], told["currency"])
    assert "On arrival: EUR 19.00" in page
    assert all(rule["text"].replace("'", "&#x27;") in page for one in told["amounts"] for rule in one["rules"])


@pytest.mark.parametrize(("field", "value"), [("value", "x"), ("hs_code", "1"), ("destination", "XX")])
def test_what_cannot_be_answered_names_its_field(field: str, value: str, client: Client) -> None:
    answer = client.get(f"/api/v1/landed-cost?{urlencode(_ASKED | {field: value})}")

    assert (400, "portal.landed_cost.refused") == (answer.status_code, answer.json()["code"])
    assert field in answer.json()["got"]


def test_whoever_asks_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "QUESTIONS_A_MINUTE", 1)
    answers = [client.get(f"/api/v1/landed-cost?{urlencode(_ASKED)}") for _ in range(3)]

    assert 429 == answers[-1].status_code
    assert "60" == answers[-1].headers["Retry-After"]
