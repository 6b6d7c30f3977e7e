"""Hand-worked cases: what the law makes of a consignment, case by case (tests/golden/*.yaml, arithmetic beside each)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, clear
from passavant.dataset.schema import load_schema
from passavant.money import exchange
from passavant.texts import load_yaml

_FOLDER = Path(__file__).parent.parent / "golden"
_FILES = sorted(_FOLDER.glob("*.yaml"))
_AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
_OUTCOMES = ("release", "request_information", "screen", "control", "do_not_load")
#: Rates hold for the monthly rule too, which looks up to two months back.
_DAYS_BACK = 70


@cache
def _cases(path: Path) -> list[dict[str, Any]]:
    return list(load_yaml(path).data["cases"])


def _all_cases() -> Iterator[Any]:
    for path in _FILES:
        for case in _cases(path):
            yield pytest.param(path, case, id=case["id"])


def _rows(declaration: dict[str, Any], suffix: str) -> list[dict[str, Any]]:
    """One row per item; parties are made the case's own, so that cases of one run do not split or exhaust quotas."""
    shared = {name: value for name, value in declaration.items() if name != "items"}
    if suffix and shared.get("importer_name"):
        shared["importer_name"] = f"{shared['importer_name']} {suffix}"
    if suffix and str(shared.get("importer_id", "")).isdigit():
        number = int(hashlib.sha256(f"{suffix}{shared['importer_id']}".encode()).hexdigest(), 16)
        shared["importer_id"] = str(number)[: len(shared["importer_id"])]
    return [shared | item for item in declaration["items"]]


def _write(rows: list[dict[str, Any]], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, load_schema().names[1:])
        writer.writeheader()
        writer.writerows([{name: value for name, value in row.items() if name != "administration"} for row in rows])
    return path


def _rates(cases: list[dict[str, Any]], path: Path) -> Path:
    lines = set()
    for case in cases:
        for record in [case["declaration"], *case.get("history", [])]:
            day = dt.date.fromisoformat(str(record.get("accepted_at") or record["lodged_at"])[:10])
            for back in range(-1, _DAYS_BACK):
                lines |= {
                    f"{day - dt.timedelta(days=back)},{cur},{rate}" for cur, rate in (case["rates"] or {}).items()
                }
    path.write_text("date,currency,units_per_eur\n" + "\n".join(sorted(lines)) + "\n")
    return path


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Clear all cases of a policy that share their rates in one run, those with a history each in its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr(exchange, "_bundled", dict)
    patch.setenv("PASSAVANT_SECRET", "a secret for golden cases")
    done: dict[str, dict[str, Any]] = {}

    def answer(path: Path, case: dict[str, Any]) -> dict[str, Any]:
        if case["id"] not in done:
            alone = bool(case.get("history"))
            group = [one for one in _cases(path) if not one.get("history") and one["rates"] == case["rates"]]
            done.update(_clear(path.stem, [case] if alone else group, tmp_path_factory.mktemp(path.stem), patch))
        return done[case["id"]]

    yield answer
    patch.undo()


def _clear(
    policy: str, cases: list[dict[str, Any]], folder: Path, patch: pytest.MonkeyPatch
) -> dict[str, dict[str, Any]]:
    patch.setenv("PASSAVANT_HOME", str(folder / "home"))
    rows = [
        row
        for case in cases
        for record in [case["declaration"], *(case.get("history") or [])]
        for row in _rows(record, "" if case.get("history") else case["id"])
    ]
    options = ClearOptions(policy=policy, rates=[_rates(cases, folder / "rates.csv")], stratum_ppm=0)
    run = clear([_write(rows, folder / "cases.csv")], folder / "out", options)
    assert run.summary.rejected_rows == 0, pq.read_table(run.out / "rejected.parquet").to_pylist()
    decisions = {row["consignment_id"]: row for row in pq.read_table(run.out / "decisions.parquet").to_pylist()}
    items = pq.read_table(run.out / "items.parquet").to_pylist()
    found = {}
    for case in cases:
        record = case["declaration"]
        name = f"{policy}:{record['declarant_id']}:{record['declaration_id']}"
        own = sorted((row for row in items if row["consignment_id"] == name), key=lambda row: row["item_no"])
        found[case["id"]] = {"decision": decisions[name], "items": own}
    return found


@pytest.mark.parametrize(("path", "case"), list(_all_cases()))
def test_the_law_is_applied_as_worked_out_by_hand(path: Path, case: dict[str, Any], answers: Any) -> None:
    answer = answers(path, case)
    decision, items, expect = answer["decision"], answer["items"], case["expect"]
    codes = [reason["code"] for reason in decision["reasons"]]

    found = {name: decision[name] for name in _AMOUNTS if name in expect} | {"category": decision["category"]}
    assert found == {name: expect[name] for name in found}
    assert decision["outcome"] == expect["outcome"], json.dumps(codes)
    assert decision["certainty"] == expect.get("certainty", decision["certainty"]), json.dumps(codes)
    for section in ("duty", "vat"):
        if f"{section}_rules" in expect:
            assert [item[f"{section}_rule"] for item in items] == [
                f"policy.{section}.{rule}" for rule in expect[f"{section}_rules"]
            ]
    assert set(expect.get("reasons", [])) <= set(codes)
    assert not set(expect.get("not_reasons", [])) & set(codes)


def test_there_are_at_least_sixty_cases_over_five_jurisdictions() -> None:
    assert {path.stem for path in _FILES} >= {"EU", "NO", "CH", "NG", "KR"}
    assert sum(len(_cases(path)) for path in _FILES) >= 60
