"""The pages lead an analyst from an idea to a rule in force, with errors at their fields, in both languages."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from passavant.portal.cases.models import Case
from passavant.portal.jobs.queue import claim
from passavant.portal.jobs.running import run
from passavant.portal.people.models import Person
from passavant.portal.people.roles import Role
from passavant.portal.rulebook.content import Content
from passavant.portal.rulebook.models import BackTest, Proposal
from passavant.portal.rulebook.services import active_files, draft, find
from passavant.portal.rulebook.shown import sample_links

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


def test_a_proposal_is_told_to_who_may_answer_it(person: Any, ada: Client, eve: Client) -> None:
    author = Person.objects.get(name="Ada")
    version = draft(Content(**{name: value for name, value in FIELDS.items() if name != "note"}), "first", by=author)
    Proposal.objects.create(
        version=version, rule=version.rule, kind=Proposal.Kind.ACTIVATE, proposed_by=author, reason="it helps"
    )
    reader = Client()
    reader.force_login(person("rita", Role.AUDITOR))
    told = {name: "1 rule waits for your answer" in _text(one.get("/en/")) for name, one in _all(ada, eve, reader)}
    marked = {name: "Waits for your answer" in _text(one.get("/en/rules/")) for name, one in _all(ada, eve, reader)}

    assert {"author": False, "supervisor": True, "reader": False} == told == marked


def _all(ada: Client, eve: Client, reader: Client) -> list[tuple[str, Client]]:
    return [("author", ada), ("supervisor", eve), ("reader", reader)]


def test_the_consignments_of_a_sample_lead_to_their_cases_for_who_may_read_them(person: Any) -> None:
    at = timezone.now()
    made = [
        Case.objects.create(
            consignment_id="EU:LP:1", version=version, administration="EU", declarant_id="LP", declaration_id="1",
            decision_id="0" * 64, advised="screen", lane="yellow", opened_at=at, due_at=at,
        )
        for version in (1, 2)
    ]  # fmt: skip
    with override("en"):
        links = [
            sample_links(["EU:LP:1", "EU:LP:2"], person(name, role))
            for name, role in (("ada", Role.ANALYST), ("pia", Role.POLICY))
        ]

    assert [
        [("EU:LP:1", f"/en/cases/{made[1].pk}/"), ("EU:LP:2", "")],
        [("EU:LP:1", ""), ("EU:LP:2", "")],
    ] == links


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
