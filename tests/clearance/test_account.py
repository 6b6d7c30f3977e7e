"""The account agrees with the decisions to the minor unit, over one run or many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, Run, clear
from passavant.clearance.account import account
from passavant.errors import BadInput
from passavant.lake import publish

_CLEAR = ClearOptions(policy="EU", stratum_ppm=0)


@pytest.mark.parametrize("policy", ["EU", "NO", "CH", "NG", "KR"])
def test_the_account_is_reconciled_with_the_decisions_and_agrees_with_the_summary(
    policy: str, run: Callable[[str], Run]
) -> None:
    made, summary = account(run(policy).out), run(policy).summary

    assert made.reconciled
    assert made.totals == {name: summary.sums[name] for name in made.totals}
    assert made.unknown == summary.items_with_unknown_amounts
    assert made.earlier_versions == summary.earlier_versions


def test_each_payer_owes_what_is_theirs(decide: Callable[..., dict[str, dict[str, Any]]], tmp_path: Any) -> None:
    ioss = {"scheme": "ioss", "scheme_id": "IM3720000224", "marketplace_id": "M1"}
    decide({}, ioss, {"description": "goods"}, ioss | {"intrinsic_value": "50"})

    lines = {(line["payer"], line["status"]): line for line in account(next(tmp_path.glob("out-*"))).lines}

    assert lines["declarant D1", "due"]["vat_minor"] == 2000
    assert lines["declarant D1", "held"]["vat_minor"] == 2000
    assert lines["IOSS IM3720000224 (M1)", "due"]["vendor_vat_minor"] == 3000
    assert lines["IOSS IM3720000224 (M1)", "due"]["consignments"] == 2


def test_a_replaced_version_owes_nothing(decide: Callable[..., dict[str, dict[str, Any]]], tmp_path: Any) -> None:
    decide({"declaration_id": "V"}, {"declaration_id": "V", "version": "2", "intrinsic_value": "50"})

    made = account(next(tmp_path.glob("out-*")))

    assert made.totals["vat_minor"] == 1000
    assert made.reconciled
    assert made.earlier_versions == 1


def test_a_known_item_beside_an_unknown_one_counts_and_the_unknown_one_is_named(
    declared: Callable[..., Path], tmp_path: Path
) -> None:
    known = {
        "declaration_id": "V",
        "lodged_at": "2026-02-16T10:00:00Z",
        "importer_name": "Ada",
    }  # before the French tax
    unknown = known | {"item_no": "2", "hs_code": "910111", "description": "wrist watch, battery powered"}
    run = clear([declared(known, unknown)], tmp_path / "out", _CLEAR)

    made = account(run.out)

    # EUR 200 together, no relief: duty of 12 % on the shirt, then VAT of 20 % on EUR 112. The watch pays by the piece.
    assert (made.totals["vat_minor"], made.unknown) == (2240, 1)
    assert (made.of_decisions["vat_minor"], made.of_partly_known["vat_minor"]) == (0, 2240)
    assert made.reconciled
    assert "1 goods item without known amounts" in made.verdict("en")
    assert (run.summary.sums["vat_minor"], run.summary.items_with_unknown_amounts) == (2240, 1)


def test_a_decision_that_states_another_amount_than_its_items_is_not_reconciled(
    declared: Callable[..., Path], tmp_path: Path
) -> None:
    run = clear([declared({})], tmp_path / "out", _CLEAR)
    path = run.out / "decisions.parquet"
    table = pq.read_table(path)
    changed = pa.array([1999], pa.int64())
    pq.write_table(table.set_column(table.column_names.index("vat_minor"), "vat_minor", changed), path)

    assert not account(run.out).reconciled


def test_an_amendment_in_a_later_run_owes_once(declared: Callable[..., Path], tmp_path: Path) -> None:
    first = clear([declared({"declaration_id": "V"}, {})], tmp_path / "first", _CLEAR)
    amended = {"declaration_id": "V", "version": "2", "intrinsic_value": "50"}
    second = clear([declared(amended)], tmp_path / "second", _CLEAR)
    for run in (first, second):
        publish(run.out, tmp_path / "lake")

    both, lake = account(first.out, second.out), account(tmp_path / "lake")

    assert (both.totals["vat_minor"], both.earlier_versions) == (1000 + 2000, 1)
    assert both.reconciled
    assert both.as_dict() == lake.as_dict()


def test_a_declaration_cleared_twice_owes_by_the_latest_decision(declared: Callable[..., Path], tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("date,currency,units_per_eur\n2026-05-20,NGN,1000\n")
    naira = declared({"currency": "NGN", "intrinsic_value": "100000"})
    runs = [
        clear([naira], tmp_path / "first", _CLEAR),
        clear([naira], tmp_path / "second", ClearOptions(policy="EU", stratum_ppm=0, rates=[rates])),
    ]

    made = account(*(run.out for run in runs))

    assert (made.totals["vat_minor"], made.unknown, made.earlier_versions) == (2000, 0, 1)


def test_runs_of_two_currencies_have_no_common_account(declared: Callable[..., Path], tmp_path: Path) -> None:
    source = declared({})
    runs = [clear([source], tmp_path / policy, ClearOptions(policy=policy)) for policy in ("EU", "NO")]

    with pytest.raises(BadInput, match="one currency"):
        account(*(run.out for run in runs))


def test_a_run_that_lost_a_table_is_told_so(decide: Callable[..., Any], tmp_path: Path) -> None:
    decide({})
    out = next(tmp_path.glob("out-*"))
    (out / "items.parquet").unlink()

    with pytest.raises(BadInput, match=r"no items.parquet"):
        account(out)
