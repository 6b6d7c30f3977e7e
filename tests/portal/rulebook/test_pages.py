"""The pages lead an analyst from an idea to a rule in force, with errors at their fields, in both languages."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from passavant.portal.jobs.queue import claim
from passavant.portal.jobs.running import run
from passavant.portal.people.roles import Role
from passavant.portal.rulebook.models import BackTest
from passavant.portal.rulebook.services import active_files, find

FIELDS = {
    "code": "valuable", "when": "goods_total > 3000", "outcome": "screen", "risk": "fiscal", "certainty": "low",
    "text_en": "Valuable.", "text_fr": "De valeur.", "reference_en": "Own list", "reference_fr": "Liste propre", "note": "first",
}  # fmt: skip


def _work() -> None:
    job = claim("a worker")
    assert job is not None
    run(job, "a worker", threading.Event(), pause=0)


@pytest.fixture
def ada(person: Any, client: Client) -> Client:
    client.force_login(person("ada", Role.ANALYST))
    return client


@pytest.fixture
def eve(person: Any) -> Client:
    other = Client()
    other.force_login(person("eve", Role.SUPERVISOR))
    return other


def _text(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


def test_from_an_idea_to_a_rule_in_force(eight_days: Path, ada: Client, eve: Client) -> None:
    kept = ada.post("/en/rules/write-new/", FIELDS)
    assert "/en/rules/valuable/1/" == kept.headers["Location"]
    asked = ada.post("/en/rules/valuable/1/", {"step": "test", "days": "8"})
    assert 'http-equiv="refresh"' not in _text(ada.get(asked.headers["Location"]))
    assert 'http-equiv="refresh"' in _text(ada.get(asked.headers["Location"] + "?follow=1"))
    _work()
    done = _text(ada.get(asked.headers["Location"]))
    assert "refresh" not in done
    assert "refresh" not in _text(ada.get(asked.headers["Location"] + "?follow=1"))
    assert "8 days with declarations" in done
    assert 302 == ada.post("/en/rules/valuable/1/", {"step": "propose", "reason": "it helps"}).status_code
    assert "You wrote or proposed this version" in _text(ada.get("/en/rules/valuable/1/"))
    assert "another person" in _text(ada.post("/en/rules/valuable/1/", {"step": "approve", "reason": "I agree"}))
    assert 302 == eve.post("/en/rules/valuable/1/", {"step": "approve", "reason": "agreed"}).status_code

    assert active_files()[-1].name.startswith("valuable-")
    assert "Version 1 is in force." in _text(eve.get("/en/rules/valuable/"))
    assert "La version 1 est en vigueur." in _text(eve.get("/fr/rules/valuable/"))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "did you mean goods_total"), ("fr", "vouliez-vous écrire goods_total")],
)
def test_the_parsers_error_stands_at_the_condition(language: str, said: str, eight_days: Path, ada: Client) -> None:
    shown = _text(ada.post(f"/{language}/rules/write-new/", FIELDS | {"when": "goods_totl > 3"}))

    assert said in shown
    assert 'href="#id_when"' in shown
    assert 'id="id_when_error"' in shown


def test_a_code_that_the_starter_set_uses_is_refused_at_its_field(eight_days: Path, ada: Client) -> None:
    shown = _text(ada.post("/en/rules/write-new/", FIELDS | {"code": "firearms"}))

    assert 'href="#id_code"' in shown


def test_a_preview_says_it_in_words_and_keeps_nothing(eight_days: Path, ada: Client) -> None:
    shown = _text(ada.post("/fr/rules/write-new/", FIELDS | {"preview": "1", "when": "arrival_at IS NULL"}))

    assert "De valeur." in shown
    assert "arrival_at (" in shown  # cannot be tried on the past, and is named
    assert [] == list(BackTest.objects.all())
    assert 404 == ada.get("/fr/rules/valuable/").status_code


def test_the_editor_lists_what_a_condition_may_use(eight_days: Path, ada: Client) -> None:
    shown = _text(ada.get("/en/rules/write-new/"))

    for name in ("goods_total", "hours_before_arrival", "REGEXP_MATCHES", "an amount of the threshold currency"):
        assert name in shown


def test_two_versions_are_compared_field_by_field(eight_days: Path, ada: Client) -> None:
    ada.post("/en/rules/write-new/", FIELDS)
    ada.post("/en/rules/valuable/change/", FIELDS | {"when": "goods_total > 9000", "code": "other"})
    shown = _text(ada.get("/en/rules/valuable/2/?against=1"))

    assert 2 == find("valuable").number
    assert "goods_total &gt; 3000" in shown
    assert "goods_total &gt; 9000" in shown


@pytest.mark.parametrize("role", [Role.POLICY, Role.AUDITOR])
@pytest.mark.parametrize("step", ["test", "propose", "retire", "approve", "refuse", "nonsense"])
def test_readers_change_nothing(role: Role, step: str, eight_days: Path, ada: Client, person: Any) -> None:
    ada.post("/en/rules/write-new/", FIELDS)
    reader = Client()
    reader.force_login(person("rita", role))

    assert 200 == reader.get("/en/rules/valuable/1/").status_code
    assert 403 == reader.post("/en/rules/valuable/1/", {"step": step, "days": "8", "reason": "why"}).status_code


def test_a_refused_back_test_is_explained(eight_days: Path, ada: Client) -> None:
    ada.post("/en/rules/write-new/", FIELDS | {"when": "hours_before_arrival < 2"})
    asked = ada.post("/en/rules/valuable/1/", {"step": "test", "days": "8"})
    _work()

    assert "do not keep" in _text(ada.get(asked.headers["Location"]))
    assert "ne conservent pas" in _text(ada.get(asked.headers["Location"].replace("/en/", "/fr/")))


def test_the_api_gives_the_same_rules_to_those_who_may_read_them(eight_days: Path, ada: Client) -> None:
    ada.post("/en/rules/write-new/", FIELDS)
    told = ada.get("/api/v1/rules").json()
    whole = ada.get("/api/v1/rules/valuable").json()

    assert [("valuable", None, "draft")] == [(one["code"], one["in_force"], one["newest"]["state"]) for one in told]
    assert find("valuable").text == whole["versions"][0]["file"]
    assert 404 == ada.get("/api/v1/rules/none").status_code
