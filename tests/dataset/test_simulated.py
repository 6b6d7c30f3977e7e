"""Generated files carry a mark; nothing else passes for simulated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.dataset.simulated import is_simulated
from passavant.synthetic import generate


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return generate(50, seed=1, day=dt.date(2026, 9, 15), out=tmp_path / "day").parcels


def test_a_generated_file_and_its_folder_are_simulated(day: Path) -> None:
    assert is_simulated([day])
    assert is_simulated([day.parent])


def test_other_files_are_not(tmp_path: Path) -> None:
    pq.write_table(pa.table({"declaration_id": ["A1"]}), tmp_path / "real.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"not Parquet")
    (tmp_path / "day.csv").write_text("declaration_id\nA1\n")

    assert not is_simulated([tmp_path, tmp_path / "day.csv", tmp_path / "absent.parquet", "-"])
