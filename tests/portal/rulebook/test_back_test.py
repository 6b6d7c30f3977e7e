"""A back-test finds what the clearance itself found, no more and no less, or says why it cannot tell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lakes import NEWEST, add_day

from passavant.clearance.rules import load_rules
from passavant.dataset.reasons import OUTCOMES
from passavant.errors import BadInput
from passavant.lake import run_folders
from passavant.portal.rulebook.back_test import Found, Period, try_rule
from passavant.portal.rulebook.language import check

pytestmark = pytest.mark.long

_STARTER = load_rules()
_UNKEPT = {"accepted_at", "arrival_at", "hours_before_arrival", "category", "goods_value"}
_TESTABLE = [code for code, condition in _STARTER.conditions.items() if not condition.names & _UNKEPT]


def _last(days: int) -> object:
    return lambda newest: Period(newest - dt.timedelta(days=days - 1), newest)


def _try(home: Path, condition: str, *, outcome: str = "control", days: int = 30, **more: object) -> Found:
    runs = run_folders(home / "lake")
    return try_rule(check(condition), "clearance.rule.tried", outcome, runs, _last(days), **more)


def _marked(home: Path, code: str) -> int:
    files = [str(run / "decisions.parquet") for run in run_folders(home / "lake")]
    found = duckdb.execute(
        "SELECT count(DISTINCT consignment_id) FROM read_parquet($files) WHERE list_contains(list_transform(reasons, lambda r: r.code), $code)",
        {"files": files, "code": code},
    ).fetchone()
    return int(found[0]) if found else 0


@pytest.mark.parametrize("code", _TESTABLE)
def test_each_starter_rule_finds_the_consignments_that_the_clearance_found(code: str, eight_days: Path) -> None:
    rule, outcome = _STARTER.conditions[code], _STARTER.reasons[code].outcome
    found = try_rule(rule, code, outcome, run_folders(eight_days / "lake"), _last(30))

    assert (_marked(eight_days, code), _marked(eight_days, code)) == (found.hits, found.own)
    assert found.hits == found.already  # each led to its own outcome at least


def test_some_starter_rule_finds_something(eight_days: Path) -> None:
    assert any(_marked(eight_days, code) for code in _TESTABLE)


@pytest.mark.parametrize(
    "condition",
    [
        "nature = 'sale' AND goods_total > 5000",
        "mass_total > 1.5 AND items > 1",
        "articles >= 3",
        "law_on >= '2026-10-18' AND importer_country = 'FR'",
        "person_count > 1 OR duty_minor > 400",
    ],
)
def test_a_rule_of_ones_own_finds_what_it_then_finds_when_it_is_in_force(condition: str, tmp_path: Path) -> None:
    rule = tmp_path / "rule.yaml"
    rule.write_text(
        f"""rules_version: "1"
schema_version: 1
licence: none
source: {{en: An analyst, fr: Un analyste}}
rules:
  - id: tried
    when: "{condition}"
    outcome: screen
    risk: fiscal
    text: {{en: Tried, fr: Essai}}
    reference: none
"""
    )
    add_day(tmp_path, NEWEST, seed=3, rows=1500, rules=[rule])
    found = _try(tmp_path, condition, outcome="screen")

    assert found.hits > 0
    assert (found.hits, found.hits) == (_marked(tmp_path, "clearance.rule.tried"), found.own)


def test_its_figures_add_up(eight_days: Path) -> None:
    found = _try(eight_days, "goods_total > 3000", outcome="screen", days=5)

    assert ("2026-10-16", "2026-10-20", 5) == (found.start, found.end, found.days)
    assert found.hits == sum(found.by_lane.values()) == sum(hits for hits, _ in found.by_day.values())
    assert found.hits - found.already == sum(new for _, new in found.by_day.values())
    assert 0 < found.hits < found.consignments
    assert 5 <= len(found.runs) <= 6  # days of law overlap those of the runs
    assert min(found.hits, 20) == len(found.sample)


def test_what_is_selected_already_depends_on_the_outcome_asked_for(eight_days: Path) -> None:
    counts = [_try(eight_days, "goods_total >= 0", outcome=outcome).already for outcome in OUTCOMES]

    assert sorted(counts, reverse=True) == counts
    assert counts[0] > counts[1] > counts[-1]


@pytest.mark.parametrize("name", ["arrival_at", "hours_before_arrival", "category", "goods_value"])
def test_what_the_lake_does_not_keep_is_named_and_nothing_else_is_tested(name: str, eight_days: Path) -> None:
    condition = "arrival_at IS NULL" if name == "arrival_at" else f"{name} > 2"
    with pytest.raises(BadInput) as refused:
        _try(eight_days, condition)

    assert "portal.rules.unkept" == refused.value.code
    assert name in refused.value.got[0]
    assert name in refused.value.got[1]


def test_an_empty_lake_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        try_rule(check("items > 1"), "clearance.rule.tried", "control", [], _last(7))

    assert "portal.rules.no_lake" == refused.value.code


def test_the_decision_that_counts_is_the_latest_one(tmp_path: Path) -> None:
    for _ in range(2):
        add_day(tmp_path / str(_), NEWEST, seed=1, rows=300)
    runs = [run for place in ("0", "1") for run in run_folders(tmp_path / place / "lake")]
    once = try_rule(check("items > 1"), "clearance.rule.tried", "control", runs[:1], _last(7))
    twice = try_rule(check("items > 1"), "clearance.rule.tried", "control", runs, _last(7))

    assert (once.consignments, once.hits) == (twice.consignments, twice.hits)


def test_known_inspection_results_give_the_hit_rate(eight_days: Path) -> None:
    sample = _try(eight_days, "goods_total > 3000").sample
    results = pa.table({"consignment_id": [*sample[:4], "EU:nobody:1"], "hit": [True, False, True, None, True]})
    found = _try(eight_days, "goods_total > 3000", results=results)

    assert (4, 2) == (found.inspected, found.irregular)
    assert _try(eight_days, "goods_total > 3000").inspected is None


def test_a_column_that_one_of_the_runs_lacks_is_not_taken_for_unknown(tmp_path: Path) -> None:
    for seed in (1, 2):
        add_day(tmp_path, NEWEST, seed=seed, rows=200)
    older, _ = run_folders(tmp_path / "lake")
    items = pq.read_table(older / "items.parquet")
    pq.write_table(items.drop_columns(["scheme"]), older / "items.parquet")
    with pytest.raises(BadInput) as refused:
        _try(tmp_path, "scheme IS NULL")

    assert ("portal.rules.unkept", "scheme") == (
        refused.value.code,
        refused.value.place.value if refused.value.place else "",
    )


def test_a_later_version_on_another_day_takes_its_consignment_out_of_the_period(tmp_path: Path) -> None:
    run = add_day(tmp_path, NEWEST, seed=1, rows=300)
    before = _try(tmp_path, "items >= 1").consignments
    decisions = pq.read_table(run / "decisions.parquet")
    moved = decisions.slice(0, 10)
    for name, values in (
        ("version", pa.array([2] * 10, pa.int32())),
        ("law_on", pa.array([NEWEST - dt.timedelta(days=40)] * 10)),
    ):
        moved = moved.set_column(moved.schema.get_field_index(name), name, values)
    pq.write_table(pa.concat_tables([decisions, moved.cast(decisions.schema)]), run / "decisions.parquet")

    assert before - 10 == _try(tmp_path, "items >= 1").consignments
