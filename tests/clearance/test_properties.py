"""What always holds of a run, whatever the day."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, Run, clear
from passavant.clearance.explain import explain
from passavant.clearance.pipeline import reason_book
from passavant.clearance.rules import load_rules
from passavant.dataset.reasons import CERTAINTIES, OUTCOMES
from passavant.policy import load_policy

RATES = Path(__file__).parent.parent.parent / "examples" / "rates-example.csv"

_PERSONAL = ("importer_name", "importer_address", "importer_id", "exporter_name", "exporter_address", "exporter_id")
POLICIES = ["EU", "NO", *(pytest.param(policy, marks=pytest.mark.prove) for policy in ("CH", "NG", "KR"))]


def _decisions(run: Run) -> list[dict[str, Any]]:
    return pq.read_table(run.out / "decisions.parquet").to_pylist()


def _items(run: Run) -> list[dict[str, Any]]:
    return pq.read_table(run.out / "items.parquet").to_pylist()


@pytest.mark.parametrize("policy", POLICIES)
def test_rows_in_are_goods_items_plus_rejected_rows(
    policy: str, day: Callable[[str], Path], run: Callable[[str], Run]
) -> None:
    table = pq.read_table(day(policy))
    done = run(policy)

    assert done.summary.rows_in == table.num_rows == len(_items(done)) + done.summary.rejected_rows
    assert (
        done.summary.consignments
        == len(_decisions(done))
        == len({(row["consignment_id"], row["version"]) for row in _items(done)})
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_the_outcome_is_the_highest_of_its_reasons(policy: str, run: Callable[[str], Run]) -> None:
    reasons = reason_book(load_policy(policy), load_rules()).reasons

    for row in _decisions(run(policy)):
        levels = [OUTCOMES.index(reasons[reason["code"]].outcome) for reason in row["reasons"]]
        assert row["outcome"] == OUTCOMES[max(levels, default=0)], row["consignment_id"]
        doubts = [CERTAINTIES.index(reasons[reason["code"]].certainty) for reason in row["reasons"]]
        assert row["certainty"] == CERTAINTIES[max(doubts, default=0)]


@pytest.mark.parametrize("policy", POLICIES)
def test_lane_follows_outcome(policy: str, run: Callable[[str], Run]) -> None:
    allowed = {
        "release": {"green", "blue"},
        "request_information": {"yellow"},
        "screen": {"yellow"},
        "control": {"red"},
        "do_not_load": {"red"},
    }

    assert all(row["lane"] in allowed[row["outcome"]] for row in _decisions(run(policy)))


@pytest.mark.parametrize("policy", POLICIES)
def test_amounts_of_a_consignment_are_the_sum_of_its_items(policy: str, run: Callable[[str], Run]) -> None:
    sums: dict[tuple[str, int], list[Any]] = {}
    for item in _items(run(policy)):
        sums.setdefault((item["consignment_id"], item["version"]), []).append(item)

    for row in _decisions(run(policy)):
        items = sums[row["consignment_id"], row["version"]]
        for name in ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor"):
            parts = [item[name] for item in items]
            assert row[name] == (None if None in parts else sum(parts))
        assert row["category"] == max(item["category"] for item in items)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_second_run_gives_the_same_leaf_digests(
    policy: str, day: Callable[[str], Path], run: Callable[[str], Run], tmp_path: Path
) -> None:
    options = ClearOptions(policy=policy, rates=[RATES], stratum_ppm=20_000)
    again = clear([day(policy)], tmp_path / "again", options)

    assert {row["decision_id"] for row in _decisions(again)} == {row["decision_id"] for row in _decisions(run(policy))}


def test_the_order_of_rows_does_not_matter(
    day: Callable[[str], Path], run: Callable[[str], Run], tmp_path: Path
) -> None:
    table = pq.read_table(day("EU"))
    order = list(range(table.num_rows))
    random.Random(5).shuffle(order)
    pq.write_table(table.take(order), tmp_path / "shuffled.parquet")

    again = clear(
        [tmp_path / "shuffled.parquet"],
        tmp_path / "again",
        ClearOptions(policy="EU", rates=[RATES], stratum_ppm=20_000),
    )

    assert {row["decision_id"] for row in _decisions(again)} == {row["decision_id"] for row in _decisions(run("EU"))}


def test_another_law_gives_other_leaves(day: Callable[[str], Path], run: Callable[[str], Run], tmp_path: Path) -> None:
    policy = tmp_path / "EU.yaml"
    policy.write_text(load_policy("EU").path.read_text().replace("value: 21}]", "value: 22}]"))

    again = clear([day("EU")], tmp_path / "again", ClearOptions(policy=str(policy), rates=[RATES], stratum_ppm=20_000))

    assert not {row["decision_id"] for row in _decisions(again)} & {row["decision_id"] for row in _decisions(run("EU"))}


@pytest.mark.parametrize("policy", ["EU", "NO", "KR"])
def test_duty_grows_with_value_within_a_regime(policy: str, decide: Callable[..., dict[str, dict[str, Any]]]) -> None:
    country, currency = {"EU": ("FR", "EUR"), "NO": ("NO", "NOK"), "KR": ("KR", "USD")}[policy]
    values = [round(1.17**step, 2) for step in range(1, 60)]
    changes = [
        {"intrinsic_value": f"{value:.2f}", "importer_country": country, "currency": currency} for value in values
    ]

    answers = decide(*changes, policy=policy).values()

    regimes: dict[str, list[tuple[Any, int]]] = {}
    for row in answers:
        item = row["goods"][0]
        regimes.setdefault(item["duty_rule"], []).append((item["intrinsic_value"], item["duty_minor"]))
    assert sum(len(points) for points in regimes.values()) == len(values)
    for points in regimes.values():
        duties = [duty for _, duty in sorted(points)]
        assert duties == sorted(duties)


def test_the_stratum_is_drawn_at_its_rate_and_never_explained(run: Callable[[str], Run]) -> None:
    rows = _decisions(run("EU"))
    drawn = [row for row in rows if row["stratum"]]

    assert 0.01 < len(drawn) / len(rows) < 0.03
    assert all(row["lane"] == "red" and row["propensity_ppm"] == 20_000 for row in drawn)
    found = explain(run("EU").out, drawn[0]["consignment_id"])
    assert "stratum" not in str(found.as_dict())
    assert "random" not in found.text("en").lower()


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_reason_is_explained_in_words(policy: str, language: str, run: Callable[[str], Run]) -> None:
    seen: set[str] = set()
    for row in _decisions(run(policy)):
        codes = {reason["code"] for reason in row["reasons"]}
        if codes <= seen:
            continue
        seen |= codes
        text = explain(run(policy).out, f"{row['consignment_id']}@{row['version']}").text(language)
        assert "{" not in text, text
        assert all(code in text for code in codes)


@pytest.mark.parametrize("policy", POLICIES)
def test_names_stay_out_of_what_is_written(policy: str, day: Callable[[str], Path], run: Callable[[str], Run]) -> None:
    declared = pq.read_table(day(policy))
    hidden = {text for name in _PERSONAL for text in declared[name].to_pylist() if text and len(text) > 5}

    shown = {text for path in run(policy).out.rglob("*") if path.is_file() for text in _texts(path)}

    assert len(hidden) > 1000
    assert set() == hidden & shown


def _texts(path: Path) -> set[str]:
    """Return every text that a file of a run holds: the cells of a table, the values of JSON, the lines of YAML."""
    if path.suffix == ".parquet":
        cells = (value for column in pq.read_table(path).columns for value in column.to_pylist())
        return {text for value in cells for text in _values(value)}
    if path.suffix == ".jsonl":
        return {text for line in path.read_text().splitlines() for text in _values(json.loads(line))}
    return set(re.split(r'["\n]', path.read_text()))


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _values(part)
