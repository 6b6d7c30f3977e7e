"""Long proofs of the main job: what no ordinary input holds, and what no ordinary day does to a run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.prove

_HEADER = b"declarant_id,declaration_id,item_no,lodged_at,channel,importer_country,currency,intrinsic_value,description,hs_code\n"
_ROW = b"D1,%s,1,2026-06-15T10:00:00Z,express,FR,EUR,100.00,%s,610910\n"
_MEGABYTE = b"x" * (1 << 20)
_KILLS = 40


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PASSAVANT_SECRET", "a secret for tests only")


def _passavant(*arguments: str | Path) -> list[str]:
    return [str(Path(sys.executable).with_name("passavant")), *map(str, arguments)]


def test_a_gigabyte_line_is_one_rejected_row(tmp_path: Path) -> None:
    source = tmp_path / "long.csv"
    with source.open("wb") as file:
        file.write(_HEADER + _ROW % (b"A1", b"shirt"))
        file.write(b"D1,A2,1,2026-06-15T10:00:00Z,express,FR,EUR,100.00,")
        for _ in range(1024):
            file.write(_MEGABYTE)
        file.write(b",610910\n" + _ROW % (b"A3", b"shirt"))

    command = _passavant("clear", source, "--policy", "EU", "-o", tmp_path / "out")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)

    rejected = pq.read_table(tmp_path / "out" / "rejected.parquet").to_pylist()
    assert 0 == process.returncode
    assert [(2 + 1, "dataset.row.record_too_long")] == [
        (row["source_row"], row["errors"][0]["code"]) for row in rejected
    ]
    assert {"A1", "A3"} == set(pq.read_table(tmp_path / "out" / "decisions.parquet")["declaration_id"].to_pylist())
    assert usage.ru_maxrss < 1 << 20  # kB: the line is never in memory whole


def test_a_run_that_is_killed_leaves_nothing_that_looks_like_a_run(tmp_path: Path) -> None:
    day = tmp_path / "day"
    subprocess.run(
        _passavant("generate", "parcels", "--rows", "20000", "--seed", "4", "--destination", "EU", "-o", day),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    chance, out = random.Random(6), tmp_path / "out"
    clear = _passavant("clear", day / "parcels.parquet", "--policy", "EU", "-o", out)
    cut = 0
    for _ in range(_KILLS):
        process = subprocess.Popen(clear, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(chance.uniform(0.2, 6))
        os.killpg(process.pid, signal.SIGKILL)
        cut += process.wait() == -signal.SIGKILL

        assert not out.exists() or _whole(out)
        if out.exists():
            subprocess.run(["rm", "-r", str(out)], check=True)
    assert cut > _KILLS // 2

    subprocess.run(clear, check=True, stdout=subprocess.DEVNULL)
    assert _whole(out)


def _whole(out: Path) -> bool:
    names = {"manifest.json", "decisions.parquet", "items.parquet", "simplified.jsonl", "snapshot"}
    return names <= {path.name for path in out.iterdir()} and pq.read_table(out / "decisions.parquet").num_rows > 0
