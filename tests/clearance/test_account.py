"""The account agrees with the items to the minor unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from passavant.clearance import Run
from passavant.clearance.account import account


@pytest.mark.parametrize("policy", ["EU", "NO", "CH", "NG", "KR"])
def test_the_account_is_reconciled_with_items_and_decisions(policy: str, run: Callable[[str], Run]) -> None:
    made = account(run(policy).out)
    decisions = pq.read_table(run(policy).out / "decisions.parquet")
    items = pq.read_table(run(policy).out / "items.parquet")

    assert made.reconciled
    for name, total in made.totals.items():
        assert total == (pc.sum(items.column(name)).as_py() or 0)
        if items.column(name).null_count == 0:
            assert total == pc.sum(decisions.column(name)).as_py()


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
