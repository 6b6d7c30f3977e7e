"""The public pages: what is asked is checked, what is answered has its law, and nobody asks too often."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client

from passavant.policy import shipped_policies
from passavant.portal.public import views

_ASKED = {
    "destination": "DE", "sent_from": "CN", "value": "100,00", "currency": "eur", "hs_code": "6109.10",
    "on": "2026-06-15", "quantity": "1", "nature": "sale", "channel": "express",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _none_asked(db: None) -> None:
    cache.clear()


def _page(client: Client, language: str = "en", **changed: str) -> Any:
    return client.get(f"/{language}/landed-cost/?{urlencode(_ASKED | changed)}")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "On arrival: EUR 19.00"), ("fr", "À l'arrivée\u00a0: 19,00 EUR")]
)
def test_a_purchase_is_answered_with_its_law(language: str, said: str, client: Client) -> None:
    answer = _page(client, language)
    text = answer.content.decode()

    assert 200 == answer.status_code
    assert said in text
    assert "1186/2009" in text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", "0"), ("value", "-1"), ("value", "1e3000"), ("value", "NaN"), ("value", "9" * 400), ("value", "1.23456"),
        ("currency", "ZZZ"), ("currency", "EURO"), ("hs_code", "61"), ("hs_code", "6109a0"), ("on", "1999-01-01"),
        ("on", "9999-12-31"), ("quantity", "0"), ("quantity", "10001"), ("destination", "../../etc/passwd"), ("sent_from", "ZZ"),
        ("destination", "US"), ("destination", ""), ("nature", "smuggling"), ("shipping", "x"), ("mass", "1001"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_at_its_field(field: str, value: str, client: Client) -> None:
    text = _page(client, **{field: value}).content.decode()
    place = f"id_{field}_0" if field == "nature" else f"id_{field}"

    assert "<title>Error: " in text
    assert f'href="#{place}"' in text
    assert f'id="{place}"' in text
    assert "On arrival" not in text


def test_a_link_with_what_the_api_takes_is_answered(client: Client) -> None:
    needed = ("destination", "sent_from", "value", "currency", "hs_code")
    text = client.get(f"/en/landed-cost/?{urlencode({name: _ASKED[name] for name in needed})}").content.decode()

    assert "govuk-error" not in text
    assert "On arrival" in text


def test_an_empty_form_shows_no_fault(client: Client) -> None:
    text = client.get("/en/landed-cost/").content.decode()

    assert "<title>What will I pay?" in text
    assert "govuk-error" not in text


def test_an_amount_that_cannot_be_told_is_said(client: Client) -> None:
    text = _page(client, hs_code="999999", value="500").content.decode()

    assert "The amount cannot be told yet" in text


def test_whoever_asks_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "QUESTIONS_A_MINUTE", 2)
    answers = [_page(client) for _ in range(4)]

    assert 429 == answers[-1].status_code
    assert "60" == answers[-1].headers["Retry-After"]
    assert "asked many questions" in answers[-1].content.decode()
    assert 200 == client.get("/en/landed-cost/").status_code


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_policy_is_listed_and_shown(language: str, client: Client) -> None:
    listed = client.get(f"/{language}/policies/").content.decode()
    shown = {name: client.get(f"/{language}/policies/{name}/?on=2026-10-15") for name in shipped_policies()}

    assert [] == [name for name in shown if f'href="/{language}/policies/{name}/"' not in listed]
    assert {200} == {one.status_code for one in shown.values()}


def test_a_value_stands_with_its_day_and_its_text_of_law(client: Client) -> None:
    text = client.get("/en/policies/EU/?on=2026-10-15").content.decode()

    assert "2026-07-01" in text
    assert "Reg. (EC) No 1186/2009, art. 23" in text
    assert "150\u00a0EUR" in text


def test_a_day_before_the_law_is_said(client: Client) -> None:
    assert "not in force on this day" in client.get("/en/policies/NG/?on=2020-01-01").content.decode()


@pytest.mark.parametrize("name", ["XX", "eu.yaml", "etc"])
def test_an_unknown_policy_is_not_found(name: str, client: Client) -> None:
    assert 404 == client.get(f"/en/policies/{name}/").status_code


def test_a_wrong_day_is_refused_at_its_field(client: Client) -> None:
    text = client.get("/fr/policies/EU/?on=demain").content.decode()

    assert "<title>Erreur\u00a0: " in text
    assert 'href="#id_on"' in text
