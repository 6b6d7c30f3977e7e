"""Splits, quotas, versions: what earlier parcels mean for later ones, and never for themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, clear
from passavant.errors import BadInput

Decide = Callable[..., dict[str, dict[str, Any]]]
_SPLIT = "signals.split.exact_key"
_ONE = {"importer_name": "Ada", "intrinsic_value": "60.00"}


def test_three_parcels_below_the_threshold_and_above_it_together_are_a_split(decide: Decide) -> None:
    answers = decide(_ONE, _ONE, _ONE, {"importer_name": "Bob"})

    assert all(
        _SPLIT in answers[name]["codes"] and answers[name]["outcome"] == "request_information"
        for name in ("A1", "A2", "A3")
    )
    assert _SPLIT not in answers["A4"]["codes"]
    reason = next(reason for reason in answers["A1"]["reasons"] if reason["code"] == _SPLIT)
    assert reason == {"code": _SPLIT, "item_no": None, "params": '{"parcels":"3","value":"18000"}'}


@pytest.mark.parametrize(
    "changes",
    [
        [_ONE, _ONE],
        [_ONE | {"intrinsic_value": "40.00"}] * 3,
        [_ONE, _ONE, _ONE | {"lodged_at": "2026-06-16T10:00:00Z"}],
        [_ONE, _ONE, _ONE | {"importer_address": "9 rue Z, 75001 Paris"}],
    ],
)
def test_two_parcels_small_sums_other_days_and_other_addresses_are_none(
    decide: Decide, changes: list[dict[str, str]]
) -> None:
    assert not any(_SPLIT in answer["codes"] for answer in decide(*changes).values())


def test_names_that_differ_in_case_accents_and_points_are_one_party(decide: Decide) -> None:
    answers = decide(
        _ONE | {"importer_name": "Zoë M. Élan"},
        _ONE | {"importer_name": "ZOE M ELAN"},
        _ONE | {"importer_name": "zoé  m. élan"},
    )

    assert all(_SPLIT in answer["codes"] for answer in answers.values())


def test_earlier_runs_count_and_a_repeated_run_does_not_count_twice(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    clear([declared(_ONE, _ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))

    alone = decide(_ONE | {"declaration_id": "B1"})
    later = decide(_ONE | {"declaration_id": "B1"}, history=[first])
    again = decide(_ONE, _ONE, history=[first])

    assert _SPLIT not in alone["B1"]["codes"]
    assert _SPLIT in later["B1"]["codes"]
    assert not any(_SPLIT in answer["codes"] for answer in again.values())


def test_a_frozen_snapshot_is_looked_up_and_each_row_adds_only_itself(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    clear([declared(_ONE, _ONE)], first, ClearOptions(policy="EU", stratum_ppm=0))

    frozen = decide(_ONE, _ONE | {"declaration_id": "B1"}, _ONE | {"declaration_id": "B2"}, snapshot=first / "snapshot")

    assert _SPLIT not in frozen["A1"]["codes"]  # it is in the snapshot already: two parcels, not three
    assert _SPLIT in frozen["B1"]["codes"]
    assert '"parcels":"3"' in str(frozen["B1"]["reasons"])
    assert '"parcels":"3"' in str(frozen["B2"]["reasons"])


def test_an_altered_snapshot_is_refused(declared: Callable[..., Path], tmp_path: Path) -> None:
    first = tmp_path / "first"
    source = declared(_ONE)
    clear([source], first, ClearOptions(policy="EU", stratum_ppm=0))
    (first / "snapshot" / "quota.parquet").write_bytes(b"altered")

    with pytest.raises(BadInput, match=r"quota.parquet was altered"):
        clear([source], tmp_path / "second", ClearOptions(policy="EU", snapshot=first / "snapshot"))


def test_an_amended_declaration_supersedes_and_the_old_decision_stays(decide: Decide, tmp_path: Path) -> None:
    answers = decide({"declaration_id": "V"}, {"declaration_id": "V", "version": "2", "intrinsic_value": "90"})

    rows = {
        row["version"]: row for row in pq.read_table(next(tmp_path.glob("out-*")) / "decisions.parquet").to_pylist()
    }
    assert rows[2]["supersedes"] == rows[1]["decision_id"]
    assert rows[1]["supersedes"] is None
    assert answers["V"]["vat_minor"] == 1800


def test_an_amendment_in_a_later_run_supersedes_the_earlier_decision(
    declared: Callable[..., Path], decide: Decide, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    run = clear([declared({"declaration_id": "V"})], first, ClearOptions(policy="EU", stratum_ppm=0))
    before = pq.read_table(run.out / "decisions.parquet").to_pylist()[0]

    later = decide({"declaration_id": "V", "version": "2"}, history=[first])["V"]

    assert later["supersedes"] == before["decision_id"]


def test_the_fifth_importation_of_the_year_has_no_relief_in_nigeria(decide: Decide, tmp_path: Path) -> None:
    rates = tmp_path / "ngn.csv"
    rates.write_text(
        "date,currency,units_per_eur\n"
        + "\n".join(f"2026-06-{day:02},NGN,1700\n2026-06-{day:02},USD,1.1" for day in range(1, 16))
    )
    one = {
        "importer_country": "NG",
        "importer_name": "Chidi",
        "importer_id": "12345678901",
        "currency": "USD",
        "intrinsic_value": "50",
    }
    changes = [one | {"lodged_at": f"2026-06-{day:02}T10:00:00Z"} for day in (5, 3, 1, 4, 2)]

    answers = decide(*changes, policy="NG", rates=[rates])

    assert [answers[f"A{number}"]["category"] for number in range(1, 6)] == [3, 2, 2, 2, 2]
    assert answers["A1"]["duty_minor"] > 0
    assert "signals.quota.counted" in answers["A1"]["codes"]
