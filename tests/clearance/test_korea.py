"""The public Korean import declarations clear under Korean law, through their mapping."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from passavant.clearance import ClearOptions, clear

_ROWS = Path(__file__).parent.parent / "fixtures" / "korea" / "declarations.csv"


def test_every_declaration_is_decided_and_what_the_source_lacks_is_said(tmp_path: Path) -> None:
    run = clear([_ROWS], tmp_path / "out", ClearOptions(policy="KR", mapping="korea", stratum_ppm=0))

    assert (run.summary.rows_in, run.summary.item_rows, run.summary.rejected_rows) == (200, 200, 0)
    assert run.summary.currency == "KRW"
    assert "description" in run.manifest["not_supplied"]
    assert run.summary.by_reason["dataset.source.not_supplied"] == 200
    assert "dataset.required.description" not in run.summary.by_reason


def test_the_local_day_of_the_source_is_the_day_of_law(tmp_path: Path) -> None:
    run = clear([_ROWS], tmp_path / "out", ClearOptions(policy="KR", mapping="korea", stratum_ppm=0))
    declared = {line.split(",")[0]: line.split(",")[1] for line in _ROWS.read_text().splitlines()[1:]}

    days = {
        row["declaration_id"]: row["law_on"].isoformat() for row in pq.read_table(run.out / "items.parquet").to_pylist()
    }

    assert days == declared
