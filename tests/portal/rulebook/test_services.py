"""A rule comes into force when it was tried on the past and a second person agrees, and every step is in the trail."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from passavant.clearance.rules import load_rules, starter_rules
from passavant.errors import BadInput, NotFound
from passavant.portal.jobs.models import State as JobState
from passavant.portal.jobs.queue import claim
from passavant.portal.jobs.running import run
from passavant.portal.people.roles import Role
from passavant.portal.rulebook.content import Content
from passavant.portal.rulebook.models import BackTest, Proposal, State, Version
from passavant.portal.rulebook.services import (
    active_files,
    content_of,
    days_tested,
    decide,
    draft,
    find,
    open_proposal,
    propose_activation,
    propose_retirement,
    state_of,
)
from passavant.portal.rulebook.testing import ask, cost_of
from passavant.portal.trail.models import LogEntry

pytestmark = pytest.mark.long

VALUABLE = Content(
    code="valuable", when="goods_total > 3000", outcome="screen", risk="fiscal", text_en="Valuable.", text_fr="De valeur.",
    reference_en="Own list", reference_fr="Liste propre",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    monkeypatch.delenv("PASSAVANT_RULES", raising=False)
    return tmp_path


@pytest.fixture
def ada(person: Any) -> Any:
    return person("ada", Role.ANALYST)


@pytest.fixture
def ben(person: Any) -> Any:
    return person("ben", Role.ANALYST)


@pytest.fixture
def eve(person: Any) -> Any:
    return person("eve", Role.SUPERVISOR)


def _tested(version: Version, by: Any, days: int = 7) -> Version:
    BackTest.objects.create(version=version, digest=version.digest, days_asked=days, days_tested=days, asked_by=by)
    return version


def _refused(what: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(BadInput) as refused:
        what(*args, **more)
    return refused.value.code


def _done() -> Any:
    job = claim("a worker")
    assert job is not None
    run(job, "a worker", threading.Event(), pause=0)
    job.refresh_from_db()
    return job


def test_a_draft_is_kept_word_for_word_and_never_changed(home: Path, ada: Any) -> None:
    version = draft(VALUABLE, "first", by=ada)

    assert (1, VALUABLE, State.DRAFT) == (version.number, content_of(find("valuable")), state_of(version))
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()


def test_a_changed_draft_is_a_new_version_and_an_unchanged_one_is_refused(home: Path, ada: Any) -> None:
    draft(VALUABLE, "first", by=ada)

    assert "portal.rules.same" == _refused(draft, VALUABLE, "again", by=ada)
    assert 2 == draft(replace(VALUABLE, when="goods_total > 4000"), "higher", by=ada).number
    assert "goods_total > 3000" == content_of(find("valuable", 1)).when


@pytest.mark.parametrize("code", ["firearms", "valuable"])
def test_a_code_that_is_taken_is_refused(code: str, home: Path, ada: Any) -> None:
    draft(VALUABLE, "first", by=ada)

    assert "portal.rules.taken" == _refused(draft, replace(VALUABLE, code=code, when="items > 9"), "", by=ada, new=True)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("goods_total >", "engines.rule.syntax"),
        ("goods_totl > 3", "engines.rule.unknown_name"),
        ("goods_total > mass_total", "engines.rule.type"),
        ("items > 1) OR (items > 2", "engines.rule.syntax"),
        ("items > 1 -- the dates behind a comment would be lost", "engines.rule.syntax"),
    ],
)
def test_a_condition_that_does_not_hold_is_refused_in_the_parsers_words(
    when: str, code: str, home: Path, ada: Any
) -> None:
    content = replace(VALUABLE, when=when, from_day=dt.date(2026, 10, 1))
    with pytest.raises(BadInput) as refused:
        draft(content, "", by=ada)

    assert code == refused.value.code
    assert refused.value.place is not None
    assert "when" == refused.value.place.field


def test_the_days_on_which_a_rule_holds_are_part_of_its_condition(home: Path, ada: Any) -> None:
    days = replace(VALUABLE, from_day=dt.date(2026, 10, 1), until_day=dt.date(2026, 12, 31))

    assert "(goods_total > 3000) AND law_on >= '2026-10-01' AND law_on <= '2026-12-31'" == days.condition
    assert days == content_of(draft(days, "", by=ada))
    assert "portal.rules.days" == _refused(draft, replace(days, until_day=dt.date(2026, 9, 1)), "", by=ada)


def test_what_was_not_tried_long_enough_cannot_be_proposed(home: Path, ada: Any) -> None:
    version = _tested(draft(VALUABLE, "first", by=ada), ada, days=6)

    assert "portal.rules.untested" == _refused(propose_activation, version, "it helps", by=ada)
    assert State.DRAFT == state_of(version)


def test_a_test_of_another_wording_does_not_count(home: Path, ada: Any) -> None:
    _tested(draft(VALUABLE, "first", by=ada), ada)
    changed = draft(replace(VALUABLE, outcome="control"), "harsher", by=ada)

    assert 0 == days_tested(changed)
    assert "portal.rules.untested" == _refused(propose_activation, changed, "it helps", by=ada)


def test_a_colleague_alone_cannot_activate_a_rule(home: Path, ada: Any, ben: Any) -> None:
    proposal = propose_activation(_tested(draft(VALUABLE, "first", by=ada), ada), "it helps", by=ben)

    assert "portal.rules.alone" == _refused(decide, proposal, True, "agreed", by=ada)  # the author
    assert "portal.rules.alone" == _refused(decide, proposal, True, "agreed", by=ben)  # the proposer
    assert (starter_rules(),) == active_files()


def test_a_second_person_brings_it_into_force_as_a_file_that_the_clearance_reads(
    home: Path, ada: Any, eve: Any
) -> None:
    version = _tested(draft(VALUABLE, "first", by=ada), ada)
    proposal = propose_activation(version, "it helps", by=ada)
    before = state_of(version)
    decide(proposal, True, "agreed", by=eve)
    files = active_files()

    assert (State.PROPOSED, State.ACTIVE) == (before, state_of(find("valuable")))
    assert [starter_rules().name, f"valuable-{version.digest[:16]}.yaml"] == [file.name for file in files]
    assert "clearance.rule.valuable" in load_rules(files).conditions
    assert "portal.rules.proposal.decided" == _refused(decide, proposal, True, "twice", by=eve)


def test_a_file_that_was_lost_or_tampered_with_is_written_again(home: Path, ada: Any, eve: Any) -> None:
    version = _tested(draft(VALUABLE, "first", by=ada), ada)
    decide(propose_activation(version, "it helps", by=ada), True, "agreed", by=eve)
    file = active_files()[-1]
    file.write_text("rules: []")
    tampered = active_files()[-1].read_text()
    file.unlink()

    assert (version.text, version.text) == (tampered, active_files()[-1].read_text())


def test_the_deployments_own_base_comes_first(home: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setenv("PASSAVANT_RULES", f"{home / 'a.yaml'}:{home / 'b.yaml'}")

    assert (home / "a.yaml", home / "b.yaml") == active_files()


def test_a_rule_is_taken_out_of_force_and_an_older_version_brought_back_by_two_people_too(
    home: Path, ada: Any, eve: Any
) -> None:
    first = _tested(draft(VALUABLE, "first", by=ada), ada)
    second = _tested(draft(replace(VALUABLE, when="goods_total > 9000"), "higher", by=ada), ada)
    decide(propose_activation(first, "it helps", by=ada), True, "agreed", by=eve)
    decide(propose_activation(second, "better", by=ada), True, "agreed", by=eve)
    states = [state_of(find("valuable", number)) for number in (1, 2)]
    assert [State.RETIRED, State.ACTIVE] == states

    decide(propose_activation(find("valuable", 1), "back", by=ada), True, "agreed", by=eve)
    assert first.digest[:16] in active_files()[-1].name

    retirement = propose_retirement(find("valuable", 1), "no longer needed", by=eve)
    assert "portal.rules.alone" == _refused(decide, retirement, True, "agreed", by=eve)
    assert "portal.rules.proposal.open" == _refused(propose_activation, find("valuable", 2), "better", by=ada)
    decide(retirement, True, "agreed", by=ada)  # its author may let it go
    assert open_proposal(first.rule) is None


def test_a_rule_out_of_force_is_no_longer_among_the_files(home: Path, ada: Any, ben: Any, eve: Any) -> None:
    version = _tested(draft(VALUABLE, "first", by=ada), ada)
    decide(propose_activation(version, "it helps", by=ada), True, "agreed", by=eve)
    decide(propose_retirement(find("valuable"), "no longer needed", by=eve), True, "agreed", by=ben)

    assert (starter_rules(),) == active_files()
    assert State.RETIRED == state_of(find("valuable"))
    assert "portal.rules.force" == _refused(propose_retirement, find("valuable"), "again", by=eve)


def test_one_proposal_at_a_time_waits_and_each_needs_a_reason(home: Path, ada: Any) -> None:
    version = _tested(draft(VALUABLE, "first", by=ada), ada)

    assert "portal.rules.reason" == _refused(propose_activation, version, "  ", by=ada)
    proposal = propose_activation(version, "it helps", by=ada)
    assert "portal.rules.proposal.open" == _refused(propose_activation, version, "again", by=ada)
    assert "portal.rules.reason" == _refused(decide, proposal, False, "", by=ada)


def test_every_step_is_in_the_trail_with_its_reason_and_the_digest(home: Path, ada: Any, eve: Any) -> None:
    version = _tested(draft(VALUABLE, "first", by=ada), ada)
    decide(propose_activation(version, "it helps", by=ada), False, "too many", by=eve)
    decide(propose_activation(version, "it does help", by=ada), True, "agreed", by=eve)
    told = LogEntry.objects.filter(object_type="rule").values_list("action", "actor", "purpose", "object_id")

    assert [
        ("passavant.rule.drafted", ada.email, "first", "valuable/1"),
        ("passavant.rule.proposed", ada.email, "it helps", "valuable/1"),
        ("passavant.rule.refused", eve.email, "too many", "valuable/1"),
        ("passavant.rule.proposed", ada.email, "it does help", "valuable/1"),
        ("passavant.rule.activated", eve.email, "agreed", "valuable/1"),
    ] == list(told)
    assert {version.digest} == {entry.data["digest"] for entry in LogEntry.objects.filter(object_type="rule")}


def test_an_unknown_rule_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        find("nothing")


def test_the_worker_does_a_back_test_and_keeps_its_figures(eight_days: Path, ada: Any, settings: Any) -> None:
    settings.PASSAVANT_CONTROLS_A_DAY = 3
    version = draft(VALUABLE, "first", by=ada)
    asked = ask(version, 30, by=ada)
    job = _done()
    asked.refresh_from_db()
    cost = cost_of(asked.figures)

    assert (JobState.DONE, 3, 3) == (job.state, job.done, job.total)
    assert 8 <= asked.days_tested
    assert State.TESTED == state_of(find("valuable"))
    assert cost.beyond == (cost.added + cost.now > 3)
    assert 0 < cost.added <= cost.most
    assert "passavant.rule.tested" in LogEntry.objects.values_list("action", flat=True)


def test_a_back_test_that_cannot_be_done_says_why_in_both_languages(eight_days: Path, ada: Any) -> None:
    asked = ask(draft(replace(VALUABLE, when="hours_before_arrival < 2"), "first", by=ada), 30, by=ada)
    job = _done()
    asked.refresh_from_db()

    assert (JobState.FAILED, None) == (job.state, asked.days_tested)
    assert "hours_before_arrival" in job.error["en"]["got"]
    assert "hours_before_arrival" in job.error["fr"]["got"]


@pytest.mark.parametrize("days", [0, 366])
def test_a_back_test_has_a_length(days: int, home: Path, ada: Any) -> None:
    assert "portal.rules.test.days" == _refused(ask, draft(VALUABLE, "first", by=ada), days, by=ada)


def test_a_proposal_names_its_version(home: Path, ada: Any) -> None:
    proposal = propose_activation(_tested(draft(VALUABLE, "first", by=ada), ada), "it helps", by=ada)

    assert "activate valuable 1" == str(Proposal.objects.get(pk=proposal.pk))
